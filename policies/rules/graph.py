"""What objects of one program need of each other: labels, ports, names. Silent where others may make objects too."""

from collections.abc import Iterator, Mapping

from components.workload_pods import POD_TEMPLATE, is_complete
from components.workload_ports import Json, mappings
from components.workload_probes import asked_ports, port_names
from components.workload_relations import (
    Workload,
    is_closed,
    made_secrets,
    service_port_problems,
)
from components.workload_rules import containers, pull_secret_problems
from policies.rule import Resource, Stack, objects_of
from policies.values import LATER, at, mapping

Found = Iterator[tuple[Resource, str]]
_SELECTORS: Mapping[str, tuple[str, ...]] = {
    "Service": ("selector",),
    "PodDisruptionBudget": ("selector", "matchLabels"),
    "NetworkPolicy": ("podSelector", "matchLabels"),
}
"""Kind → where its selector is."""


def selector_labels(resource: Resource, _: Stack) -> Iterator[str]:
    """Controllers that do not select the pods that they make."""
    for seen in objects_of(resource):
        wanted = mapping(at(seen.spec, "selector", "matchLabels"))
        labels = mapping(at(seen.spec, "template", "metadata", "labels"))
        for key, value in wanted.items() if "template" in seen.spec else ():
            there = labels.get(key)
            if LATER not in (value, there) and there != value:
                yield f"{seen.kind} {seen.name} selects {key}={value}, and its pods have {key}={there}"


def selects_nothing(stack: Stack) -> Found:
    """Objects that point at pods, or at a workload, of which there are none."""
    for resource, seen in stack.objects:
        fault = _of_nothing(seen, stack)
        if fault is not None and is_closed(stack.workloads, seen.namespace):
            yield resource, f"{seen.kind} {seen.name} {fault}"


def _of_nothing(seen: Workload, stack: Stack) -> str | None:
    if seen.kind in _SELECTORS:
        selector = mapping(at(seen.spec, *_SELECTORS[seen.kind]))
        if selector and not any(True for _ in selected(selector, seen, stack)):
            shown = ",".join(f"{key}={value}" for key, value in selector.items())
            return f"selects {shown}, and no pods of the program have that"
    target = mapping(seen.spec.get("scaleTargetRef"))
    if target and not _is_there(stack, seen.namespace, target.get("kind"), target.get("name")):
        return f"scales {target.get('kind')} {target.get('name')}, which nothing makes"
    return None


def selected(selector: Json, of: Workload, stack: Stack) -> Iterator[Workload]:
    """The workloads whose pods a selector may take, in the namespace of the object that has it."""
    for each in stack.workloads:
        if each.pod is None or each.kind == POD_TEMPLATE:
            continue
        if None not in (each.namespace, of.namespace) and each.namespace != of.namespace:
            continue
        pairs = [(value, each.labels.get(key)) for key, value in selector.items()]
        if all(LATER in pair or pair[0] == pair[1] for pair in pairs):
            yield each


def _is_there(stack: Stack, namespace: str | None, kind: object, name: object) -> bool:
    if LATER in (kind, name):
        return True
    names = [at(each.inputs, "metadata", "name") for each in _of_kind(stack, namespace, kind)]
    return name in names or LATER in names or None in names


def _of_kind(stack: Stack, namespace: str | None, kind: object) -> list[Workload]:
    return [each for each in stack.workloads if each.kind == kind and each.namespace in (None, namespace)]


def service_port(stack: Stack) -> Found:
    """Services with a port that leads to nothing."""
    for resource, seen in stack.objects:
        yield from ((resource, each) for each in service_port_problems(seen, stack.workloads))


def container_port(resource: Resource, _: Stack) -> Iterator[str]:
    """Probes and hooks that ask a port which nothing declares, and names of ports that cannot be."""
    for seen in objects_of(resource):
        pod = seen.pod
        for container in containers(pod) if pod is not None else ():
            asked = asked_ports(container, pod or {}) if is_complete(seen.kind) else ()
            for each in (*port_names(container), *asked):
                yield f"{seen.kind} {seen.name}: container {container.get('name')!r} {each}"


def ingress_backend(stack: Stack) -> Found:
    """Ingresses that lead to a Service, or to a port of one, that is not there."""
    for resource, seen in stack.objects:
        if seen.kind != "Ingress" or seen.foreign or not is_closed(stack.workloads, seen.namespace):
            continue
        for backend in _backends(seen):
            name = backend.get("name")
            services = [
                each
                for each in _of_kind(stack, seen.namespace, "Service")
                if at(each.inputs, "metadata", "name") in (name, LATER, None)
            ]
            if not services and name is not LATER:
                yield resource, f"Ingress {seen.name} leads to Service {name}, which nothing makes"
            elif services and not any(_has_port(each, mapping(backend.get("port"))) for each in services):
                yield (
                    resource,
                    f"Ingress {seen.name} leads to port {_port(backend)} of Service {name}, which has no such",
                )


def _backends(ingress: Workload) -> Iterator[Json]:
    default = mapping(at(ingress.spec, "defaultBackend", "service"))
    if default:
        yield default
    for rule in mappings(ingress.spec.get("rules")):
        for path in mappings(at(rule, "http", "paths")):
            service = mapping(at(path, "backend", "service"))
            if service:
                yield service


def _has_port(service: Workload, port: Json) -> bool:
    ports = service.spec.get("ports")
    wanted = [(key, port[of]) for of, key in (("name", "name"), ("number", "port")) if of in port]
    if ports is LATER or not wanted:
        return True
    return any(each.get(key) in (value, LATER) or value is LATER for each in mappings(ports) for key, value in wanted)


def _port(backend: Json) -> object:
    port = mapping(backend.get("port"))
    return port.get("name", port.get("number"))


def pull_secret(stack: Stack) -> Found:
    """Pods that name a pull secret which nothing makes."""
    for resource, seen in stack.objects:
        if seen.pod is not None and seen.pod.get("imagePullSecrets"):
            made = made_secrets(stack.workloads, seen.namespace)
            yield from ((resource, f"{seen.kind} {seen.name}: {each}") for each in pull_secret_problems(seen.pod, made))
