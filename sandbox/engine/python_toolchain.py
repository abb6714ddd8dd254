"""Which Python runs the program: the project's virtual environment, or the one on PATH.

Follows `sdk/python/toolchain` of pulumi/pulumi at 1b594989: `virtualenv` is relative to the folder of
Pulumi.yaml, and without it `PULUMI_PYTHON_CMD`, `python3` or `python` on PATH is taken. Supported are the
toolchains `pip` and `uv`. One difference: a missing virtual environment is not made in passing, the message
says how to make it.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_MAKE_WITH_PIP = "python3 -m venv {folder} && {folder}/bin/pip install -r {requirements}"
_MAKE_WITH_UV = "cd {program} && uv sync"


class ToolchainError(Exception):
    """The program's Python cannot be run; the text is the whole message for the user."""


@dataclass(frozen=True)
class Toolchain:
    """The Python that runs the program, and where it came from."""

    name: str
    """`pip` or `uv`."""
    program: Path
    """The folder of the program: that of Pulumi.yaml, or `main` in it. Its requirements.txt counts."""
    virtualenv: Path | None
    """The virtual environment, None for a Python on PATH."""

    def python(self) -> Path:
        """The interpreter.

        Raises:
            ToolchainError: there is none; the message has the command that makes one.
        """
        if self.virtualenv is None:
            return _python_on_path()
        python = self.virtualenv / "bin" / "python"
        if not python.is_file():
            raise ToolchainError(self._missing())
        return python

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` with the virtual environment activated, as its own `activate` script does."""
        if self.virtualenv is None:
            return dict(base)
        activated = {key: value for key, value in base.items() if key != "PYTHONHOME"}
        activated["VIRTUAL_ENV"] = str(self.virtualenv)
        activated["PATH"] = os.pathsep.join([str(self.virtualenv / "bin"), base.get("PATH", os.defpath)])
        return activated

    def make_command(self) -> str:
        """What to type to make the virtual environment."""
        command = _MAKE_WITH_UV if self.name == "uv" else _MAKE_WITH_PIP
        return command.format(
            folder=self.virtualenv, program=self.program, requirements=self.program / "requirements.txt"
        )

    def _missing(self) -> str:
        folder = str(self.virtualenv)
        what = "has no bin/python" if Path(folder).is_dir() else "does not exist"
        return (
            f"the virtual environment {folder} {what}; {self._project_file()} (runtime.options.virtualenv) says that "
            f"the program runs there. Type: {self.make_command()}"
        )

    def _project_file(self) -> str:
        others = ("PulumiPolicy.yaml", "PulumiPlugin.yaml")
        return next((name for name in others if (self.program / name).is_file()), "Pulumi.yaml")


def plugin_options(options: Mapping[str, object]) -> dict[str, object]:
    """The options of a provider: without a virtual environment it gets one of its own, `venv`, and never PATH's Python.

    As in `parseOptions` of the official host; a uv.lock or poetry.lock does not change that.
    """
    own = options.get("toolchain", "pip") == "pip" and not options.get("virtualenv")
    return {**options, "virtualenv": "venv"} if own else dict(options)


def resolve(project: Path, program: Path, options: Mapping[str, object]) -> Toolchain:
    """The toolchain that `runtime.options` of Pulumi.yaml choose.

    Without a `toolchain` option, a uv.lock or poetry.lock in the program's folder or above it decides.

    Raises:
        ToolchainError: an option has a wrong value or one that is not supported here.
    """
    name = _text(options, "toolchain") or _by_lock_file(program)
    if name not in ("pip", "uv"):
        known = (
            "poetry is not supported by the sandbox" if name == "poetry" else f"unsupported toolchain option: {name}"
        )
        message = f"{known}; write `toolchain: pip` or `toolchain: uv` below runtime.options in Pulumi.yaml"
        raise ToolchainError(message)
    if _text(options, "typechecker"):
        message = "the sandbox runs no typechecker; take runtime.options.typechecker out of Pulumi.yaml"
        raise ToolchainError(message)
    virtualenv = _text(options, "virtualenv")
    if virtualenv:
        return Toolchain(name, program, project / virtualenv)
    return Toolchain(name, program, _uv_environment(program) if name == "uv" else None)


def _text(options: Mapping[str, object], key: str) -> str:
    value = options.get(key, "")
    if not isinstance(value, str):
        message = f"{key} option must be a string (runtime.options.{key} in Pulumi.yaml)"
        raise ToolchainError(message)
    return value


def _by_lock_file(program: Path) -> str:
    for lock, name in (("uv.lock", "uv"), ("poetry.lock", "poetry")):
        if any((folder / lock).is_file() for folder in (program, *program.parents)):
            return name
    return "pip"


def _uv_environment(program: Path) -> Path:
    roots = [folder for folder in (program, *program.parents) if (folder / "uv.lock").is_file()]
    return (roots[0] if roots else program) / ".venv"


def _python_on_path() -> Path:
    wanted = os.environ.get("PULUMI_PYTHON_CMD", "")
    for name in [wanted] if wanted else ["python3", "python"]:
        found = shutil.which(name)
        if found:
            return Path(found)
    message = (
        f"PULUMI_PYTHON_CMD is {wanted!r}, which is not on PATH"
        if wanted
        else "neither python3 nor python is on PATH; type: apt install python3"
    )
    raise ToolchainError(message)
