"""Which ports of a Service lead to nothing. Pure; of objects as `workload_rules` has them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

Json = Mapping[str, object]


@dataclass(frozen=True)
class Port:
    """A port that a container declares."""

    name: str | None
    """Empty for a port without one, None when it is not known."""
    number: object
    protocol: str
    """Empty when it is not known."""


_UNKNOWN = Port(None, None, "")


def service_problems(name: str, spec: Json, pods: Sequence[Json]) -> list[str]:
    """Ports of a Service that lead to nothing in any pod that it selects.

    Args:
        name: of the Service.
        spec: of the Service.
        pods: the specs of the pods that it selects; nothing is said when there is none.
    """
    declared = [port for pod in pods for port in pod_ports(pod)]
    if not declared:
        return []
    wrong: list[str] = []
    for port in mappings(spec.get("ports")):
        target = port.get("targetPort", port.get("port"))
        protocol = port.get("protocol", "TCP")
        if _is_port(target) and isinstance(protocol, str) and not _leads_to(target, protocol, declared):
            there = ", ".join(sorted({_port_text(each) for each in declared}))
            wrong.append(f"Service {name}: targetPort {target!r} ({protocol}) is none of its pods' ports, {there}")
    return wrong


def pod_ports(pod: Json) -> list[Port]:
    """What the containers of a pod declare, sidecars first; one of unknown name for what is not known yet."""
    sidecars = [each for each in mappings(pod.get("initContainers")) if each.get("restartPolicy") == "Always"]
    found = [port for each in sidecars for port in container_ports(each)]
    for each in _listed(pod.get("containers")):
        found += [_UNKNOWN] if each is None else container_ports(each)
    return found


def container_ports(container: Json) -> list[Port]:
    """What a container declares; one of unknown name for what is not known yet."""
    return [_UNKNOWN if each is None else _port(each) for each in _listed(container.get("ports", ()))]


def _listed(value: object) -> list[Json | None]:
    """The mappings in a list, None for each that is not known yet; one None for a list that is not."""
    if not isinstance(value, list | tuple):
        return [None]
    elements = cast("Sequence[object]", value)
    return [cast("Json", each) if isinstance(each, Mapping) else None for each in elements]


def _port(port: Json) -> Port:
    name, protocol = port.get("name", ""), port.get("protocol", "TCP")
    return Port(
        name=name if isinstance(name, str) else None,
        number=port.get("containerPort"),
        protocol=protocol if isinstance(protocol, str) else "",
    )


def mappings(value: object) -> Iterator[Json]:
    """The mappings in a list; none for anything else."""
    for each in cast("Sequence[object]", value) if isinstance(value, list | tuple) else ():
        if isinstance(each, Mapping):
            yield cast("Json", each)


def _is_port(value: object) -> bool:
    return isinstance(value, str | int | float)


def _leads_to(target: object, protocol: str, declared: Sequence[Port]) -> bool:
    if isinstance(target, str) and not target.isdecimal():
        return any(each.name in (None, target) and each.protocol in ("", protocol) for each in declared)
    number = float(cast("str | int | float", target))
    return any(each.number == number or not isinstance(each.number, int | float) for each in declared)


def _port_text(port: Port) -> str:
    number = f"{port.number:g}" if isinstance(port.number, int | float) else "?"
    return f"{port.name} {number}/{port.protocol or '?'}".strip()
