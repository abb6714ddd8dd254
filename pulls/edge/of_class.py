"""Whether somebody serves an Ingress: its class, and the address that a controller gives it. Pure."""

from collections.abc import Sequence
from difflib import SequenceMatcher, get_close_matches

from pulls.edge.objects import Edge, addresses, class_of
from pulls.kubelet.objects import Json, moment, name, text

_WITHOUT_AN_OBJECT = frozenset({"gce", "gce-internal", "azure/application-gateway"})
"""Classes that their controllers take from the annotation alone, and that are no IngressClass: ingress-gce
(pkg/annotations/ingress.go) and Application Gateway's (docs/annotations.md there)."""


def unknown_class(ingress: Json, edge: Edge) -> list[str]:
    """What is wrong with its class, those that there are named with the nearest first; nothing where all is well.

    An annotation's class needs no object: it is unknown only where nobody has given the Ingress an address either.
    """
    wanted, there = class_of(ingress), [name(each) for each in edge.classes]
    if not wanted or wanted in there or "ingressclasses" in edge.refused:
        return []
    annotated = not text(ingress, "spec", "ingressClassName")
    if annotated and (wanted in _WITHOUT_AN_OBJECT or addresses(ingress) or edge.is_young(ingress)):
        return []
    if not there:
        return [f"no IngressClass {wanted!r}, nor any other: the cluster has no ingress controller"]
    close = get_close_matches(wanted, there, n=1)
    meant = f"; did you mean {close[0]}?" if close else ""
    return [f"no IngressClass {wanted!r}; there are {', '.join(_nearest_first(wanted, there))}{meant}"]


def no_address(ingress: Json, edge: Edge) -> list[str]:
    """That it has waited for an address for long; nothing where it has one, or where its class says why."""
    if addresses(ingress) or edge.is_young(ingress) or unknown_class(ingress, edge):
        return []
    wanted, since = class_of(ingress), moment(ingress, "metadata", "creationTimestamp")
    whose = f"of class {wanted}" if wanted else "without a class"
    return [f"an Ingress {whose}, and no controller has given it an address since {since:%Y-%m-%dT%H:%M:%SZ}"]


def _nearest_first(wanted: str, there: Sequence[str]) -> list[str]:
    return sorted(there, key=lambda each: (-SequenceMatcher(None, wanted, each).ratio(), each))
