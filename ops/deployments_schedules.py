"""The schedules of a stack at Pulumi Cloud beside those that it should have, and what makes them so. Pure.

A schedule of drift is one whose deployment is `detect-drift`; one that ends a stack is a `destroy` at one moment
(pulumi/pulumi v3.274.1, cmd/pulumi/stack, stack_schedule.go). Both belong to the file: what it does not ask for goes,
as a forgotten end would destroy a stack. Any other schedule is somebody's own, and stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pulls.kubelet.objects import Json, part, text

_DRIFT, _DESTROY = "detect-drift", "destroy"


class Kind(StrEnum):
    """As the service's paths name it."""

    DRIFT = "drift"
    TTL = "ttl"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One request that changes a schedule."""

    kind: Kind
    body: Json | None = None
    """What it becomes; None where it goes."""
    id: str = ""
    """Of the one that is there; empty where one is made."""
    was: Json | None = None
    """What it was, in the same words."""


def moves(kind: Kind, wanted: Json | None, schedules: Sequence[Json]) -> list[Move]:
    """What to do so that there is the one that is wanted, or none: at most one stays."""
    there = [each for each in schedules if kind_of(each) is kind]
    exact = next((each for each in there if wanted is not None and _same(kind, each, wanted)), None)
    stays = exact or next(iter(there), None) if wanted is not None else None
    gone = [Move(kind=kind, id=text(each, "id"), was=said(kind, each)) for each in there if each is not stays]
    if wanted is None or exact is not None:
        return gone
    if stays is None:
        return [Move(kind=kind, body=wanted)]
    return [*gone, Move(kind=kind, body=wanted, id=text(stays, "id"), was=said(kind, stays))]


def others(schedules: Iterable[Json]) -> list[str]:
    """Schedules that somebody made for something else, in words."""
    return [_words(each) for each in schedules if kind_of(each) is None]


def paused(schedules: Iterable[Json]) -> list[Kind]:
    """The kinds of which one is there, and somebody has paused it."""
    return [kind for each in schedules if each.get("paused") and (kind := kind_of(each)) is not None]


def kind_of(schedule: Json) -> Kind | None:
    """What a schedule does; None for anything else than the two."""
    operation = text(_request(schedule), "operation")
    if operation == _DRIFT:
        return Kind.DRIFT
    return Kind.TTL if operation == _DESTROY and text(schedule, "scheduleOnce") else None


def said(kind: Kind, schedule: Json) -> Json:
    """A schedule of the service in the words of what makes one."""
    options = part(_request(schedule), "operationContext", "options")
    if kind is Kind.DRIFT:
        cron = " ".join(text(schedule, "scheduleCron").split())
        return {"scheduleCron": cron, "autoRemediate": bool(options.get("remediateIfDriftDetected"))}
    return {
        "timestamp": text(schedule, "scheduleOnce"),
        "deleteAfterDestroy": bool(options.get("deleteAfterDestroy")),
    }


def _same(kind: Kind, schedule: Json, wanted: Json) -> bool:
    there = said(kind, schedule)
    if kind is Kind.DRIFT:
        return there == wanted
    return _moment(there["timestamp"]) == _moment(wanted["timestamp"]) and not there["deleteAfterDestroy"]


def _moment(text: str) -> datetime | None:
    """ISO 8601, or with a blank and without a zone, as the service answers."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _request(schedule: Json) -> Json:
    return part(schedule, "definition", "request")


def _words(schedule: Json) -> str:
    when = text(schedule, "scheduleCron") or text(schedule, "scheduleOnce") or "at a time that is not said"
    return f"{text(_request(schedule), 'operation') or text(schedule, 'kind') or 'unknown'}, {when}"
