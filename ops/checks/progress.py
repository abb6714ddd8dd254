"""One line about what is still waited for, on a terminal and nowhere else."""

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.status import Status

_PATIENCE = 0.5
"""Seconds before anything is shown: what is quick needs no line."""


class Progress:
    """Shows who is waited for, until the block ends; then the line is gone."""

    def __init__(self, to: TextIO) -> None:
        self._console = Console(file=to)
        self._started = time.monotonic()
        self._status: Status | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def say(self, waiting: Sequence[str]) -> None:
        """Show these names."""
        seconds = time.monotonic() - self._started
        if not self._console.is_terminal or seconds < _PATIENCE:
            return
        text = f"waiting for {', '.join(waiting)} ({seconds:.0f} s)"
        if self._status is None:
            self._status = self._console.status(text)
            self._status.start()
        self._status.update(text)
