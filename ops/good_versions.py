"""Which versions of a Deployment were good: those that an update which succeeded brought up. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pulls.kubelet.objects import Json, is_owned_by, items, moment, text

_REVISION = "deployment.kubernetes.io/revision"
_AT_ONCE = timedelta(seconds=2)
"""Times in a cluster have whole seconds, and its clock is another one."""


@dataclass(frozen=True)
class Update:
    """One that pulumi has in its history."""

    began: datetime
    ended: datetime
    succeeded: bool


@dataclass(frozen=True)
class Version:
    """One that the cluster still knows of: a Deployment keeps its last ReplicaSets."""

    revision: int
    image: str
    """`repository@sha256:…`."""
    made: datetime

    @property
    def digest(self) -> str:
        """`sha256:…`; empty for an image that goes by tag."""
        return self.image.partition("@")[2]


def updates(history: Sequence[Json]) -> list[Update]:
    """The updates in the answer of `pulumi stack history --json`; destroys, refreshes and previews are left out."""
    found: list[Update] = []
    for each in history:
        began, ended = moment(each, "startTime"), moment(each, "endTime")
        if text(each, "kind") == "update" and began and ended:
            found.append(Update(began, ended, text(each, "result") == "succeeded"))
    return found


def versions(deployment: Json, replica_sets: Sequence[Json]) -> list[Version]:
    """The versions of a Deployment, the newest first."""
    found: list[Version] = []
    for each in replica_sets:
        containers, made = (
            items(each, "spec", "template", "spec", "containers"),
            moment(each, "metadata", "creationTimestamp"),
        )
        if is_owned_by(each, "Deployment", deployment) and containers and made:
            revision = text(each, "metadata", "annotations", _REVISION)
            found.append(Version(int(revision) if revision.isdecimal() else 0, text(containers[0], "image"), made))
    return sorted(found, key=lambda each: each.revision, reverse=True)


def last_good(known: Sequence[Version], history: Sequence[Update]) -> Version | None:
    """The newest version before the current one that was good, and is another image; None where there is none.

    Args:
        known: the newest first, which is the current one.
        history: of the stack.
    """
    if not known:
        return None
    good = (each for each in known[1:] if each.digest and each.digest != known[0].digest and _was_good(each, history))
    return next(good, None)


def _was_good(version: Version, history: Sequence[Update]) -> bool:
    return any(each.succeeded and each.began - _AT_ONCE <= version.made <= each.ended + _AT_ONCE for each in history)
