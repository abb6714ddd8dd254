"""Calls the `pulumi` on PATH, whoever put it there and wherever it keeps its state."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ops.stack_errors import StackError, no_pulumi

_SECONDS = 60
"""A state may lie far away; what is asked here changes nothing, so that it may be given up."""


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
        """What it writes to standard output: nobody is asked anything, and nothing is kept on disk.

        Raises:
            PulumiError: it ended with an error.
            StackError: it cannot be started, or does not end.
        """
        command = [self.command, *words, "--non-interactive", "--color", "never"]
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            message = f"pulumi {' '.join(words)} does not end within {_SECONDS} s; try: pulumi whoami --verbose"
            raise StackError(message) from None
        except OSError as error:
            message = f"{self.command} cannot be started: {error.strerror or error}; try: pulumi version"
            raise StackError(message) from error
        if done.returncode:
            raise PulumiError(done.stderr.decode(errors="replace"))
        return done.stdout.decode(errors="replace")


def find_pulumi(folder: Path) -> Pulumi:
    """The one on PATH.

    Raises:
        StackError: there is none.
    """
    command = shutil.which("pulumi")
    if command is None:
        raise StackError(no_pulumi())
    return Pulumi(command, folder)
