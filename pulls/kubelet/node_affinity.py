"""Whether a pod's node affinity lets it onto a node, as the scheduler judges it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulls.kubelet.objects import Json, items, name, part, text, value

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_TERMS = ("affinity", "nodeAffinity", _REQUIRED)


def may_land_on(node: Json, pod_spec: Mapping[str, Any]) -> bool:
    """Whether one of the required terms takes the node (component-helpers v0.34, nodeaffinity.go).

    A term without a requirement takes none; a requirement that is not known here is left to the scheduler.
    """
    required = part(dict(pod_spec), *_TERMS)
    if not required:
        return True
    return any(_takes(term, node) for term in items(required, "nodeSelectorTerms"))


def without_labels(node_affinity: Json, keys: Sequence[str]) -> Json:
    """The same affinity, for nodes only that have none of these labels: a nodeSelector cannot ask for that."""
    if not keys:
        return node_affinity
    absent = [{"key": each, "operator": "DoesNotExist"} for each in keys]
    # A term is enough, so each must ask for it; one that asks for nothing takes no node, and must not become one.
    terms = [
        {**each, "matchExpressions": [*items(each, "matchExpressions"), *absent]} if any(each.values()) else each
        for each in items(node_affinity, _REQUIRED, "nodeSelectorTerms")
    ]
    return {**node_affinity, _REQUIRED: {"nodeSelectorTerms": terms or [{"matchExpressions": absent}]}}


def _takes(term: Json, node: Json) -> bool:
    labels: Mapping[str, str] = part(node, "metadata", "labels")
    of_labels, of_fields = items(term, "matchExpressions"), items(term, "matchFields")
    if not of_labels and not of_fields:
        return False
    fields = {"metadata.name": name(node)}
    return all(_is_met(each, labels) for each in of_labels) and all(_is_met(each, fields) for each in of_fields)


def _is_met(requirement: Json, values: Mapping[str, str]) -> bool:
    has, wanted = values.get(text(requirement, "key")), [str(each) for each in value(requirement, "values") or ()]
    match text(requirement, "operator"):
        case "In":
            return has in wanted
        case "NotIn":
            return has not in wanted
        case "Exists":
            return has is not None
        case "DoesNotExist":
            return has is None
        case "Gt" | "Lt" as operator:
            return _compares(operator, has, wanted)
        case _:
            return True


def _compares(operator: str, has: str | None, wanted: list[str]) -> bool:
    try:
        left, (right,) = int(has or ""), map(int, wanted)
    except ValueError:  # no number, or not exactly one to compare with
        return False
    return left > right if operator == "Gt" else left < right
