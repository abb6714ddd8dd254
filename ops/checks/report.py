"""What the doctor found, as a page for a person and as a document for a script (docs/doctor.schema.json)."""

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from ops.checks.finding import Finding, State

SCHEMA = 1
"""Version of the JSON answer."""
_STYLES = {State.OK: "green", State.WARNING: "yellow", State.PROBLEM: "bold red", State.UNKNOWN: "cyan"}
_STATE, _CHECK, _LABEL = 9, 17, 6
"""Columns."""
_INDENT = _STATE + _CHECK
_NARROWEST = 40


class Verdict(IntEnum):
    """Exit codes."""

    READY = 0
    PROBLEMS = 3


@dataclass(frozen=True)
class Report:
    """All that was looked at."""

    stack: str | None
    """As pulumi takes it in commands; None for a project whose stack files are not this program's."""
    target: str | None
    """None where the stack file does not say."""
    findings: Sequence[Finding]
    seconds: float

    @property
    def verdict(self) -> Verdict:
        """Whether a deploy can be tried."""
        return Verdict.PROBLEMS if self.count(State.PROBLEM) else Verdict.READY

    def count(self, state: State) -> int:
        """How many there are."""
        return Counter(each.state for each in self.findings)[state]


def show(report: Report, out: TextIO, *, as_document: bool) -> None:
    """Print it."""
    if as_document:
        print(json.dumps(_document(report), indent=2), file=out)
        return
    console = Console(file=out, highlight=False, soft_wrap=True)
    width = console.width - _INDENT if console.is_terminal else None
    for each in report.findings:
        for line in _lines(each, width):
            console.print(line)
    console.print()
    for line in _end(report):
        console.print(line)


def _lines(finding: Finding, width: int | None) -> Iterator[Text]:
    first, *more = _wrapped(finding.what, width)
    head = Text.assemble(
        (f"{finding.state.value:<{_STATE}}", _STYLES[finding.state]), f"{finding.check.value:<{_CHECK}}"
    )
    yield head + Text(first)
    yield from (Text(" " * _INDENT + each) for each in more)
    if finding.state is State.OK:
        return
    for label, each in _rest(finding, width):
        yield Text.assemble(" " * _INDENT, (f"{label:<{_LABEL}}", "dim"), each)


def _rest(finding: Finding, width: int | None) -> Iterator[tuple[str, str]]:
    """Labels and lines; commands are never broken: they are copied."""
    label = "why"
    for each in _wrapped(finding.why, None if width is None else width - _LABEL) if finding.why else ():
        yield label, each
        label = ""
    label = "type"
    for each in finding.commands:
        yield label, each
        label = ""


def _end(report: Report) -> Iterator[Text]:
    order = (State.PROBLEM, State.WARNING, State.UNKNOWN, State.OK)
    counts = [f"{count} {_plural(state, count)}" for state in order if (count := report.count(state))]
    worst = next((state for state in order[:2] if report.count(state)), State.OK)
    yield Text.assemble((", ".join(counts), _STYLES[worst]), f" in {report.seconds:.1f} s")
    if report.stack is not None and report.verdict is Verdict.READY:
        yield Text(f"next: pulumi up -s {report.stack}")


def _plural(state: State, count: int) -> str:
    return f"{state.value}s" if count > 1 and state in (State.PROBLEM, State.WARNING) else state.value


def _wrapped(text: str, width: int | None) -> list[str]:
    if width is None or width < _NARROWEST:
        return [text]
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [text]


def _document(report: Report) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "stack": None if report.stack is None else report.stack.rpartition("/")[2],
        "target": report.target,
        "verdict": report.verdict.name.lower(),
        "seconds": round(report.seconds, 2),
        "findings": [
            {
                "check": each.check.value,
                "state": each.state.value,
                "what": each.what,
                "why": each.why,
                "commands": list(each.commands),
            }
            for each in report.findings
        ],
    }
