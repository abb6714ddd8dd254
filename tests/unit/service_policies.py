"""Who may connect to whom, by the NetworkPolicies of a cluster: their rules, as kubernetes.io writes them down.

Of selectors the part that this project uses: `matchLabels`; of ports, numbers. The sandbox enforces half of it, who
may connect to a pod, so this is how tests ask what a whole cluster would let through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Pod:
    """One end of a connection."""

    namespace: str
    labels: Mapping[str, str]


def may_connect(policies: Sequence[Json], source: Pod, target: Pod, port: int) -> bool:
    """Whether a TCP connection from pod to pod is let through, at both of its ends."""
    return _allowed(_rules(policies, "egress", source), "to", (source, target), port) and _allowed(
        _rules(policies, "ingress", target), "from", (target, source), port
    )


def _rules(policies: Sequence[Json], way: str, pod: Pod) -> list[Json] | None:
    """Those that judge a pod's connections in one direction; None if nothing does."""
    own = [
        each["spec"]
        for each in policies
        if each["metadata"]["namespace"] == pod.namespace
        and way.capitalize() in each["spec"]["policyTypes"]
        and _selects(each["spec"].get("podSelector"), pod.labels)
    ]
    return [rule for spec in own for rule in spec.get(way) or ()] if own else None


def _allowed(rules: Sequence[Json] | None, peers: str, ends: tuple[Pod, Pod], port: int) -> bool:
    return rules is None or any(_port(rule, port) and _peer(rule.get(peers), *ends) for rule in rules)


def _port(rule: Json, port: int) -> bool:
    listed = rule.get("ports")
    return not listed or any(each["port"] == port and each["protocol"] == "TCP" for each in listed)


def _peer(peers: Sequence[Json] | None, here: Pod, there: Pod) -> bool:
    if not peers:
        return True
    return any(_is(each, here, there) for each in peers)


def _is(peer: Json, here: Pod, there: Pod) -> bool:
    if "ipBlock" in peer:
        return peer["ipBlock"]["cidr"] in ("0.0.0.0/0", "::/0")
    namespaces = peer.get("namespaceSelector")
    if namespaces is None:
        same = here.namespace == there.namespace
    else:
        same = _selects(namespaces, {"kubernetes.io/metadata.name": there.namespace})
    return same and _selects(peer.get("podSelector"), there.labels)


def _selects(selector: Json | None, labels: Mapping[str, str]) -> bool:
    return ((selector or {}).get("matchLabels") or {}).items() <= labels.items()
