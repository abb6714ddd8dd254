"""Whether a kind cluster that runs already can serve the stack: its own registry mirror and ingress controller.

kind's nodes are containers, so this machine's loopback is not theirs: they reach a registry at 127.0.0.1 or
localhost only when their containerd was told where it is (kind.sigs.k8s.io/docs/user/local-registry).
"""

import subprocess

from sandbox.stack_choices import StackChoices

_SECONDS = 20


def usable(choices: StackChoices) -> tuple[str | None, str]:
    """The context of the first kind cluster that qualifies, and why it does or none does."""
    listed = _output("kind", "get", "clusters")
    if listed is None:
        return None, "no kind on PATH"
    clusters = [] if "No kind clusters" in listed else listed.split()
    if not clusters:
        return None, "kind has no cluster"
    reasons: list[str] = []
    for name in clusters:
        reason = _obstacle(name, choices)
        if reason is None:
            return f"kind-{name}", f"kind's cluster {name} runs and reaches {choices.registry}"
        reasons.append(reason)
    return None, "; ".join(reasons)


def _obstacle(name: str, choices: StackChoices) -> str | None:
    nodes = (_output("kind", "get", "nodes", "--name", name) or "").split()
    if not nodes:
        return f"kind's cluster {name} has no nodes"
    mirror = f"/etc/containerd/certs.d/{choices.registry}/hosts.toml"
    blind = [node for node in nodes if _output("docker", "exec", node, "test", "-f", mirror) is None]
    if blind:
        return f"the nodes of kind's cluster {name} do not reach {choices.registry} (no {mirror})"
    words = (f"--context=kind-{name}", "get", "ingressclass", choices.ingress_class, "--request-timeout=10s")
    if _output("kubectl", *words) is None:
        return f"kind's cluster {name} has no IngressClass {choices.ingress_class}"
    return None


def _output(*command: str) -> str | None:
    """What a command printed, or None when it is not there, fails or hangs."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
