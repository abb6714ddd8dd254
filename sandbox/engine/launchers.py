"""Small executables by which the engine finds the language host and the docker provider.

The language host is found on PATH. The docker provider lies in the engine's own store of plug-ins
(`$PULUMI_HOME/plugins`), not on PATH, which would print a version warning in every run, and not attached with
PULUMI_DEBUG_PROVIDERS: the engine starts it anew for each run in the program's folder, so the relative paths of the
program mean what they mean with the official one, and nothing keeps running in between.
"""

import shlex
from importlib.metadata import version
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]

# -I: neither the user's PYTHONPATH nor the program's folder decides what is imported here.
_SCRIPT = """#!/bin/sh
# Written by the sandbox: python -m sandbox up writes it again.
exec {python} -I {start} {part} "$@"
"""


def install_language_host(folder: Path, python: Path) -> Path:
    """Write `pulumi-language-python` into `folder`, which is meant for PATH; it runs in `python`'s environment."""
    return _write(folder / "pulumi-language-python", "language_host", python)


def install_docker_provider(pulumi_home: Path, python: Path) -> Path:
    """Write the docker provider into the engine's store of plug-ins, as the version of the installed SDK."""
    name = f"resource-docker-v{version('pulumi-docker')}"
    return _write(pulumi_home / "plugins" / name / "pulumi-resource-docker", "docker_provider", python)


def _write(file: Path, part: str, python: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    # absolute(), not resolve(): a virtual environment's python is a link, and where it leads has no packages.
    start = _CHECKOUT / "sandbox" / "engine" / "start.py"
    words = {"python": shlex.quote(str(python.absolute())), "start": shlex.quote(str(start)), "part": part}
    scratch = file.with_name(f".{file.name}.new")
    scratch.write_text(_SCRIPT.format(**words))
    scratch.chmod(0o755)
    scratch.replace(file)  # a run that has just begun sees the old file or the new one, never half of it
    return file
