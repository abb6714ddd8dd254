"""What time it is: a clock that is ahead would end stacks too early, so the earlier of two counts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pulls.registry.answer import RegistryFaultError
from pulls.registry.wire import Wire

_STEP, _TOTAL = 3.0, 5.0
_ENOUGH = 1 << 10
"""Bytes of an answer whose header alone is read."""
_AGREE = timedelta(minutes=1)
"""Clocks that differ by less are the same."""


@dataclass(frozen=True)
class Clock:
    """The time here, and what else is known of the time."""

    here: datetime
    backend: datetime | None = None
    """By the server that keeps the states; None where they lie in a folder or a bucket, or it does not say."""
    newest: datetime | None = None
    """When a stack was last updated, by the clock of whoever did it."""

    @property
    def now(self) -> datetime:
        """The earliest time that it may be."""
        return self.here if self.backend is None else min(self.here, self.backend)

    @property
    def note(self) -> str:
        """That the clocks differ, for a sentence; empty where they agree."""
        if self.backend is not None and abs(self.here - self.backend) > _AGREE:
            ahead = self.here > self.backend
            return f"this machine's clock is {_apart(self.here, self.backend)} {_side(ahead=ahead)} the backend's"
        if self.newest is not None and self.newest - self.here > _AGREE:
            return f"this machine's clock is {_apart(self.newest, self.here)} behind the last update of a stack"
        return ""


def look_at_clocks(backend: str, newest: datetime | None) -> Clock:
    """The time; a server is asked for its own.

    Args:
        backend: URL of where the states lie.
        newest: when a stack was last updated.
    """
    there = _asked(backend) if backend.startswith(("http://", "https://")) else None
    return Clock(datetime.now(UTC), there, newest)


def _asked(url: str) -> datetime | None:
    """The time that a server writes on its answer, whatever that is (RFC 9110, 6.6.1); never with a credential."""
    try:
        with Wire(_STEP, _TOTAL) as wire:
            reply = wire.get(url, authorization=None, accept="*/*", limit=_ENOUGH)
        return parsedate_to_datetime(reply.headers.get("Date", "")).astimezone(UTC)
    except (RegistryFaultError, ValueError, OverflowError):
        return None


def _apart(later: datetime, earlier: datetime) -> str:
    return f"{round(abs((later - earlier).total_seconds()))} s"


def _side(*, ahead: bool) -> str:
    return "ahead of" if ahead else "behind"
