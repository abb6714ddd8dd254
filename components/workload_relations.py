"""What is wrong between the objects of one program: Services and pods, pull secrets and namespaces. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from components.workload_pods import POD, POD_TEMPLATE, is_complete, items, pod_spec, pod_template, spec_of
from components.workload_ports import Json, service_problems
from components.workload_rules import problems

_ANY_POD: Json = {"containers": None}
"""A pod of which not all is known."""
_PULL_SECRETS = ("kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg")


@dataclass(frozen=True)
class Workload:
    """A Kubernetes object as a program registers it."""

    token: str
    """`apps/v1:Deployment`."""
    name: str
    """Of the resource in the program."""
    inputs: Mapping[str, Any]

    @cached_property
    def kind(self) -> str:
        """`Deployment`."""
        return self.token.rpartition(":")[2]

    @cached_property
    def foreign(self) -> bool:
        """Whether it is of a group beyond Kubernetes' own, as charts and custom resources are: it may make anything."""
        group = self.token.partition("/")[0]
        return "." in group and not group.endswith(".k8s.io")

    @cached_property
    def spec(self) -> Json:
        """As `workload_pods.spec_of` has it."""
        return spec_of(self.kind, self.inputs)

    @cached_property
    def metadata(self) -> Json:
        """Empty as above."""
        return _mapping(self.inputs.get("metadata"))

    @cached_property
    def namespace(self) -> str | None:
        """None if it is not known, or left to the provider."""
        return _text(self.metadata.get("namespace"))

    @cached_property
    def labels(self) -> Json:
        """Of its pods."""
        if self.kind.removesuffix("Patch") == POD:
            return _mapping(self.metadata.get("labels"))
        template = _mapping(pod_template(self.kind, self.spec))
        return _mapping(_mapping(template.get("metadata")).get("labels"))

    @cached_property
    def pod(self) -> Json | None:
        """The spec of its pods, as `workload_pods.pod_spec` has it."""
        return pod_spec(self.kind, self.spec)


def each_object(seen: Workload) -> list[Workload]:
    """The objects in a list, such as a `PodList`; any other as it is."""
    inner = list(items(seen.kind, seen.spec))
    group = seen.token.rpartition(":")[0]
    return [Workload(f"{group}:{kind}", seen.name, fields) for kind, fields in inner] or [seen]


def has_pods(seen: Workload) -> bool:
    """Whether it makes pods, as far as is known."""
    return any(each.pod is not None for each in each_object(seen))


def own_problems(seen: Workload, registry_prefix: str | None) -> list[str]:
    """What is wrong with an object, whatever others there are; arguments as of `relation_problems`."""
    return problems(seen.kind, seen.name, seen.spec, registry_prefix, None)


def relation_problems(
    objects: Sequence[Workload], registry_prefix: str | None, ingress_classes: Collection[str] | None = None
) -> list[str]:
    """Everything that is wrong with the workloads of a program and with what they need of each other.

    Args:
        objects: all that the program registers.
        registry_prefix: of this stack, `host[:port][/path]`; None if unknown.
        ingress_classes: of the cluster; None if unknown.
    """
    found: list[str] = []
    objects = [each for seen in objects for each in each_object(seen)]
    if ingress_classes is not None and not any(each.foreign for each in objects):
        found += _class_problems(objects, ingress_classes)
    for each in objects:
        found += problems(each.kind, each.name, each.spec, registry_prefix, made_secrets(objects, each.namespace))
        found += service_port_problems(each, objects)
    return found


def service_port_problems(service: Workload, objects: Sequence[Workload]) -> list[str]:
    """Ports of a Service that lead to nothing in the pods that it selects; nothing for other kinds."""
    if service.kind != "Service" or service.foreign:
        return []
    return service_problems(service.name, service.spec, list(_selected(service, objects)))


def _class_problems(objects: Sequence[Workload], there: Collection[str]) -> Iterator[str]:
    """Ingresses that no controller will look at; a chart may bring its class along."""
    made = {_text(each.metadata.get("name")) for each in objects if each.kind == "IngressClass"}
    for each in objects:
        name = _text(each.spec.get("ingressClassName"))
        if each.kind == "Ingress" and name is not None and name not in {*there, *made} and None not in made:
            listed = f"there are {', '.join(sorted(there))}" if there else "nor any other"
            yield f"Ingress {each.name}: no IngressClass {name!r} in the cluster; {listed}"


def made_secrets(objects: Iterable[Workload], namespace: str | None) -> set[str] | None:
    """The pull secrets that a program makes in a namespace.

    None where others may be there: in a namespace that the program does not make, and beside what makes objects of its
    own or has its name from the provider.
    """
    listed = list(objects)
    if not is_closed(listed, namespace):
        return None
    names: set[str] = set()
    for each in listed:
        if each.kind != "Secret" or each.namespace not in (None, namespace):
            continue
        name = _text(each.metadata.get("name"))
        if name is None or each.namespace is None:
            return None
        if _may_pull(each.inputs.get("type")):
            names.add(name)
    return names


def is_closed(objects: Sequence[Workload], namespace: str | None) -> bool:
    """Whether all that is in a namespace is the program's: it makes it, and nothing that makes objects of its own."""
    own = {_text(each.metadata.get("name")) for each in objects if each.kind == "Namespace"}
    return namespace is not None and namespace in own and not any(each.foreign for each in objects)


def _selected(service: Workload, objects: Sequence[Workload]) -> Iterable[Json]:
    selector = _mapping(service.spec.get("selector"))
    if not selector:
        return
    for each in objects:
        if each.pod is None or each.kind == POD_TEMPLATE or not _same(service.namespace, each.namespace):
            continue
        if _selects(selector, each.labels):
            yield each.pod if is_complete(each.kind) else _ANY_POD


def _selects(selector: Json, labels: Json) -> bool:
    return all(isinstance(value, str) and labels.get(key) == value for key, value in selector.items())


def _same(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def _may_pull(type_: object) -> bool:
    return type_ in _PULL_SECRETS if isinstance(type_, str | None) else True


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _mapping(value: object) -> Json:
    return cast("Json", value) if isinstance(value, Mapping) else {}
