"""A Python base image from the machine's own Debian packages, for machines that reach no public registry."""

import json
import subprocess
import tempfile
from pathlib import Path

from sandbox.cache_home import cache_home
from sandbox.docker_engine import run_docker
from sandbox.errors import SandboxError

NAME = "sandbox.local/python:3"

_PACKAGES = ("python3-minimal", "libpython3-stdlib", "ca-certificates")
# What no program reads: the archive is pushed, pulled and unpacked on every new sandbox.
_LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "var/cache")


def up(host: str | None) -> bool:
    """Make sure that the docker engine at `host` has the image; whether it had to be made.

    Raises:
        SandboxError: the packages cannot be fetched, or the engine refuses the image.
    """
    try:
        if json.loads(run_docker("image", "ls", "--format", '"{{.ID}}"', NAME, host=host) or '""'):
            return False
        run_docker("import", "--change", "ENV PATH=/usr/local/bin:/usr/bin:/bin", str(_archive()), NAME, host=host)
    except subprocess.CalledProcessError as error:
        message = f"docker cannot take the base image {NAME}: {error.stderr.strip()}"
        raise SandboxError(message) from error
    return True


def remove(host: str | None) -> None:
    """Take the image out of the machine's own docker engine again."""
    subprocess.run(
        ["docker", *(["--host", host] if host else []), "image", "rm", NAME], capture_output=True, check=False
    )


def _archive() -> Path:
    suite = _suite()
    archive = cache_home() / "images" / f"python-{suite}.tar"
    if archive.exists():
        return archive
    archive.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=archive.parent) as scratch:
        made = Path(scratch) / "base.tar"
        command = [
            "mmdebstrap",
            "--quiet",
            "--variant=extract",
            f"--include={','.join(_PACKAGES)}",
            *(f'--customize-hook=rm -rf "$1"/{folder}' for folder in _LEFT_OUT),
            suite,
            str(made),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            last = "\n".join(f"  {line}" for line in done.stderr.strip().splitlines()[-5:])
            message = f"a Python base image cannot be made from this machine's packages (suite {suite}):\n{last}"
            raise SandboxError(message)
        made.rename(archive)
    return archive


def _suite() -> str:
    lines = Path("/etc/os-release").read_text().splitlines()
    names = dict(line.split("=", 1) for line in lines if "=" in line)
    return names.get("VERSION_CODENAME", "stable").strip('"')
