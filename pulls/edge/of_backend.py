"""Whether an Ingress leads to pods: its Services, their ports, and what is behind them. Pure."""

from collections.abc import Sequence
from difflib import get_close_matches

from pulls.edge.objects import MOMENT, Backend, Edge, backends, selects
from pulls.kubelet.objects import Json, condition, is_terminating, items, moment, name, namespace, part, text

_SERVICE = "kubernetes.io/service-name"
"""On an EndpointSlice (kubernetes v1.34 staging/src/k8s.io/api/discovery/v1/well_known_labels.go)."""
_ENDED = {"Succeeded", "Failed"}


def broken_backends(ingress: Json, edge: Edge, pods: Sequence[Json]) -> list[str]:
    """What is wrong with the Services that it leads to; nothing where all is well, or they may not be read.

    Args:
        ingress: one.
        edge: what was read.
        pods: of its namespace. Those that are not ready say why themselves, and nothing is said of them here.
    """
    if "services" in edge.refused:
        return []
    here = [each for each in pods if namespace(each) == namespace(ingress)]
    return list(filter(None, (_broken(each, namespace(ingress), edge, here) for each in backends(ingress))))


def _broken(backend: Backend, place: str, edge: Edge, pods: Sequence[Json]) -> str:
    service = edge.service(place, backend.service)
    if service is None:
        there = sorted(name(each) for each in edge.services if namespace(each) == place)
        close = get_close_matches(backend.service, there, n=1)
        return f"no Service {backend.service!r}{f'; did you mean {close[0]}?' if close else ''}"
    if text(service, "spec", "type") == "ExternalName":
        return ""  # a name elsewhere: it has neither pods nor, often, ports
    port = next((each for each in items(service, "spec", "ports") if backend.port in _called(each)), None)
    if port is None:
        there = [" ".join(_called(each)) for each in items(service, "spec", "ports")]
        return f"Service {backend.service} has no port {backend.port}; it has {', '.join(there) or 'none'}"
    if "endpointslices" in edge.refused or _is_served(service, port, edge):
        return ""
    return _nobody(service, port, edge, pods)


def _called(port: Json) -> list[str]:
    return list(filter(None, (text(port, "port"), text(port, "name"))))


def _is_served(service: Json, port: Json, edge: Edge) -> bool:
    """Whether there is a ready endpoint for the port; one that does not say so is ready (discovery.k8s.io/v1)."""
    own = [
        each
        for each in edge.slices
        if namespace(each) == namespace(service) and text(each, "metadata", "labels", _SERVICE) == name(service)
        if any(text(one, "name") == text(port, "name") for one in items(each, "ports"))
    ]
    return any(part(one, "conditions").get("ready") is not False for each in own for one in items(each, "endpoints"))


def _nobody(service: Json, port: Json, edge: Edge, pods: Sequence[Json]) -> str:
    selector = part(service, "spec", "selector")
    if not selector:
        return f"Service {name(service)} has no endpoints, and no selector that would find pods"
    there = [each for each in pods if not is_terminating(each) and text(each, "status", "phase") not in _ENDED]
    taken = [each for each in there if selects(service, part(each, "metadata", "labels"))]
    if not taken:
        wanted = ",".join(f"{key}={value}" for key, value in selector.items())
        return "" if edge.is_young(service) else f"Service {name(service)} takes no pod: none has {wanted}"
    if not any(_is_ready_for_long(each, edge) for each in taken):
        return ""
    target = text(port, "targetPort") or text(port, "port")
    return f"Service {name(service)} has no endpoint for port {text(port, 'port')}: no ready pod has its port {target}"


def _is_ready_for_long(pod: Json, edge: Edge) -> bool:
    ready = condition(pod, "Ready")
    since = moment(ready, "lastTransitionTime")
    known = since is not None and edge.taken_at is not None and edge.taken_at - since >= MOMENT
    return text(ready, "status") == "True" and known
