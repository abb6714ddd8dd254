"""Reading raw Kubernetes objects, as `kubectl get -o json` gives them: shapes and names, no judgement.

Anything may be missing or null: what the kubelet or a controller has not written yet is empty here, never an error.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]
"""One object, or a part of one, with the API's camelCase keys."""

LISTS = {
    "Pod": "pods",
    "Event": "events",
    "ReplicaSet": "replica_sets",
    "Deployment": "deployments",
    "StatefulSet": "stateful_sets",
    "DaemonSet": "daemon_sets",
    "Job": "jobs",
    "Node": "nodes",
}
"""Kind → the field of a snapshot that holds it."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What was read of a cluster at one moment, as raw objects.

    `log_tails` is the end of a container's log by (namespace, pod, container), for those that somebody has read.
    `refused` is why a list could not be read, by its name such as `replicasets`: its field is empty then.
    `taken_at` is when it was read; None where nobody knows, and then nothing takes too long.
    """

    pods: Sequence[Json] = ()
    events: Sequence[Json] = ()
    replica_sets: Sequence[Json] = ()
    deployments: Sequence[Json] = ()
    stateful_sets: Sequence[Json] = ()
    daemon_sets: Sequence[Json] = ()
    jobs: Sequence[Json] = ()
    nodes: Sequence[Json] = ()
    log_tails: Mapping[tuple[str, str, str], str] = field(default_factory=dict[tuple[str, str, str], str])
    refused: Mapping[str, str] = field(default_factory=dict[str, str])
    taken_at: datetime | None = None

    def of_kind(self, kind: str) -> Sequence[Json]:
        """The objects of one kind, such as `ReplicaSet`; of a kind that is not read, none."""
        return getattr(self, LISTS[kind]) if kind in LISTS else ()


@dataclass(frozen=True)
class Owner:
    """The controller that an object belongs to."""

    kind: str
    name: str
    uid: str


def snapshot_of(objects: Iterable[Json], *, log_tails: Mapping[tuple[str, str, str], str] | None = None) -> Snapshot:
    """The items of a mixed list (`kubectl get pods,events -o json`), each under its kind; other kinds are left out."""
    lists: dict[str, Any] = {}
    for each in objects:
        if (kind := text(each, "kind")) in LISTS:
            lists.setdefault(LISTS[kind], []).append(each)
    return Snapshot(**lists, log_tails=log_tails or {})


def value(of: Json, *path: str) -> Any:
    """What stands at a path of keys, None where it ends early."""
    here: Any = of
    for key in path:
        here = here.get(key) if isinstance(here, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return here  # pyright: ignore[reportUnknownVariableType]


def part(of: Json, *path: str) -> Json:
    """The object at a path, empty where there is none."""
    return value(of, *path) or {}


def items(of: Json, *path: str) -> list[Json]:
    """The objects of the list at a path."""
    return value(of, *path) or []


def text(of: Json, *path: str) -> str:
    """The text at a path, empty where there is none."""
    found = value(of, *path)
    return "" if found is None else str(found)


def number(of: Json, *path: str, default: int = 0) -> int:
    """The whole number at a path, also where it stands as text (annotations); else the default."""
    found = value(of, *path)
    try:
        return default if found is None else int(found)
    except ValueError:
        return default


def moment(of: Json, *path: str) -> datetime | None:
    """The RFC 3339 time at a path; None where there is none."""
    try:
        return datetime.fromisoformat(text(of, *path))
    except ValueError:
        return None


def name(of: Json) -> str:
    """An object's own name."""
    return text(of, "metadata", "name")


def namespace(of: Json) -> str:
    """An object's namespace."""
    return text(of, "metadata", "namespace")


def uid(of: Json) -> str:
    """An object's identity, which a later object of the same name does not share."""
    return text(of, "metadata", "uid")


def is_terminating(of: Json) -> bool:
    """Whether somebody has deleted it, and it is only being wound up."""
    return bool(text(of, "metadata", "deletionTimestamp"))


def is_observed(of: Json) -> bool:
    """Whether its controller has seen the newest change of its spec. A Job never says; it is taken as seen."""
    generation = number(of, "metadata", "generation")
    return number(of, "status", "observedGeneration", default=generation) >= generation


def condition(of: Json, kind: str) -> Json:
    """The status condition of that type, empty where it is not set."""
    return next((each for each in items(of, "status", "conditions") if text(each, "type") == kind), Json())


def owner(of: Json) -> Owner | None:
    """The controller of an object; None for what nobody owns.

    A static pod's owner is its node (kubernetes v1.34 pkg/kubelet/pod/mirror_client.go), which manages nothing.
    """
    for each in items(of, "metadata", "ownerReferences"):
        if each.get("controller") and text(each, "kind") != "Node":
            return Owner(text(each, "kind"), text(each, "name"), text(each, "uid"))
    return None


def is_owned_by(of: Json, kind: str, by: Json) -> bool:
    """Whether `by`, an object of that kind, is the controller."""
    found = owner(of)
    if found is None or found.kind != kind or found.name != name(by) or namespace(of) != namespace(by):
        return False
    return not found.uid or not uid(by) or found.uid == uid(by)
