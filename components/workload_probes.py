"""Which ports of a container cannot be, or are asked for and not declared. Pure; of objects as `workload_rules` has.

A name is looked up in the container itself, a number is a port of the pod (kubernetes/kubernetes:pkg/probe/util.go).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from components.workload_ports import Json, Port, container_ports, pod_ports

_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_HOOKS = ("postStart", "preStop")
_WAYS = ("httpGet", "tcpSocket", "grpc")
_LONGEST = 15
# k8s.io/apimachinery/pkg/util/validation, IsValidPortName
_PORT_NAME = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def port_names(container: Json) -> Iterator[str]:
    """Names of a container's ports that Kubernetes refuses."""
    seen: set[str] = set()
    for name in filter(None, (port.name for port in container_ports(container))):
        plain = str.__str__(name)
        if len(plain) > _LONGEST or not _PORT_NAME.fullmatch(plain):
            yield f"has a port named {name!r}; a name has {_LONGEST} of a-z, 0-9 and - at most, and a letter"
        if plain in seen:
            yield f"has two ports named {name!r}"
        seen.add(plain)


def asked_ports(container: Json, pod: Json) -> Iterator[str]:
    """Ports that a container's probes and hooks ask and that nothing declares."""
    own, every = container_ports(container), pod_ports(pod)
    for probe in _PROBES:
        for port in _ports_of(_mapping(container.get(probe))):
            yield from _undeclared(f"a {probe}", port, own)
            if pod.get("hostNetwork") in (None, False) and _missing(port, every):
                yield f"has a {probe} at port {port!r}, which its pod does not declare ({_numbers(every)}); declare it"
    hooks = _mapping(container.get("lifecycle"))
    for hook in _HOOKS:
        for port in _ports_of(_mapping(hooks.get(hook))):
            yield from _undeclared(f"a {hook} hook", port, own)


def _undeclared(what: str, port: object, own: Sequence[Port]) -> Iterator[str]:
    names = {each.name for each in own}
    if isinstance(port, str) and not port.isdecimal() and None not in names and port not in names:
        yield f"has {what} at port {port!r}, and declares no port of that name"


def _missing(port: object, declared: Sequence[Port]) -> bool:
    """Whether pods that declare ports declare none of this number; those that declare nothing may listen anywhere."""
    number = _number(port)
    if number is None or not declared:
        return False
    return all(isinstance(each.number, int | float) and each.number != number for each in declared)


def _numbers(declared: Sequence[Port]) -> str:
    return ", ".join(sorted({f"{each.number:g}" for each in declared if isinstance(each.number, int | float)}))


def _number(port: object) -> float | None:
    if isinstance(port, bool) or not isinstance(port, str | int | float):
        return None
    return float(port) if not isinstance(port, str) or port.isdecimal() else None


def _ports_of(probe: Json) -> Iterator[object]:
    for way in _WAYS:
        asked = _mapping(probe.get(way))
        if not asked.get("host"):  # or it asks another machine
            yield asked.get("port")


def _mapping(value: object) -> Json:
    return cast("Json", value) if isinstance(value, Mapping) else {}
