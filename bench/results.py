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


def keep(rows: Sequence[Result]) -> None:
    """Replace the rows of these names in the file, keep the others, and write the page."""
    present = {row.name: row for row in _ROWS.validate_json(FILE.read_bytes())} if FILE.exists() else {}
    present |= {row.name: row for row in rows}
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
        runs = ", ".join(_time(each) for each in row.seconds)
        median = _time(statistics.median(row.seconds))
        lines.append(f"| {row.name} | {row.reach} | {median} | {runs} | {row.remark} | {row.measured} |")
    return "\n".join(lines) + "\n"


def _time(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)} min {rest:.0f} s" if minutes else f"{seconds:.1f} s"


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def machine() -> str:
    """What it was measured on."""
    return f"{os.cpu_count()} cores, Linux {platform.release().split('-')[0]}, Python {platform.python_version()}"
