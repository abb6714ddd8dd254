"""Whether a cloud's cluster that is there answers, and what whoever deploys may do in it.

Only the engine asks a cloud through Pulumi; here its command line says where the cluster is. Into it leads the
kubeconfig that a deploy would make of that: learn.microsoft.com/cli/azure/aks ("get-credentials": `-` is standard
output), docs.aws.amazon.com/cli ("describe-cluster"), docs.cloud.google.com kubernetes-engine/docs/reference/rest/v1
(projects.locations.clusters). Never tried on a real account.
"""

import base64
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from components.errors import InvalidValueError
from components.platforms import eks_kubeconfig, gke_kubeconfig
from components.platforms.aks_kubeconfig import usable_kubeconfig
from components.platforms.eks_kubeconfig import EksLogin
from components.platforms.login_kubelogin import login_method
from components.platforms.machine import this_machine
from components.settings_aks import ExistingAksCluster
from components.settings_eks import ExistingEksCluster
from components.settings_gke import ExistingGkeCluster
from components.settings_models import AksSettings, EksSettings, GkeSettings, LocalSettings
from ops.checks.cloud import SECONDS, can_ask
from ops.checks.cloud_questions import says_missing
from ops.checks.cluster_rights import answer_and_rights, places_of
from ops.checks.command import run
from ops.checks.finding import Finding, Name, State
from ops.checks.settled import Settled
from ops.stack_cluster import Access, connect_to

_WHY = "whether the cluster answers, and what one may do in it, is then first seen at preview"
_OTHER_LOGINS = ("accessKey", "assumeRoleWithWebIdentity", "assumeRoles", "profile")
"""Keys of `aws:` that give a stack a login of its own, where the command line has the shell's."""


@dataclass(frozen=True)
class Way:
    """How to get into a cluster."""

    words: tuple[str, ...]
    """Print what its kubeconfig is made of."""
    name: str
    """Of the cluster, and of the context that is made here."""
    context: str
    """As `login` names it, for a person."""
    login: str
    """What a person types to have that context."""
    kubeconfig: Callable[[str], str]
    """From what is printed; raises InvalidValueError, LookupError, TypeError or ValueError when it is none."""
    plugin: str = ""
    """That logs in, where preflight says that it is missing."""


def check_cloud_cluster(settled: Settled) -> list[Finding]:
    """Ask the cluster of a stack; nothing where this stack makes it, or nobody here can ask the cloud."""
    settings = settled.settings
    assert settings is not None
    assert not isinstance(settings, LocalSettings)
    way = way_of(settings)
    if way is None or "cluster" in settled.broken or _has_own_login(settled):
        return []
    if not can_ask(way.words[0]) or (way.plugin and shutil.which(way.plugin) is None):
        return []
    ran = run(way.words, SECONDS)
    if not ran.good:
        said = ran.said if ran.code is None else f"{way.words[0]} gives no kubeconfig: {ran.said}"
        # That it is not there, the question for its state says.
        return [] if says_missing(ran.error) else [Finding(Name.CLUSTER, State.UNKNOWN, said, _WHY, (way.login,))]
    try:
        text = way.kubeconfig(ran.out)
    except (InvalidValueError, LookupError, TypeError, ValueError):  # without its text: it may hold a credential
        said = f"what {way.words[0]} says of cluster {way.name} is no way into it"
        return [Finding(Name.CLUSTER, State.UNKNOWN, said, _WHY, (way.login,))]
    connect = partial(connect_to, Access(text, way.name))
    found = answer_and_rights(connect, places_of(settings, settled), way.context, way.login)
    # kubectl knows that context only after its login; the cluster's own mistakes have it already.
    return [_with_login(each, way.login) if each.check is Name.RIGHTS else each for each in found]


def way_of(settings: AksSettings | EksSettings | GkeSettings) -> Way | None:
    """How to get into the cluster of a stack; None for one that the stack makes. Pure, but for this machine's login."""
    cluster = settings.cluster
    if isinstance(cluster, ExistingAksCluster):
        return _aks(cluster)
    if isinstance(cluster, ExistingEksCluster):
        return _eks(cluster)
    return _gke(cluster) if isinstance(cluster, ExistingGkeCluster) else None


def _aks(cluster: ExistingAksCluster) -> Way:
    of = f" --subscription {cluster.subscription}" if cluster.subscription else ""
    login = f"az aks get-credentials --resource-group {cluster.resource_group} --name {cluster.name}{of}"

    def kubeconfig(printed: str) -> str:
        value = base64.b64encode(printed.encode()).decode()
        return usable_kubeconfig(value, cluster.name, login_method(this_machine()))

    words = (*login.split(), "--format", "exec", "--file", "-")
    return Way(words, cluster.name, cluster.name, login, kubeconfig)


def _eks(cluster: ExistingEksCluster) -> Way:
    of = f"--name {cluster.name} --region {cluster.region}"

    def kubeconfig(printed: str) -> str:
        found = json.loads(printed)["cluster"]
        authority = str(found["certificateAuthority"]["data"])
        return eks_kubeconfig.kubeconfig(cluster.name, str(found["endpoint"]), authority, EksLogin(cluster.region))

    words = ("aws", "eks", "describe-cluster", *of.split(), "--output", "json")
    login = f"aws eks update-kubeconfig {of} --alias {cluster.name}"
    return Way(words, cluster.name, cluster.name, login, kubeconfig)


def _gke(cluster: ExistingGkeCluster) -> Way:
    of = f"{cluster.name} --location {cluster.location} --project {cluster.project}"

    def kubeconfig(printed: str) -> str:
        found = json.loads(printed)
        dns = _part(_part(found, "controlPlaneEndpointsConfig"), "dnsEndpointConfig")
        host, authority = gke_kubeconfig.address(
            found.get("endpoint"),
            _part(found, "masterAuth").get("clusterCaCertificate"),
            dns.get("endpoint") if dns.get("allowExternalTraffic") else None,
            private=bool(_part(found, "privateClusterConfig").get("enablePrivateEndpoint")),
        )
        if not host:
            reason = "it has no address"
            raise InvalidValueError(reason)
        return gke_kubeconfig.kubeconfig(cluster.name, host, authority)

    words = ("gcloud", "container", "clusters", "describe", *of.split(), "--format", "json")
    context = f"gke_{cluster.project}_{cluster.location}_{cluster.name}"
    login = f"gcloud container clusters get-credentials {of}"
    return Way(words, cluster.name, context, login, kubeconfig, "gke-gcloud-auth-plugin")


def _part(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", document.get(key) or {})


def _has_own_login(settled: Settled) -> bool:
    """Whether a stack on AWS logs in as somebody else than this shell does."""
    return any(settled.values.get(f"aws:{each}") for each in _OTHER_LOGINS)


def _with_login(finding: Finding, login: str) -> Finding:
    return finding if finding.state is State.OK else replace(finding, commands=(login, *finding.commands))
