"""What the pack says of itself: rules that a preview cannot decide yet, and suppressions that ended."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from policies.rule import Level, Rule, Severity
from policies.suppression import Suppression

KNOWN_LATER = Rule(
    "known-later",
    "Rules have looked at all that they read.",
    "A preview does not know what only an update makes, such as the digest of a build. Rules say what they could not "
    "look at; the update looks at each resource before it is made.",
    "nothing to do; a second preview after the update knows more",
    Severity.LOW,
    Level.ADVISORY,
    Level.ADVISORY,
)
SUPPRESSION_ENDED = Rule(
    "suppression-ended",
    "A suppression holds until its last day.",
    "After that the finding counts again, and the entry only looks as if somebody had decided.",
    "mend the finding and remove the entry from policies/suppressions.yaml, or give it a new day and today's reason",
    Severity.MEDIUM,
    Level.ADVISORY,
    Level.ADVISORY,
)
NOTES = (KNOWN_LATER, SUPPRESSION_ENDED)
_SHOWN = 8
"""Values, and resources of each, in one note; there may be hundreds in a first preview."""


def known_later(unknown: Mapping[tuple[str, str], Set[str]]) -> str | None:
    """One sentence and a list of what rules could not look at; None if there is none.

    Args:
        unknown: resource and path of a value → codes of the rules that read it.
    """
    if not unknown:
        return None
    paths = sorted({path for _, path in unknown})
    lines = [_line(path, {name: codes for (name, at), codes in unknown.items() if at == path}) for path in paths]
    head = "What rules read here is known later, and what hangs on it is judged in the update:"
    return "\n".join([head, *_some(lines)])


def _line(path: str, readers: Mapping[str, Set[str]]) -> str:
    codes = sorted({code for each in readers.values() for code in each})
    return f"  {path} of {', '.join(_some(sorted(readers)))} ({', '.join(codes)})"


def _some(texts: Sequence[str]) -> list[str]:
    left = len(texts) - _SHOWN
    return [*texts[:_SHOWN], *([f"and {left} more"] if left > 0 else [])]


def suppressions_ended(entries: Iterable[Suppression], stack: str, today: dt.date) -> Iterator[str]:
    """A sentence for each suppression of a stack whose last day is over."""
    for each in entries:
        if each.stack in (None, stack) and each.ended(today):
            what = f"the suppression of {each.code} for {each.resource} ({each.where})"
            yield f"{what} ended on {each.until}; its reason was: {each.reason}"
