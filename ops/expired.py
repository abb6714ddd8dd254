"""Which stacks of a project are past their time, and which of them may be destroyed. Pure: values in, verdicts out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ops.expired_time import TAG, end_of
from ops.stack import Stack

_OF_PULL_REQUEST = re.compile(r"pr-(?P<number>[0-9]+)-.+")


class Verdict(StrEnum):
    """What becomes of a stack."""

    NO_END = "no-end"
    """It has no tag that says when it ends, so it is no test stack and is never touched."""
    WRONG_END = "wrong-end"
    """Its tag says no time; not touched."""
    LATER = "later"
    """It has time left."""
    PRODUCTION = "production"
    """It is past its time and marked production; never touched."""
    BUSY = "busy"
    """It is past its time, and an update holds it; left alone until that has ended."""
    UNREAD = "unread"
    """It cannot be read, so nobody knows whether it may go; not touched."""
    PAST = "past"
    """It is past its time, and goes."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A stack as `pulumi stack ls` lists it."""

    name: str
    """As pulumi takes it, with the organization where it is not the usual one."""
    resources: int | None = None
    """None where nothing was deployed yet."""
    updated: datetime | None = None
    updating: bool = False
    """Whether an update is under way; only Pulumi Cloud says so here."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A stack, and what becomes of it."""

    listed: Listed
    verdict: Verdict
    end: datetime | None = None
    """In UTC; None where it has none."""
    why: str = ""
    """Of a verdict that needs a reason."""
    stack: Stack | None = None
    """Its state, where it was read: of what is past its time."""

    @property
    def name(self) -> str:
        """As pulumi takes it."""
        return self.listed.name


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What became of a stack that was to go."""

    judged: Judged
    """As it was right before."""
    removed: bool = False
    """Whether nothing of it is left in Pulumi."""
    failed: str = ""
    """Why it could not be destroyed, and what to type."""
    left: tuple[str, ...] = ()
    """What Pulumi still has of it: resources, or what it may have made and does not know of."""
    leaves: tuple[str, ...] = ()
    """What stays on purpose, by its output `leaves`; of another program, the resources that pulumi only forgets."""


def number_of(name: str) -> int | None:
    """Of the pull request that a stack is of: 12 for `pr-12-aks` and `acme/pr-12-aks`; None for other names."""
    found = _OF_PULL_REQUEST.fullmatch(name.rpartition("/")[2])
    return int(found["number"]) if found else None


def by_its_tags(listed: Listed, tags: Mapping[str, str], now: datetime) -> Judged:
    """What its tags alone say; `PAST` is then still to be looked at."""
    if TAG not in tags:
        return Judged(listed=listed, verdict=Verdict.NO_END)
    try:
        end = end_of(tags[TAG])
    except ValueError as error:
        return Judged(listed=listed, verdict=Verdict.WRONG_END, why=str(error))
    return Judged(listed=listed, verdict=Verdict.LATER if end > now else Verdict.PAST, end=end)
