"""NetworkPolicies of the embedded cluster: which pod may connect to which, as rules of this machine's firewall.

Enforced is who may connect to a pod over TCP (Ingress), and not where a pod may connect to (Egress); of a range of
addresses, its exceptions are not looked at. Traffic of a Service passes this machine's routing, where its rules still
see the pod that asks; traffic from pod to pod passes the bridge. What comes from this machine itself, such as probes
and the ingress controller, is let in, as clusters let a node reach its own pods.
"""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import httpx

from sandbox.network import POLICY_FAMILIES, TABLE
from sandbox.objects import Json, listed

_SECONDS = 30
_FIRST_PACKET = "tcp flags & (syn | ack) == syn"
_NAMESPACE_NAME = "kubernetes.io/metadata.name"


class FirewallError(Exception):
    """The firewall refuses rules; its own words."""


class Enforcing:
    """Keeps the firewall to what the cluster says."""

    def __init__(self) -> None:
        self._set: str | None = None

    def look(self, client: httpx.Client) -> None:
        """One round: set the rules if they have changed.

        Raises:
            httpx.HTTPError: the cluster does not answer, or refuses.
            FirewallError: the rules cannot be set.
        """
        policies = listed(client, "/apis/networking.k8s.io/v1/networkpolicies")
        pods = listed(client, "/api/v1/pods") if policies else []
        wanted = ruleset(policies, pods)
        if wanted == self._set:
            return
        done = subprocess.run(
            ["nft", "-f", "-"], input=wanted, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        if done.returncode:
            raise FirewallError(done.stderr.strip())
        self._set = wanted


def ruleset(policies: Sequence[Json], pods: Sequence[Json]) -> str:
    """The rules, as nft reads them: all of both tables, in place of what they were."""
    lines = [line for each in _with_address(pods) for line in _of_pod(each, policies, pods)]
    chain = "\n".join(
        ["    type filter hook forward priority filter; policy accept;", *(f"    {each}" for each in lines)]
    )
    return "".join(
        f"table {family} {TABLE} {{}}\ndelete table {family} {TABLE}\n"
        f"table {family} {TABLE} {{\n  chain policies {{\n{chain}\n  }}\n}}\n"
        for family in POLICY_FAMILIES
    )


def _of_pod(pod: Json, policies: Sequence[Json], pods: Sequence[Json]) -> Iterator[str]:
    own = [each for each in policies if _is_of(each, pod)]
    if not own:
        return
    to = f"ip daddr {pod['status']['podIP']}"
    for policy in own:
        for rule in policy["spec"].get("ingress") or ():
            for source in _sources(rule.get("from"), policy["metadata"]["namespace"], pods):
                for port in _ports(rule.get("ports"), pod):
                    yield " ".join(filter(None, (to, source, port, _FIRST_PACKET, "accept")))
    yield f"{to} {_FIRST_PACKET} drop"


def _is_of(policy: Json, pod: Json) -> bool:
    spec = policy["spec"]
    return (
        policy["metadata"]["namespace"] == pod["metadata"]["namespace"]
        and "Ingress" in (spec.get("policyTypes") or ["Ingress"])
        and selects(spec.get("podSelector"), pod["metadata"].get("labels"))
    )


def _sources(peers: Sequence[Json] | None, namespace: str, pods: Sequence[Json]) -> Iterator[str]:
    """The part of a rule that says from where; empty for anywhere."""
    if not peers:
        yield ""
        return
    blocks = [each["ipBlock"]["cidr"] for each in peers if "ipBlock" in each]
    addresses = {
        each["status"]["podIP"]
        for each in _with_address(pods)
        if any(_is_peer(peer, each, namespace) for peer in peers if "ipBlock" not in peer)
    }
    if addresses:
        yield f"ip saddr {{ {', '.join(sorted(addresses))} }}"
    yield from (f"ip saddr {each}" for each in blocks if ":" not in each)


def _is_peer(peer: Json, pod: Json, namespace: str) -> bool:
    theirs = pod["metadata"]["namespace"]
    namespaces = peer.get("namespaceSelector")
    # Of a namespace's labels the one that each of them has.
    same = theirs == namespace if namespaces is None else selects(namespaces, {_NAMESPACE_NAME: theirs})
    return same and selects(peer.get("podSelector"), pod["metadata"].get("labels"))


def _ports(ports: Sequence[Json] | None, pod: Json) -> Iterator[str]:
    """The part of a rule that says to which ports; empty for all."""
    if not ports:
        yield ""
        return
    names = {
        port["name"]: port["containerPort"]
        for container in pod["spec"].get("containers") or ()
        for port in container.get("ports") or ()
        if "name" in port
    }
    tcp = [each for each in ports if each.get("protocol", "TCP") == "TCP"]
    if any("port" not in each for each in tcp):
        yield ""
        return
    found = [names.get(each["port"]) if isinstance(each["port"], str) else each["port"] for each in tcp]
    ends = [each.get("endPort") for each in tcp]
    shown = [f"{one}-{end}" if end else str(one) for one, end in zip(found, ends, strict=True) if one]
    if shown:
        yield f"tcp dport {{ {', '.join(shown)} }}"


def selects(selector: Json | None, labels: Mapping[str, str] | None) -> bool:
    """Whether a label selector takes an object with these labels; an empty one takes all, and so does none at all."""
    own, wanted = labels or {}, selector or {}
    if not (wanted.get("matchLabels") or {}).items() <= own.items():
        return False
    return all(_holds(each, own) for each in wanted.get("matchExpressions") or ())


def _holds(expression: Json, labels: Mapping[str, str]) -> bool:
    key, values = expression["key"], cast("Sequence[str]", expression.get("values") or ())
    judged: dict[str, bool] = {
        "In": labels.get(key) in values,
        "NotIn": labels.get(key) not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }
    return judged[expression["operator"]]


def _with_address(pods: Sequence[Json]) -> list[Json]:
    """Pods with an address of their own."""
    return [each for each in pods if _has_address(each)]


def _has_address(pod: Json) -> bool:
    status: dict[str, Any] = pod.get("status") or {}
    over = status.get("phase") in ("Succeeded", "Failed")
    return bool(status.get("podIP")) and not over and not pod["spec"].get("hostNetwork")
