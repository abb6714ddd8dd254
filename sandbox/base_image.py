"""A Python base image from the machine's own Debian packages, for machines that reach no public registry."""

import hashlib
import re
import shlex
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sandbox import registry
from sandbox.bootstrap_run import run_logged
from sandbox.cache_home import cache_home
from sandbox.docker_engine import run_docker
from sandbox.errors import SandboxError
from sandbox.processes import require
from sandbox.site import Site

NAME = "sandbox.local/python:3"
PUBLIC_NAME = "python:3.12-slim"
"""Of webapi/Dockerfile."""
_REPOSITORY, _TAG = "sandbox/python", "3"
_SECONDS = 600  # an engine that has much to do

_PACKAGES = ("python3-minimal", "libpython3-stdlib")
# What no program reads: the archive is pushed, pulled and unpacked on every new sandbox.
_LEFT_OUT = re.compile(r"\./usr/(share/(doc|man|locale|info)|lib/[^/]+/gconv|lib/python[^/]+/pydoc_data)(/|$)")


def up(host: str | None) -> bool:
    """Make sure that the docker engine at `host` has the image; whether it had to be made.

    Raises:
        SandboxError: the packages cannot be fetched, or the engine refuses the image.
    """
    try:
        if _has(NAME, host):
            return False
        run_docker("import", "--change", "ENV PATH=/usr/local/bin:/usr/bin:/bin", str(_archive()), NAME, host=host)
    except subprocess.CalledProcessError as error:
        message = f"docker cannot take the base image {NAME}: {error.stderr.strip()}"
        raise SandboxError(message) from error
    return True


def stand_in(host: str | None) -> None:
    """Let the image also be the public one that the sample's Dockerfile begins with, unless the engine has that one.

    Only for an engine of the sandbox's own: stack files of clouds name no base image, as anybody's engine gets that one
    from Docker Hub.

    Raises:
        SandboxError: the engine refuses.
    """
    try:
        if not _has(PUBLIC_NAME, host):
            run_docker("tag", NAME, PUBLIC_NAME, host=host)
    except subprocess.CalledProcessError as error:
        message = f"docker cannot name the base image {PUBLIC_NAME}: {error.stderr.strip()}"
        raise SandboxError(message) from error


def _has(name: str, host: str | None) -> bool:
    return bool(run_docker("image", "ls", "--quiet", name, host=host).strip())


def push(site: Site, host: str | None) -> bool:
    """Give the registry the image's layer, so that the first push of an app finds it there; whether it was missing.

    Raises:
        SandboxError: the engine cannot push it.
    """
    if registry.has_tag(site, _REPOSITORY, _TAG):
        return False
    name = f"{registry.host(site)}/{_REPOSITORY}:{_TAG}"
    try:
        run_docker("tag", NAME, name, host=host)
        run_docker("--config", str(site.state.docker_config), "push", name, host=host)
        run_docker("image", "rm", name, host=host)  # the other name stays, and the registry has its own
    except subprocess.CalledProcessError as error:
        message = f"docker cannot push the base image to the sandbox's registry: {error.stderr.strip()}"
        raise SandboxError(message) from error
    return True


def remove(host: str | None) -> None:
    """Take the image out of the machine's own docker engine again."""
    command = ["docker", *(["--host", host] if host else []), "image", "rm", NAME]
    subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)


def _archive() -> Path:
    """The archive of this recipe, made when it is not in the user's cache."""
    recipe = ["--variant=extract", f"--include={','.join(_PACKAGES)}", _suite()]
    # The words are those of the first release, so that the archives which users have are found again.
    key = hashlib.sha256("\0".join(["mmdebstrap", "--quiet", *recipe, _LEFT_OUT.pattern]).encode()).hexdigest()[:16]
    archive = cache_home() / "images" / f"python-{key}.tar"
    if archive.exists():
        return archive
    require("mmdebstrap")
    archive.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=archive.parent) as scratch:
        made, smaller = Path(scratch) / "base.tar", Path(scratch) / "smaller.tar"
        # --verbose: it prints what apt does as it does it, which is the only sign of life that it gives to a log.
        command = ["mmdebstrap", "--verbose", *recipe, str(made)]
        try:
            run_logged("making the Python base image", command, cache_home() / "logs" / "base-image.log")
        except SandboxError as error:
            message = f"{error}\n{_by_hand(recipe, archive)}"
            raise SandboxError(message) from error
        _leave_out(made, smaller)
        smaller.rename(archive)
    return archive


def _by_hand(recipe: Sequence[str], archive: Path) -> str:
    # mmdebstrap asks the distribution's own mirrors, over http, and reads neither sources.list nor apt.conf.d.
    command = shlex.join(["mmdebstrap", *recipe, str(archive)])
    return (
        f"it needs the Debian packages {', '.join(_PACKAGES)}. If they could not be fetched: behind a proxy, type "
        "in a root shell: export http_proxy=http://PROXY:PORT && make up; with a mirror of your own, type: "
        f"{command} http://MIRROR/debian && make up"
    )


def _leave_out(source: Path, target: Path) -> None:
    # mmdebstrap runs no hook that could do it when it only extracts.
    with tarfile.open(source) as whole, tarfile.open(target, "w") as rest:
        for entry in whole:
            if not _LEFT_OUT.match(entry.name):
                rest.addfile(entry, whole.extractfile(entry) if entry.isreg() else None)


def _suite() -> str:
    lines = Path("/etc/os-release").read_text().splitlines()
    names = dict(line.split("=", 1) for line in lines if "=" in line)
    return names.get("VERSION_CODENAME", "stable").strip('"')
