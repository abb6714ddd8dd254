"""The containers of a pod, of every role, each with what was asked of it and what the kubelet says of it."""

from dataclasses import dataclass
from enum import StrEnum

from pulls.kubelet.objects import Json, items, number, part, text


class Role(StrEnum):
    """What a container is for its pod. A sidecar is an init container that restarts always."""

    CONTAINER = "container"
    INIT = "init"
    SIDECAR = "sidecar"
    EPHEMERAL = "ephemeral"


LISTS = {
    "initContainers": "initContainerStatuses",
    "containers": "containerStatuses",
    "ephemeralContainers": "ephemeralContainerStatuses",
}
"""List in a pod's spec → list in its status."""

ROLES = {"initContainers": Role.INIT, "containers": Role.CONTAINER, "ephemeralContainers": Role.EPHEMERAL}


@dataclass(frozen=True)
class Container:
    """One container: `spec` as asked, `status` as the kubelet last wrote it (empty before that)."""

    role: Role
    field_path: str
    spec: Json
    status: Json

    @property
    def name(self) -> str:
        """The container's name in its pod."""
        return text(self.spec, "name")

    @property
    def image(self) -> str:
        """The reference as asked; the status may have another name for the same image."""
        return text(self.spec, "image")

    @property
    def waiting(self) -> Json:
        """Reason and message while the container waits."""
        return part(self.status, "state", "waiting")

    @property
    def running(self) -> Json:
        """Start time while the container runs."""
        return part(self.status, "state", "running")

    @property
    def exit(self) -> Json:
        """The newest end of the container: its state when it is over, else the state before this one."""
        return part(self.status, "state", "terminated") or part(self.status, "lastState", "terminated")

    @property
    def is_over(self) -> bool:
        """Whether it runs no more and waits for nothing."""
        return bool(part(self.status, "state", "terminated"))

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return number(self.status, "restartCount")

    @property
    def serves(self) -> bool:
        """Whether it is ready: it runs and its start-up and readiness probes pass; an init container has done its work.

        The kubelet decides (kubernetes v1.34 pkg/kubelet/prober/prober_manager.go).
        """
        return self.status.get("ready") is True


def containers(pod: Json) -> list[Container]:
    """Init containers and sidecars, then containers, then ephemeral ones, as they stand in the pod."""
    return [
        Container(_role(list_name, spec), f"spec.{list_name}{{{text(spec, 'name')}}}", spec, _status(pod, kind, spec))
        for list_name, kind in LISTS.items()
        for spec in items(pod, "spec", list_name)
    ]


def _role(list_name: str, spec: Json) -> Role:
    if list_name == "initContainers" and spec.get("restartPolicy") == "Always":
        return Role.SIDECAR
    return ROLES[list_name]


def _status(pod: Json, list_name: str, spec: Json) -> Json:
    said = items(pod, "status", list_name)
    return next((each for each in said if text(each, "name") == text(spec, "name")), Json())
