"""What a stack runs, by its state: workloads with their images, and what leads from its URL to their pods. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ops.state import Resource, State, revealed
from pulls.kubelet.objects import Json, items, part, text

_KINDS = {f"kubernetes:apps/v1:{kind}": kind for kind in ("Deployment", "StatefulSet")}
"""Type in the state → kind of a workload that serves for as long as it is there."""
_SERVICE = "kubernetes:core/v1:Service"
_INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A workload that a stack made."""

    kind: str
    """`Deployment` or `StatefulSet`."""
    namespace: str
    name: str
    images: Mapping[str, str]
    """Container → reference, init containers too."""
    labels: Mapping[str, str]
    """Of its pods."""
    pod_spec: Json = field(repr=False)
    ready_path: str
    """What its readiness probe asks for; empty where that is no HTTP."""
    provider: str = field(default="", repr=False)
    """As in `Resource.provider`: which cluster it is in."""

    @property
    def title(self) -> str:
        """As `kubectl` and `ops diagnose` take it."""
        return f"{self.kind.lower()}/{self.name}"


@dataclass(frozen=True)
class Route:
    """The Service that the stack's URL leads to."""

    namespace: str
    service: str
    selector: Mapping[str, str]

    def leads_to(self, deployed: Deployed) -> bool:
        """Whether the pods of a workload are behind it."""
        return self.namespace == deployed.namespace and self.selects(deployed.labels)

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Whether a pod with these labels is behind it, once it is ready: that is how Kubernetes makes endpoints."""
        return bool(self.selector) and self.selector.items() <= labels.items()


def workloads(state: State) -> list[Deployed]:
    """The workloads of a stack, in the order in which they were made."""
    return [_deployed(each) for each in state.of_type(*_KINDS)]


def route(state: State) -> Route | None:
    """The Service behind the first Ingress; without one, the first load balancer; without that, the first Service."""
    services = [_route(each) for each in state.of_type(_SERVICE)]
    for each in state.of_type(_INGRESS):
        namespace, named = _place(each)[0], _backends(each)
        for service in services:
            if service.namespace == namespace and service.service in named:
                return service
    balanced = [_route(each) for each in state.of_type(_SERVICE) if _kind(each) == "LoadBalancer"]
    return next(iter([*balanced, *services]), None)


def _deployed(resource: Resource) -> Deployed:
    namespace, name = _place(resource)
    spec: Json = revealed(part(_inputs(resource), "spec", "template", "spec"))
    containers = [*items(spec, "initContainers"), *items(spec, "containers")]
    paths = [text(each, "readinessProbe", "httpGet", "path") for each in containers]
    return Deployed(
        kind=_KINDS[resource.type],
        namespace=namespace,
        name=name,
        images={text(each, "name"): text(each, "image") for each in containers},
        labels=part(_inputs(resource), "spec", "template", "metadata", "labels"),
        pod_spec=spec,
        ready_path=next(filter(None, paths), ""),
        provider=resource.provider,
    )


def _route(resource: Resource) -> Route:
    namespace, name = _place(resource)
    return Route(namespace, name, part(_inputs(resource), "spec", "selector"))


def _backends(ingress: Resource) -> set[str]:
    spec = part(_inputs(ingress), "spec")
    paths = [path for rule in items(spec, "rules") for path in items(rule, "http", "paths")]
    named = {text(path, "backend", "service", "name") for path in paths}
    return named | {text(spec, "defaultBackend", "service", "name")}


def _kind(service: Resource) -> str:
    return text(_inputs(service), "spec", "type")


def _inputs(resource: Resource) -> Json:
    """What the program asked for, in clear: only names, images and labels of it are used."""
    return revealed(resource.inputs)


def _place(resource: Resource) -> tuple[str, str]:
    """Namespace and name of an object: its id, as the Kubernetes provider makes it (provider.go, fqName)."""
    namespace, slash, name = resource.id.rpartition("/")
    if slash:
        return namespace, name
    metadata = part(_inputs(resource), "metadata")
    return text(metadata, "namespace") or "default", resource.id or text(metadata, "name")
