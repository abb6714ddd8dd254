"""Which cluster the sandbox uses, and bringing it up: a given context, or the embedded one."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import yaml

from sandbox import cluster_services, node
from sandbox.control_plane import ControlPlane, free_of_other_clusters
from sandbox.errors import COMMAND, SandboxError
from sandbox.site import Site
from sandbox.state import NAME, Options, private_file

EMBEDDED = "embedded"
_CONTEXT = "context:"
EMBEDDED_TOOLS = ("kube", "containerd", "traefik", "coredns", "pause")


def choose(options: Options) -> tuple[str, str]:
    """The cluster to use and why: `embedded` or `context:NAME`.

    Raises:
        SandboxError: the given choice is none of these.
    """
    asked = options.cluster
    if asked == EMBEDDED:
        return EMBEDDED, "asked for"
    if asked.startswith(_CONTEXT) and asked != _CONTEXT:
        return asked, "asked for"
    if asked != "auto":
        message = f"--cluster {asked}: must be auto, embedded or context:NAME (kubectl config get-contexts lists them)"
        raise SandboxError(message)
    return EMBEDDED, "no context was given (--cluster context:NAME), so this machine runs one"


def up(site: Site) -> None:
    """Bring the chosen cluster up, and write its kubeconfig with the one context `sandbox`.

    Raises:
        SandboxError: a part of it ended or does not answer, or the given context does not exist.
    """
    if site.record.cluster == EMBEDDED:
        _embedded(site)
    else:
        _existing(site, site.record.cluster.removeprefix(_CONTEXT))


def _embedded(site: Site) -> None:
    free_of_other_clusters()
    options = site.record.options
    nodes = node.planned(nodes=options.nodes, debian=options.debian_nodes)
    plane = ControlPlane(site)
    with ThreadPoolExecutor() as pool:
        # The runtimes need nothing of the control plane, so both start at once.
        runtimes = [pool.submit(node.start_containerd, site, each) for each in nodes]
        plane.up()
        for started in runtimes:
            started.result()
        services = pool.submit(cluster_services.up, site, plane)
        for started in [pool.submit(node.start_kubelet, site, each, plane) for each in nodes]:
            started.result()
        services.result()
    wait_for_nodes(site, [each.name for each in nodes])


def wait_for_nodes(site: Site, names: list[str]) -> None:
    """Wait until each node takes pods.

    Raises:
        SandboxError: one does not become ready within a minute; the message says what it reports.
    """
    words = ["wait", "--for=condition=Ready", "--timeout=60s", *(f"node/{name}" for name in names)]
    done = kubectl(site, *words)
    if done.returncode:
        message = f"a node does not become ready: {done.stderr.strip()}; type: {COMMAND} logs kubelet-node-1"
        raise SandboxError(message)


def kubectl(site: Site, *words: str) -> subprocess.CompletedProcess[str]:
    """Run kubectl against the sandbox's cluster."""
    command = [site.tools["kube"], "kubectl", f"--kubeconfig={site.state.kubeconfig}", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _existing(site: Site, context: str) -> None:
    config = _kubectl_config(context)
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": NAME,
        "contexts": [{"name": NAME, "context": {"cluster": NAME, "user": NAME}}],
        "clusters": [{**config["clusters"][0], "name": NAME}],
        "users": [{**config["users"][0], "name": NAME}],
    }
    private_file(site.state.kubeconfig, yaml.safe_dump(document))


def _kubectl_config(context: str) -> dict[str, list[dict[str, object]]]:
    command = ["kubectl", "config", "view", "--raw", "--flatten", "--minify", f"--context={context}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except OSError as error:
        message = f"kubectl is needed to read the context {context}: {error.strerror}"
        raise SandboxError(message) from error
    if done.returncode:
        message = (
            f"there is no usable kubeconfig context {context!r}: {done.stderr.strip()}; "
            "type: kubectl config get-contexts -o name"
        )
        raise SandboxError(message)
    return yaml.safe_load(done.stdout)
