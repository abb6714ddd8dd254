"""To which nodes a pod may go, by the architecture that it asks for. Pure.

Source: kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node.
"""

from collections.abc import Collection, Iterator

from components.workload_ports import Json, mappings
from policies.values import LATER, at, mapping, texts

ARCH = "kubernetes.io/arch"
_OS = "kubernetes.io/os"
_TERMS = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")


def allowed(pod: Json, archs: Collection[str]) -> set[str] | None:
    """Of some architectures those that a pod takes; None where that is known later."""
    wanted, terms = at(pod, "nodeSelector", ARCH), at(pod, *_TERMS)
    asked = [each for term in mappings(terms) for each in _of_arch(term)]
    if LATER in (wanted, terms) or any(LATER in (each.get("operator"), each.get("values")) for each in asked):
        return None
    left = {each for each in archs if wanted in (None, each)}
    # One of the terms is enough, and all of its expressions must hold.
    listed = list(mappings(terms))
    return {each for each in left if not listed or any(_holds(term, each) for term in listed)}


def is_free(pod: Json) -> bool:
    """Whether nothing but an architecture is asked of the nodes of a pod."""
    terms = at(pod, *_TERMS)
    keys = {*mapping(at(pod, "nodeSelector"))}
    for term in mappings(terms):
        keys |= {str(each.get("key")) for each in mappings(term.get("matchExpressions"))} | {*_fields(term)}
    unknown = LATER in (terms, at(pod, "nodeSelector"), at(pod, "affinity"))
    return keys <= {ARCH, _OS} and pod.get("nodeName") is None and not unknown


def _of_arch(term: Json) -> Iterator[Json]:
    return (each for each in mappings(term.get("matchExpressions")) if each.get("key") == ARCH)


def _fields(term: Json) -> list[str]:
    return [str(each.get("key")) for each in mappings(term.get("matchFields"))]


def _holds(term: Json, arch: str) -> bool:
    for each in _of_arch(term):
        values = texts(each.get("values"))
        if {"In": arch not in values, "NotIn": arch in values, "DoesNotExist": True}.get(str(each.get("operator"))):
            return False
    return True
