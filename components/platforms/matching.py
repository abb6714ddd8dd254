"""Whether a kubeconfig context, a registry and a target belong to each other, by their names alone. Pure.

Clouds name their servers and registries so that each can be told apart:

- AKS: `*.azmk8s.io`, in China `*.azk8s.cn`, for the US government `*.aks.containerservice.azure.us`
  (MicrosoftDocs/azure-docs:articles/aks/outbound-rules-control-egress.md); `*.azurecr.io`, `.cn`, `.us`.
- EKS: `*.eks.amazonaws.com`, `*.eks.REGION.api.aws` and the like, in China with `.cn`, in the European Sovereign Cloud
  `.eu`; contexts of `aws eks update-kubeconfig` are the cluster's ARN; `ACCOUNT.dkr.ecr.REGION.amazonaws.com`.
- GKE: `*.gke.goog`; where the server is a bare address, contexts of `gcloud` begin with `gke_`; `*.pkg.dev`, `gcr.io`.
"""

import ipaddress
import re
import urllib.parse

from components.platforms.contract import Target

_PRODUCTS = {Target.AKS: "an AKS cluster", Target.EKS: "an EKS cluster", Target.GKE: "a GKE cluster"}
_CLOUDS = {Target.AKS: "Azure", Target.EKS: "AWS", Target.GKE: "Google Cloud"}

_SERVERS = (
    (Target.AKS, re.compile(r"\.(azmk8s\.io|azk8s\.cn|aks\.containerservice\.azure\.us)$")),
    (
        Target.EKS,
        re.compile(
            r"\.eks\.amazonaws\.(com(\.cn)?|eu)$"
            r"|\beks[-\w]*\.[-\w]+\.(api\.aws|(api\.)?amazonwebservices\.(com\.cn|eu))$"
        ),
    ),
    (Target.GKE, re.compile(r"\.gke\.goog$")),
)
_NAMES = (
    (Target.EKS, re.compile(r"^arn:aws[-a-z]*:eks:")),
    (Target.GKE, re.compile(r"^gke_[^_]+_[^_]+_")),
)
_REGISTRIES = (
    (Target.AKS, re.compile(r"\.azurecr\.(io|cn|us)$")),
    (
        Target.EKS,
        re.compile(
            r"^\d{12}\.dkr[.-]ecr(-fips)?\.[-a-z0-9]+\."
            r"(amazonaws\.(com(\.cn)?|eu)|on\.(aws|amazonwebservices\.(com\.cn|eu)))$"
        ),
    ),
    (Target.GKE, re.compile(r"(^|[.-])docker\.pkg\.dev$|(^|\.)gcr\.io$")),
)
_LOCAL_NAMES = re.compile(
    r"^(kind-.*|k3d-.*|minikube|docker-desktop|docker-for-desktop|rancher-desktop|orbstack|colima(-.*)?|microk8s|sandbox)$"
)
_LOCAL_SERVERS = ("kubernetes.docker.internal", "host.docker.internal", "0.0.0.0")  # noqa: S104 - k3d's word for here


def context_mismatch(target: Target, context: str, server: str, cluster: str = "") -> str | None:
    """Why a kubeconfig context cannot be the one of a target, or None.

    Args:
        target: of the stack.
        context: its name.
        server: URL of its API server.
        cluster: the kubeconfig's name for its cluster, which stays when somebody renames the context.
    """
    found = cluster_kind(context, server, cluster)
    if found in (None, target):
        return None
    what = _PRODUCTS.get(found, "a cluster of this machine")
    return f"context {context!r} is {what} ({server}), and the stack's target is {target}"


def registry_mismatch(target: Target, host: str, *, login: bool) -> str | None:
    """Why the nodes of a target cannot pull from a registry, or None.

    Args:
        target: of the stack.
        host: the registry, `host[:port]`.
        login: whether a pull secret carries a login, with which any node may pull.
    """
    if target is not Target.LOCAL and is_loopback(host):
        return f"the registry {host} is on this machine, where the nodes of {_PRODUCTS[target]} cannot reach it"
    found = registry_kind(host)
    if found in (None, target) or login:
        return None
    nodes = "no node of a local cluster" if target is Target.LOCAL else f"no node of {_PRODUCTS[target]}"
    return f"the registry {host} is one of {_CLOUDS[found]}, where {nodes} may pull without a login"


def cluster_kind(context: str, server: str, cluster: str = "") -> Target | None:
    """Where a cluster is by its names: a cloud, or LOCAL for this machine; None when they do not say."""
    host = _host(server)
    for target, pattern in _SERVERS:
        if pattern.search(host):
            return target
    for target, pattern in _NAMES:
        if pattern.search(context) or pattern.search(cluster):
            return target
    if _LOCAL_NAMES.match(context) or _LOCAL_NAMES.match(cluster) or _is_here(host):
        return Target.LOCAL
    return None


def registry_kind(host: str) -> Target | None:
    """Whose nodes may pull from a registry as themselves, or None."""
    name = _without_port(host).lower()
    return next((target for target, pattern in _REGISTRIES if pattern.search(name)), None)


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this machine's own; docker talks plain HTTP to such a registry."""
    name = _without_port(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_here(server: str) -> bool:
    return server in _LOCAL_SERVERS or is_loopback(server)


def _host(url: str) -> str:
    try:
        return (urllib.parse.urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _without_port(host: str) -> str:
    return host if host.count(":") > 1 and not host.startswith("[") else re.sub(r":\d+$", "", host)
