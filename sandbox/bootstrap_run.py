"""Runs a long command with its output in a log and a sign of life every few seconds. Standard library only."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.errors import SandboxError

_EVERY = 5.0
"""Seconds between two lines; a person waits at most ten for a sign of life."""
_SHOWN = 5
_ERRORS = ("E: ", "error:", "cause:")
"""How apt and mmdebstrap, and uv, begin the lines that say what went wrong."""


def run_logged(
    title: str,
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    every: float = _EVERY,
) -> None:
    """Run `command`; both outputs go to `log`, and its last line is shown every `every` seconds.

    Raises:
        SandboxError: it is not there or failed; the text has its errors, or its last lines if it marks none.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    print(title, flush=True)
    started = shown = time.monotonic()
    try:
        with log.open("w") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
            )
    except OSError as error:
        message = f"{command[0]} cannot be run: {error.strerror}"
        raise SandboxError(message) from error
    try:
        while process.poll() is None:
            time.sleep(0.05)
            now = time.monotonic()
            if now - shown >= every:
                shown = now
                print(f"  {now - started:.0f} s  {_last_line(log)[:100]}", flush=True)
    finally:
        if process.poll() is None:  # interrupted
            process.terminate()
            process.wait()
    if process.returncode:
        message = f"{title}: failed. What it said last ({log} has all):\n{_errors(log)}"
        raise SandboxError(message)


def _last_line(log: Path) -> str:
    return (_lines(log) or [""])[-1]


def _errors(log: Path) -> str:
    lines = _lines(log)
    # The first error says what was wanted, the ones behind it that so much else could not be done.
    chosen = [line for line in lines if line.startswith(_ERRORS)][:_SHOWN] or lines[-_SHOWN:]
    return "\n".join(f"  {line}" for line in chosen)


def _lines(log: Path) -> list[str]:
    """The lines that say something; a progress bar's carriage returns begin lines too."""
    text = log.read_bytes()[-20_000:].decode(errors="replace").replace("\r", "\n")
    return [line.strip() for line in text.splitlines() if line.strip()]
