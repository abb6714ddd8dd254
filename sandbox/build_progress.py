"""What people see while a tool is built or fetched: a live line on a terminal, else plain lines, never 10 s apart."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table

_SILENCE = 6.0
"""Seconds between plain lines. 10 are promised, and between the last one and what comes next a tool is stored."""


@dataclass(frozen=True)
class BuildState:
    """How far a build is."""

    label: str
    phase: str
    """`downloading modules`, `building`, `linking`, `waiting for another build of`."""
    seconds: float = 0.0
    usual_minutes: float = 0.0
    done: int = 0
    total: int = 0
    unit: str = ""


def duration(seconds: float) -> str:
    """`8 s`, `1 min 20 s`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def about(minutes: float) -> str:
    """A usual time, as roughly as it is known: `about 6 min`, `under a minute`."""
    return f"about {round(minutes)} min" if minutes >= 1 else "under a minute"


def describe(state: BuildState) -> str:
    """One line: `building Kubernetes 1.34.4 … 1 min 20 s of about 6 min (package 812 of 1903)`."""
    usual = f" of {about(state.usual_minutes)}" if state.usual_minutes else ""
    return f"{state.phase} {state.label} … {duration(state.seconds)}{usual}{_count(state)}"


def _count(state: BuildState) -> str:
    if state.total:
        return f" ({state.unit} {state.done} of {state.total})"
    return f" ({state.done} {state.unit}s)" if state.done else ""


class Display(Protocol):
    """Where progress is shown; called several times a second."""

    def show(self, state: BuildState) -> None:
        """Show this state now."""
        ...


class LineDisplay:
    """Plain lines, for logs and CI: when the phase changes, and again before 10 seconds of silence."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._phase = ""
        self._next = 0.0

    def show(self, state: BuildState) -> None:
        """Print the state if it is time."""
        now = time.monotonic()
        if state.phase != self._phase or now >= self._next:
            self._console.print(describe(state), markup=False, highlight=False, soft_wrap=True)
            self._phase, self._next = state.phase, now + _SILENCE


class LiveDisplay:
    """One line that redraws itself: spinner, text, bar."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._spinner = Spinner("dots")

    def show(self, state: BuildState) -> None:
        """Redraw."""
        row = Table.grid(padding=(0, 1))
        bar = ProgressBar(total=state.total or None, completed=state.done, width=24, pulse=not state.total)
        row.add_row(self._spinner, bar, escape(describe(state)))
        self._live.update(row)


@contextmanager
def build_display(console: Console) -> Generator[Display]:
    """The display that fits this console; the live line is gone when the block ends."""
    if not console.is_terminal or console.is_dumb_terminal:  # rich shows no live line where TERM=dumb
        yield LineDisplay(console)
        return
    with Live(console=console, transient=True, refresh_per_second=8) as live:
        yield LiveDisplay(live)


@contextmanager
def signs_of_life(doing: str, *, every: float = _SILENCE) -> Generator[None]:
    """Print that something is under way while the block, which says nothing itself, lasts.

    Args:
        doing: what: `installing Pulumi 3.274.1`.
        every: seconds between two lines.
    """
    ended = threading.Event()
    started = time.monotonic()

    def tell() -> None:
        while not ended.wait(every):
            print(f"{doing} … {duration(time.monotonic() - started)}", flush=True)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
