"""Which controller an Ingress is for."""

from collections.abc import Iterator

from policies.rule import Resource, Stack, objects_of
from policies.values import at, mapping

_OLD = "kubernetes.io/ingress.class"
"""The annotation before Kubernetes 1.18; GKE's own controller reads nothing else (`components/traffic.py`)."""


def ingress_class(resource: Resource, _: Stack) -> Iterator[str]:
    """Ingresses that no controller looks at unless the cluster happens to have a default class."""
    for seen in objects_of(resource):
        if seen.kind != "Ingress" or seen.foreign:
            continue
        annotations = mapping(at(seen.inputs, "metadata", "annotations"))
        if seen.spec.get("ingressClassName") is None and annotations.get(_OLD) is None:
            yield f"Ingress {seen.name} names no class"
