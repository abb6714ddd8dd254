"""Small executables by which the engine finds the language host and the docker provider.

Neither belongs on PATH: the engine prints a warning for every plug-in found there. The language host lies beside the
`pulumi` executable. The docker provider lies in the engine's store of plug-ins (`$PULUMI_HOME/plugins`) and is not
attached with PULUMI_DEBUG_PROVIDERS: from the store, the engine starts it anew for each run in the program's folder,
so the relative paths of the program mean what they mean with the official one, runs cannot disturb each other, and
nothing keeps running in between.
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


def install_language_host(folder: Path, python: Path) -> None:
    """Write `pulumi-language-python` into `folder`; it runs in `python`'s environment, which has `pulumi`."""
    _write(folder / "pulumi-language-python", "language_host", python)


def install_docker_provider(pulumi_home: Path, python: Path) -> None:
    """Write the docker provider into the store of plug-ins, as the version of the SDK: the engine wants just that."""
    folder = pulumi_home / "plugins" / f"resource-docker-v{version('pulumi-docker')}"
    _write(folder / "pulumi-resource-docker", "docker_provider", python)


def _write(file: Path, part: str, python: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    start = _CHECKOUT / "sandbox" / "engine" / "start.py"
    # absolute(), not resolve(): a virtual environment's python is a link, and where it leads has no packages.
    words = {"python": shlex.quote(str(python.absolute())), "start": shlex.quote(str(start)), "part": part}
    scratch = file.with_name(f".{file.name}.new")
    scratch.write_text(_SCRIPT.format(**words))
    scratch.chmod(0o755)
    scratch.replace(file)  # a run that has just begun sees the old file or the new one, never half of it
