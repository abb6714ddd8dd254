"""Calls the `pulumi` on PATH, whoever put it there and wherever it keeps its state."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ops.stack_errors import StackError, no_pulumi

_SECONDS = 60
"""For what only reads, which may be given up: a state may lie far away. What writes is never given up half-way."""
_LOOKS, _PAUSE = 5, 0.3
"""How often a file that another command writes at this moment is read, and the seconds between."""
_ERRORS = 2
"""Standard error's number."""


class PulumiError(Exception):
    """It ended with an error.

    What it said may hold credentials: it is explained (stack_errors.py) and never shown as it is.
    """

    def __init__(self, said: str) -> None:
        super().__init__("pulumi ended with an error")
        self.said = said


@dataclass(frozen=True)
class Pulumi:
    """The command, and the folder of the project that it is asked about."""

    command: str
    folder: Path

    def run(self, *words: str) -> str:
        """What a command that only reads writes to standard output; for one that writes there is `change`.

        Nobody is asked anything, and nothing is kept on disk. States in a folder have a note each, which is empty for a
        moment while another update writes it (gocloud.dev, blob/fileblob/attrs.go); such a one is read again.

        Raises:
            PulumiError: it ended with an error.
            StackError: it cannot be started, or does not end; it is killed then.
        """
        for _ in range(_LOOKS - 1):
            try:
                return self._answer(words, _SECONDS)
            except PulumiError as error:
                if not error.said.rstrip().endswith("EOF"):
                    raise
            time.sleep(_PAUSE)
        return self._answer(words, _SECONDS)

    def change(self, *words: str) -> str:
        """What a command that writes prints; it gets the time that it takes, as killing it would lose what it did.

        Raises:
            PulumiError: it ended with an error.
            StackError: it cannot be started.
        """
        return self._answer(words, None)

    def show(self, *words: str, aside: bool = False) -> int:
        """Let it tell a person what it does, for as long as it takes; its exit code.

        Args:
            words: the command.
            aside: say all of it on standard error, as standard output is for a script.

        Raises:
            StackError: it cannot be started.
        """
        out = None if not aside else subprocess.DEVNULL if sys.stderr is None else _ERRORS
        command = [self.command, *words, "--non-interactive"]
        try:
            with subprocess.Popen(
                command, cwd=self.folder, env=_environment(), stdin=subprocess.DEVNULL, stdout=out
            ) as process:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    process.wait()  # it got the same signal, and writes down what it has done
                    raise
        except OSError as error:
            raise self._not_started(error) from error

    def _answer(self, words: tuple[str, ...], seconds: int | None) -> str:
        command = [self.command, *words, "--non-interactive", "--color", "never"]
        try:
            with subprocess.Popen(
                command,
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            ) as process:
                try:
                    out, said = process.communicate(timeout=seconds)
                except subprocess.TimeoutExpired:
                    process.kill()
                    message = f"pulumi {' '.join(words)} does not end within {seconds} s; try: pulumi whoami --verbose"
                    raise StackError(message) from None
                except KeyboardInterrupt:
                    process.communicate()  # as above
                    raise
        except OSError as error:
            raise self._not_started(error) from error
        if process.returncode:
            raise PulumiError(said.decode(errors="replace"))
        return out.decode(errors="replace")

    def _not_started(self, error: OSError) -> StackError:
        return StackError(f"{self.command} cannot be started: {error.strerror or error}; try: pulumi version")


def _environment() -> dict[str, str]:
    return {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}


def find_pulumi(folder: Path) -> Pulumi:
    """The one on PATH.

    Raises:
        StackError: there is none.
    """
    command = shutil.which("pulumi")
    if command is None:
        raise StackError(no_pulumi())
    return Pulumi(command, folder)
