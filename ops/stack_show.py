"""Lines for a terminal: a label, what it says, and its colour. Never wrapped, as some of them are to be copied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console, Group
from rich.text import Text

from ops.stack_finding import Finding, health_of

GOOD, BAD, OPEN, PLAIN = "green", "bold red", "yellow", ""
"""Well, wrong, not known, neither."""
_WIDTH = 9


@dataclass(frozen=True)
class Row:
    """One line."""

    label: str
    text: str
    style: str = PLAIN


def group(rows: Iterable[Row]) -> Group:
    """The lines, to be drawn."""
    lines = list(rows)
    width = max([_WIDTH, *(len(each.label) + 1 for each in lines)])
    return Group(*(Text.assemble((f"{each.label:<{width}}", "bold"), (each.text, each.style)) for each in lines))


def show(rows: Iterable[Row], out: TextIO) -> None:
    """Print them; colours where a terminal takes them.

    Raises:
        OSError: they cannot be written.
    """
    console = Console(file=out, highlight=False)
    with console.capture() as drawn:  # written by ourselves: rich ends the process where nobody reads any more
        console.print(group(rows), soft_wrap=True)
    out.write(drawn.get())


def finding_rows(findings: Sequence[Finding]) -> list[Row]:
    """What is wrong, with what to type; one line that says so where nothing is."""
    rows: list[Row] = []
    for each in findings:
        rows.append(Row("wrong", each.text, BAD) if each.known else Row("unknown", each.text, OPEN))
        if each.command:
            rows.append(Row("  type", each.command))
    health = health_of(findings).name.lower()
    return rows or [Row("health", health, GOOD)]


def columns(lines: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table, each column as wide as its widest entry."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(f"{each:<{width}}" for each, width in zip(line, widths, strict=True)).rstrip() for line in lines]
