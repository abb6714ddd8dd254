"""Another program, asked one question: bounded in time, without a terminal, never the end of this one."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pulls.text.redact import redact

_LONGEST = 300


@dataclass(frozen=True)
class Ran:
    """What a program did."""

    code: int | None
    """None when it was not started, or did not end in time."""
    out: str = field(default="", repr=False)
    """May hold secrets."""
    error: str = field(default="", repr=False)
    """Standard error as it came, or why it was not started."""

    @property
    def good(self) -> bool:
        """Whether it ended well."""
        return self.code == 0

    @property
    def said(self) -> str:
        """What it said of its failure, on one line and without credentials."""
        return " ".join(redact(self.error or self.out).split())[:_LONGEST] or f"exit code {self.code}"


def run(
    words: Sequence[str],
    seconds: float,
    *,
    folder: Path | None = None,
    extra: Mapping[str, str] | None = None,
    keep: bool = True,
) -> Ran:
    """Run a program to its end.

    Args:
        words: program and arguments.
        seconds: that it may take; after them it is killed.
        folder: to run in.
        extra: variables beside this program's own.
        keep: whether its standard output is read at all; what is not wanted should not be in memory.
    """
    try:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env={**os.environ, **(extra or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if keep else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,  # so that what it starts goes with it
        )
    except (OSError, ValueError) as error:
        return Ran(None, error=f"{words[0]} cannot be started: {getattr(error, 'strerror', None) or error}")
    with process:
        try:
            out, error = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=1)
            return Ran(None, error=f"{words[0]} did not answer within {seconds:g} s")
    return Ran(process.returncode, out or "", error)
