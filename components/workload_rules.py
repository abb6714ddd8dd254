"""What makes a Kubernetes workload unable to pull or to serve, whoever wrote it. Pure.

Takes objects as the wire has them (camelCase). What is not known yet is anything but text, a number, a list or a
mapping, and nothing is said about it. A secret text is a `HiddenText`: it is looked at and never shown.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import cast

from components.errors import InvalidValueError
from components.references import is_digest, split_name
from components.workload_ports import Json, container_ports, mappings

POD = "Pod"
WITH_TEMPLATE = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job")
CRON_JOB = "CronJob"
_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_SHORT = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]*)?(?:@.*)?", re.ASCII)


class HiddenText(str):
    """A secret text: compared like any other, quoted like none."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "a secret value"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)


def problems(
    kind: str, name: str, spec: Json, registry_prefix: str | None, made_secrets: Collection[str] | None
) -> list[str]:
    """What is wrong with a workload, one sentence each; nothing for other kinds.

    Args:
        kind: of the object, such as `Deployment`.
        name: by which the program or the cluster knows it.
        spec: of the object.
        registry_prefix: of this stack, `host[:port][/path]`, where images are deployed by digest only; None if unknown.
        made_secrets: names of the pull secrets in its namespace; None if they are not all known.
    """
    pod = pod_spec(kind, spec)
    if pod is None:
        return []
    found = [
        wrong for container in containers(pod) for wrong in _container_problems(container, registry_prefix)
    ] + _secret_problems(pod, made_secrets)
    return [f"{kind} {name}: {each}" for each in found]


def pod_spec(kind: str, spec: Json) -> Json | None:
    """The pod of a workload; None for other kinds, and when it is not known."""
    template = pod_template(kind, spec)
    return template if kind == POD else _mapping(_mapping(template).get("spec")) or None


def pod_template(kind: str, spec: Json) -> Json | None:
    """What a workload makes pods from: metadata and spec; a Pod's own spec."""
    if kind == POD:
        return spec
    if kind == CRON_JOB:
        spec = _mapping(_mapping(spec.get("jobTemplate")).get("spec"))
    return _mapping(spec.get("template")) or None if kind in (*WITH_TEMPLATE, CRON_JOB) else None


def containers(pod: Json) -> list[Json]:
    """All of a pod's containers, init containers first."""
    return [each for key in ("initContainers", "containers") for each in mappings(pod.get(key))]


def _container_problems(container: Json, prefix: str | None) -> Iterator[str]:
    name = container.get("name")
    where = f"container {name!r}" if isinstance(name, str) else "a container"
    image, policy = container.get("image"), container.get("imagePullPolicy")
    if policy == "Never":
        yield f"{where} has imagePullPolicy Never, so it starts only where its image is by chance; use IfNotPresent"
    if isinstance(image, str):
        wrong = _image_fault(image, policy, prefix)
        if wrong is not None:
            yield f"{where} has image {image!r}: {wrong}"
    names = {port.name for port in container_ports(container)}
    for probe in _PROBES:
        for port in _probe_ports(_mapping(container.get(probe))):
            if isinstance(port, str) and not port.isdecimal() and None not in names and port not in names:
                yield f"{where} has a {probe} at port {port!r}, and declares no port of that name"


def _image_fault(image: str, policy: object, prefix: str | None) -> str | None:
    plain = str.__str__(image)
    name, at, digest = plain.partition("@")
    if not plain or "<none>" in plain:
        return "it is what a failed push or build leaves; deploy what the push printed, host/path@sha256:…"
    if is_digest(plain):
        return "it is the id of a local image, which no cluster can pull; push it, and deploy host/path@sha256:…"
    if at and not is_digest(digest):
        return "what follows the @ is not sha256: and 64 hexadecimal digits"
    try:
        split = split_name(name)
    except InvalidValueError:
        if _SHORT.fullmatch(plain):
            return f"it names no registry; write {prefix or 'registry.example.com'}/…@sha256:…, or docker.io/… if meant"
        return "it is not an image reference: host[:port]/path@sha256:…, path in lower case"
    return None if at else _tag_fault(f"{split.repository}/", split.tag, policy, prefix)


def _tag_fault(repository: str, tag: str | None, policy: object, prefix: str | None) -> str | None:
    if prefix is not None and repository.startswith(f"{prefix}/"):
        return "a tag of this stack's registry can move; deploy what the push printed, host/path@sha256:…"
    if tag in (None, "latest"):
        return "without a tag of its own it is another image tomorrow; use host/path@sha256:…"
    if policy == "Always":
        return "with imagePullPolicy Always a tag may be another image on each node; use host/path@sha256:…"
    return None


def _secret_problems(pod: Json, made: Collection[str] | None) -> list[str]:
    named = [each.get("name") for each in mappings(pod.get("imagePullSecrets"))]
    if made is None:
        return []
    known = ", ".join(sorted(map(str, made))) or "none"
    return [
        f"imagePullSecrets names {name!r}, and nothing makes that pull secret in its namespace (made there: {known})"
        for name in named
        if isinstance(name, str) and name not in made
    ]


def _probe_ports(probe: Json) -> list[object]:
    return [_mapping(probe.get(way)).get("port") for way in ("httpGet", "tcpSocket")]


def _mapping(value: object) -> Json:
    return cast("Json", value) if isinstance(value, Mapping) else {}
