"""A view of a stack that keeps itself up to date until somebody ends it."""

import time
from collections.abc import Callable
from concurrent.futures import Future

from rich.console import Console
from rich.live import Live

from ops.diagnose import Health
from ops.stack import Stack
from ops.stack_errors import StackError
from ops.stack_finding import health_of
from ops.stack_show import OPEN, Row, group
from ops.status_health import findings
from ops.status_look import look
from ops.status_show import rows
from pulls.beside import beside

_EVERY = 1.0
"""Seconds between two looks at the cluster."""
_STATE_EVERY = 10.0
"""Seconds between two readings of the state, each of which starts a pulumi."""


def watch(stack: Stack, read: Callable[[], Stack], console: Console) -> Health:
    """Show a stack until Ctrl-C; the health that was shown last.

    Args:
        stack: as it was read first.
        read: reads it again; while that fails, the last one stays, and why is shown.
        console: where.
    """
    health, reading = Health.UNKNOWN, _Reading(stack, read)
    try:
        with Live(console=console, auto_refresh=False, transient=False) as live:
            while True:
                status = look(reading.newest())
                found = findings(status)
                health = health_of(found)
                live.update(group([*rows(status, found), *reading.trouble()]), refresh=True)
                time.sleep(_EVERY)
    except KeyboardInterrupt:
        return health


class _Reading:
    """The stack as it was read last, and the next reading, beside the looks."""

    def __init__(self, stack: Stack, read: Callable[[], Stack]) -> None:
        self._stack = stack
        self._read = read
        self._began = time.monotonic()
        self._next: Future[Stack] | None = None
        self._error = ""

    def newest(self) -> Stack:
        """The last one that could be read."""
        if self._next is None and time.monotonic() - self._began >= _STATE_EVERY:
            self._began, self._next = time.monotonic(), beside(self._read)
        if self._next is not None and self._next.done():
            try:
                self._stack, self._error = self._next.result(), ""
            except StackError as error:
                self._error = str(error)
            self._next = None
        return self._stack

    def trouble(self) -> list[Row]:
        """Why the state shown is not the newest one."""
        return [Row("state", self._error, OPEN)] if self._error else []
