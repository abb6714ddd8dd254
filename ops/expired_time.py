"""When a stack ends: its tag `expires`, as text and as a moment. Pure."""

from datetime import UTC, datetime, timedelta

TAG = "expires"
"""The stack tag that says when a stack ends; only a stack that has it is a test stack.

A tag and no setting: it is there before the first update, which may fail half-way, and needs no update to be moved.
Pulumi keeps tags on Pulumi Cloud and beside the state in a bucket or a folder (v3.274, pkg/backend/diy/stack_tags.go).
"""
USUAL = timedelta(hours=8)
"""How long a test stack stays, where nobody says it."""
_LONGEST = 40


def end_of(text: str) -> datetime:
    """The moment that a tag says, in UTC.

    Args:
        text: an ISO 8601 time with its zone, such as `2026-11-27T08:00:00Z`.

    Raises:
        ValueError: it says none; what is wrong, for the middle of a sentence.
    """
    said = repr(text[:_LONGEST])
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        reason = f"says {said}, which is no time"
        raise ValueError(reason) from None
    reason = f"says {said}, which has no zone, so nobody knows when that is"
    raise ValueError(reason)


def as_tag(moment: datetime) -> str:
    """A moment as the tag has it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
