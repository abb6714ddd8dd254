"""`pulumi install`: makes the program's virtual environment and fills it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from sandbox.engine.python_toolchain import Toolchain, ToolchainError


def install(toolchain: Toolchain) -> Iterator[bytes]:
    """Run the commands that the toolchain needs; yields their output line by line.

    Raises:
        ToolchainError: a command failed or is missing.
    """
    yield b"Installing dependencies...\n\n"
    for command in commands(toolchain):
        yield from _output_of(command, toolchain)
    yield b"Finished installing dependencies\n\n"


def commands(toolchain: Toolchain) -> list[list[str]]:
    """The command lines, in order; with uv on PATH, uv does pip's work too, because it is faster."""
    if toolchain.name == "uv":
        return [["uv", "sync"]]
    requirements = toolchain.program / "requirements.txt"
    listed = ["-r", str(requirements)] if requirements.is_file() else []
    virtualenv = toolchain.virtualenv
    if virtualenv is None:
        return [[str(toolchain.python()), "-m", "pip", "install", *listed]] if listed else []
    python = str(virtualenv / "bin" / "python")
    with_uv = shutil.which("uv") is not None
    make = ["uv", "venv", str(virtualenv)] if with_uv else ["python3", "-m", "venv", str(virtualenv)]
    fill = ["uv", "pip", "install", "--python", python] if with_uv else [python, "-m", "pip", "install"]
    return [*([] if Path(python).is_file() else [make]), *([[*fill, *listed]] if listed else [])]


def _output_of(command: list[str], toolchain: Toolchain) -> Iterator[bytes]:
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=toolchain.program,
            env=dict(os.environ),
        )
    except OSError as error:
        message = f"`{command[0]}` cannot be run: {error}"
        raise ToolchainError(message) from error
    with process:
        yield from process.stdout or []
    if process.returncode:
        message = f"`{' '.join(command)}` failed with exit code {process.returncode}"
        raise ToolchainError(message)
