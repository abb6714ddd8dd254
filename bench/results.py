"""Measured figures: kept in docs/benchmarks.json, shown in docs/benchmarks.md."""

import os
import platform
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

FILE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.json"
PAGE = FILE.with_suffix(".md")
_SHOWN = 10
"""More runs than that are told by the shortest and the longest."""


class Result(BaseModel, frozen=True):
    """One row."""

    name: str
    """What was measured."""
    reach: str
    """What it should be on 2 cores."""
    seconds: tuple[float, ...]
    """Every run."""
    remark: str
    measured: str
    """Date and machine."""


_ROWS: TypeAdapter[list[Result]] = TypeAdapter(list[Result])


def result(name: str, reach: str, seconds: Sequence[float], remark: str = "") -> Result:
    """A row measured here and now."""
    return Result(
        name=name,
        reach=reach,
        seconds=tuple(round(each, 2) for each in seconds),
        remark=remark,
        measured=f"{_today()}, {machine()}",
    )


def kept() -> dict[str, Result]:
    """The rows of the file, by name."""
    return {row.name: row for row in _ROWS.validate_json(FILE.read_bytes())} if FILE.exists() else {}


def keep(rows: Sequence[Result]) -> None:
    """Replace the rows of these names in the file, keep the others, and write the page."""
    present = kept() | {row.name: row for row in rows}
    FILE.write_bytes(_ROWS.dump_json(list(present.values()), indent=2) + b"\n")
    PAGE.write_text(page(list(present.values())))


def page(rows: Sequence[Result]) -> str:
    """The page for people."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; every figure was measured by a run of it, none is typed by hand.",
        "",
        "| what | reach | median | all runs | remark | measured |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        median = _time(statistics.median(row.seconds))
        lines.append(f"| {row.name} | {row.reach} | {median} | {_runs(row.seconds)} | {row.remark} | {row.measured} |")
    return "\n".join(lines) + "\n"


def _runs(seconds: Sequence[float]) -> str:
    if len(seconds) > _SHOWN:
        return f"{len(seconds)} runs, {_time(min(seconds))} to {_time(max(seconds))}"
    return ", ".join(_time(each) for each in seconds)


def _time(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)} min {rest:.0f} s" if minutes else f"{seconds:.1f} s"


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def machine() -> str:
    """What it was measured on."""
    return f"{os.cpu_count()} cores, Linux {platform.release().split('-')[0]}, Python {platform.python_version()}"
