"""Sections that share the room of one comment; what does not fit is left out and said. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Draw = Callable[[int], str]
"""A section within so many characters; empty where there is nothing to tell."""

Line = str | Callable[[], str]
_SPARE = 100
_LEAST = 300
"""Characters that each later section is left, for a line that says what is missing."""


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    draw: Draw
    weight: int
    """The lower, the earlier it gets its room."""


def fitted(sections: Sequence[Section], room: int) -> list[str]:
    """The sections in their order, drawn in the order of their weights; none is longer than what is left.

    All but the last one get at most half of what is left, so that one that is long does not silence the others.
    """
    drawn: dict[int, str] = {}
    order = sorted(range(len(sections)), key=lambda place: sections[place].weight)
    for turn, place in enumerate(order):
        later = len(order) - turn - 1
        given = room if not later else max(_LEAST, (room - later * _LEAST) // 2)
        drawn[place] = sections[place].draw(given)
        room -= len(drawn[place])
    return [drawn[place] for place in range(len(sections)) if drawn[place]]


def as_many(lines: Iterable[Line], room: int, rest: Callable[[int], str]) -> list[str]:
    """As many lines as fit, and one that says how many were left out.

    Args:
        lines: as they are, or what makes one, which is called for those only that may fit.
        room: characters for all of them, ends of lines too.
        rest: what is said of so many that were left out; at most 100 characters.
    """
    kept: list[str] = []
    left = room - _SPARE
    waiting = iter(lines)
    for each in waiting:
        line = each if isinstance(each, str) else each()
        if len(line) + 1 > left:
            return [*kept, rest(1 + sum(1 for _ in waiting))]
        kept.append(line)
        left -= len(line) + 1
    return kept
