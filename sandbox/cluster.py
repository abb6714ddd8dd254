"""Which cluster the sandbox uses, and bringing it up: a given context, or the embedded one."""

import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import yaml

from sandbox import cluster_services, kind, kubectl, node
from sandbox.control_plane import ControlPlane, free_of_other_clusters
from sandbox.errors import COMMAND, SandboxError
from sandbox.site import Site
from sandbox.stack_choices import StackChoices, stack_choices
from sandbox.state import NAME, Options, private_file

EMBEDDED = "embedded"
_CONTEXT = "context:"
EMBEDDED_TOOLS = ("kube", "containerd", "traefik", "coredns", "pause")


def asked_for(options: Options, stack: StackChoices) -> tuple[str, str] | None:
    """The cluster that a person chose and where: `embedded` or `context:NAME`; None leaves it to the machine.

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
    if stack.context != NAME:
        return f"{_CONTEXT}{stack.context}", "cluster.context of Pulumi.local.yaml"
    return None


def choose(options: Options, stack: StackChoices) -> tuple[str, str]:
    """The cluster to use and why: what was asked for, else a kind cluster that can serve the stack, else our own.

    Raises:
        SandboxError: what was asked for is no cluster.
    """
    asked = asked_for(options, stack)
    if asked is not None:
        return asked
    context, reason = kind.usable(stack)
    return (f"{_CONTEXT}{context}", reason) if context else (EMBEDDED, f"no other was given, and {reason}")


def refuse_missing_context(site: Site) -> None:
    """Before anything is started: a given context must be one.

    Raises:
        SandboxError: it is none; the message has the command that lists them.
    """
    if site.record.cluster != EMBEDDED:
        _given_config(site, site.record.cluster.removeprefix(_CONTEXT))


def up(site: Site) -> None:
    """Bring the chosen cluster up, and write its kubeconfig: the context `sandbox`, and a given one's own name too.

    Raises:
        SandboxError: a part of it ended or does not answer, or the given context does not exist.
    """
    kubectl.install(site)
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
    done = kubectl.run(site.state, *words)
    if done.returncode:
        message = f"a node does not become ready: {done.stderr.strip()}; type: {COMMAND} logs kubelet-node-1"
        raise SandboxError(message)


def _existing(site: Site, context: str) -> None:
    private_file(site.state.kubeconfig, yaml.safe_dump(with_alias(_given_config(site, context))))


def with_alias(config: Mapping[str, object]) -> dict[str, object]:
    """A kubeconfig of one context, as `kubectl config view --minify` gives it, with that context named `sandbox` too.

    The stack file may name either. Cluster and user keep their names: by these the program knows a cloud's cluster,
    whatever its context is called (components/platforms/matching.py).
    """
    given = cast("list[dict[str, object]]", config["contexts"])
    aliases = [{**each, "name": NAME} for each in given if each["name"] != NAME]
    return {**config, "contexts": [*aliases, *given], "current-context": NAME}


def _given_config(site: Site, context: str) -> dict[str, object]:
    """What the user's own kubeconfig says of a context, certificates included; kubectl merges its files."""
    file = stack_choices(site.record.checkout).kubeconfig
    command = [
        site.tools["kube"],
        "kubectl",
        "config",
        "view",
        "--raw",
        "--flatten",
        "--minify",
        f"--context={context}",
    ]
    if file is not None:
        command.append(f"--kubeconfig={file}")
    # A shell that took over `sandbox env` names our own copy, which may be old or gone.
    shell = {
        name: value for name, value in os.environ.items() if (name, value) != ("KUBECONFIG", str(site.state.kubeconfig))
    }
    done = subprocess.run(command, capture_output=True, text=True, env=shell, timeout=30, check=False)
    if done.returncode:
        message = (
            f"there is no usable kubeconfig context {context!r}: {done.stderr.strip()}; "
            "type: kubectl config get-contexts -o name"
        )
        raise SandboxError(message)
    return yaml.safe_load(done.stdout)
