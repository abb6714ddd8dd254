"""What is wrong with the way from outside to the pods, as symptoms of its Ingresses. Pure."""

from collections.abc import Iterator

from pulls.edge.objects import Edge
from pulls.edge.of_backend import broken_backends
from pulls.edge.of_class import no_address, unknown_class
from pulls.edge.of_host import elsewhere, unresolved
from pulls.edge.of_tls import broken_certificates
from pulls.kubelet.events import EventIndex, texts
from pulls.kubelet.objects import Json, Snapshot, is_terminating, moment, name, namespace
from pulls.kubelet.symptom import Symptom, SymptomKind

_KIND = "Ingress"


def edge_symptoms(edge: Edge, snapshot: Snapshot) -> list[Symptom]:
    """All that is wrong now, one of each kind for an Ingress. `snapshot` is all of the namespace."""
    events = EventIndex(snapshot.events)
    there = [each for each in edge.ingresses if not is_terminating(each)]
    return [found for each in there for found in _of(each, edge, snapshot, events)]


def edge_notes(edge: Edge) -> list[str]:
    """What may be wrong and need not be."""
    return [said for each in edge.ingresses for said in elsewhere(each, edge)]


def _of(ingress: Json, edge: Edge, snapshot: Snapshot, events: EventIndex) -> Iterator[Symptom]:
    found = (
        (SymptomKind.INGRESS_CLASS, "UnknownClass", unknown_class(ingress, edge)),
        (SymptomKind.INGRESS_ADDRESS, "NoAddress", no_address(ingress, edge)),
        (SymptomKind.INGRESS_BACKEND, "NoBackend", broken_backends(ingress, edge, snapshot.pods)),
        (SymptomKind.INGRESS_TLS, "NoCertificate", broken_certificates(ingress, edge)),
        (SymptomKind.INGRESS_HOST, "NotResolved", unresolved(ingress, edge)),
    )
    # Controllers of clouds say in events why they give no address, and nowhere else.
    said = texts([each for each in events.about(_KIND, ingress) if each.is_warning])
    for kind, reason, words in found:
        if words:
            also = said if kind is SymptomKind.INGRESS_ADDRESS else ()
            yield Symptom(
                kind=kind,
                workload=f"{_KIND}/{name(ingress)}",
                namespace=namespace(ingress),
                reason=reason,
                message="; ".join((*words, *also[:1])),
                events=also,
                first_seen=moment(ingress, "metadata", "creationTimestamp"),
            )
