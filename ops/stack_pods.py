"""What a pod runs, and whether that is what the state says. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pulls.kubelet.containers import Container, Role, containers
from pulls.kubelet.objects import Json, condition, is_terminating, moment, name, text
from pulls.loaded import is_loaded

_SHOWN = 12
"""Hexadecimal digits of a digest that people compare."""


@dataclass(frozen=True, kw_only=True)
class Pod:
    """One pod as it is now."""

    name: str
    node: str
    ready: bool
    restarts: int
    made: datetime | None
    reason: str
    """Why it is not ready, in the machine's own word; empty for one that is."""
    images: Mapping[str, str]
    """Container → what it runs: `repository@sha256:…`, or the reference as asked where no digest is known."""
    differs: tuple[str, ...]
    """Containers that run something else than the state says."""

    @property
    def goes(self) -> bool:
        """Whether it is being wound up."""
        return self.reason == "Terminating"


def look_at(pod: Json, expected: Mapping[str, str]) -> Pod:
    """A pod, beside what the state says of its containers."""
    own = [each for each in containers(pod) if each.role is not Role.EPHEMERAL]
    ready = text(condition(pod, "Ready"), "status") == "True" and not is_terminating(pod)
    images = {each.name: running(each) for each in own}
    return Pod(
        name=name(pod),
        node=text(pod, "spec", "nodeName"),
        ready=ready,
        restarts=sum(each.restarts for each in own),
        made=moment(pod, "metadata", "creationTimestamp"),
        reason="" if ready else _reason(pod, own),
        images=images,
        differs=differing(images, expected),
    )


def running(container: Container) -> str:
    """What a container runs.

    The digest that it was asked for, which a runtime keeps to. Else the one that the kubelet tells: where several
    names have one content, it may be another's (containerd v2, internal/cri/server/container_status.go).
    """
    # One that was loaded has a digest that its node alone knows it by, and a tag of its content.
    if digest(container.image) or is_loaded(container.image):
        return container.image
    told = digest(text(container.status, "imageID"))
    return f"{_repository(container.image)}@{told}" if told else container.image


def digest(reference: str) -> str:
    """`sha256:…` of a reference; empty where it has none."""
    return reference.partition("@")[2]


def short(reference: str) -> str:
    """What people compare: the start of its digest, or what it is called."""
    found = digest(reference)
    return found.partition(":")[2][:_SHOWN] if found else reference.rpartition("/")[2]


def same(one: str, other: str) -> bool:
    """Whether two references mean one content: by their digests where both have one, else word by word."""
    if digest(one) and digest(other):
        return digest(one) == digest(other)
    return one == other


def differing(images: Mapping[str, str], expected: Mapping[str, str]) -> tuple[str, ...]:
    """Containers that are there in both and are not the same; what others put into a pod is nobody's drift."""
    return tuple(each for each, image in expected.items() if each in images and not same(images[each], image))


def _repository(image: str) -> str:
    head, slash, last = image.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def _reason(pod: Json, own: list[Container]) -> str:
    if is_terminating(pod):
        return "Terminating"
    for each in own:
        if waits := text(each.waiting, "reason"):
            return waits
    for each in own:
        if each.is_over and text(each.exit, "reason") != "Completed":
            return text(each.exit, "reason")
    phase = text(pod, "status", "reason") or text(pod, "status", "phase")
    return "NotReady" if phase == "Running" else phase
