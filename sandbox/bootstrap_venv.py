"""The virtual environment `.venv`, made with uv from the pinned requirements. Standard library only."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sandbox.bootstrap_lock import locked
from sandbox.bootstrap_run import run_logged
from sandbox.cache_home import cache_home
from sandbox.errors import SandboxError

UV_VERSION = "0.13.9"
_FILES = ("requirements.txt", "requirements-dev.txt")
_STAMP = "made-from"


def venv_is_current(root: Path) -> bool:
    """Whether `.venv` was made whole, from the requirements as they are now."""
    folder = root / ".venv"
    try:
        made_from = (folder / _STAMP).read_text()
    except OSError:
        return False
    return made_from == venv_key(root) and os.access(folder / "bin/python", os.X_OK)


def venv_key(root: Path) -> str:
    """Hash of everything that decides what is in the virtual environment."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for name in _FILES:
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def ensure_venv(root: Path) -> None:
    """Make `.venv`, or bring it up to date; a failure leaves the old one or none, never half of one.

    Of two commands in one checkout the second waits, and finds it made.

    Raises:
        SandboxError: a step failed; the text has what uv said, what was needed and what to type.
    """
    with locked(root, f"makes .venv in {root}"):
        if not venv_is_current(root):
            _make_venv(root)


def _make_venv(root: Path) -> None:
    uv = _uv()
    folder = root / ".venv"
    logs = cache_home() / "logs"
    fresh = not _same_python(folder)
    # uv does not read pip's settings; the machine's certificates are what both have in common.
    environment = {"UV_SYSTEM_CERTS": "1", "UV_NO_PROGRESS": "1", "VIRTUAL_ENV": str(folder)}
    try:
        with _fetching(f"the Python packages of {_FILES[1]}", index="UV_DEFAULT_INDEX"):
            if fresh:
                # --seed: Pulumi's own language host lists the packages with the environment's pip.
                make = [uv, "venv", "--clear", "--seed", "--quiet", "--python", sys.executable, str(folder)]
                run_logged("making .venv", make, logs / "venv.log", environment=environment)
            # uv fetches everything before it changes anything, so what cannot be fetched leaves the old state.
            install = [uv, "pip", "install", "--python", str(folder / "bin/python"), "-r", str(root / _FILES[1])]
            title = "installing the Python packages into .venv"
            run_logged(title, install, logs / "packages.log", environment=environment)
        run_logged("compiling the Python packages", _compilation(folder), logs / "packages.log")
        (folder / _STAMP).write_text(venv_key(root))
    finally:
        if fresh and not (folder / _STAMP).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _compilation(folder: Path) -> list[str]:
    """Compiles what each `pulumi up` imports, so that not every start does where Python may not write beside its files.

    The clouds' SDKs are left out: tens of thousands of files, of which one stack uses a few.
    """
    packages = next((folder / "lib").glob("python*")) / "site-packages"
    return [
        str(folder / "bin/python"),
        "-m",
        "compileall",
        "-q",
        "-j0",
        "-x",
        r"/pulumi_(aws|azure_native|gcp)/",
        str(packages),
    ]


def _uv() -> str:
    """Uv from PATH, else a pinned one in the user's cache.

    Raises:
        SandboxError: it cannot be installed.
    """
    found = shutil.which("uv")
    if found:
        return found
    folder = cache_home() / f"uv-{UV_VERSION}"
    uv = folder / "bin/uv"
    if _runs(uv):
        return str(uv)
    with locked(cache_home(), "installs uv"):  # every checkout of the user shares it
        if not _runs(uv):
            _install_uv(folder)
    return str(uv)


def _install_uv(folder: Path) -> None:
    logs = cache_home() / "logs"
    try:
        run_logged("making a place for uv", [sys.executable, "-m", "venv", "--clear", str(folder)], logs / "uv.log")
        install = [str(folder / "bin/pip"), "install", "--quiet", f"uv=={UV_VERSION}"]
        with _fetching(f"the files of uv {UV_VERSION}", index="PIP_INDEX_URL"):
            run_logged(f"installing uv {UV_VERSION}", install, logs / "uv.log")
    except SandboxError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _runs(uv: Path) -> bool:
    try:
        return subprocess.run([uv, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _same_python(folder: Path) -> bool:
    """Whether a virtual environment is there that works and has the Python that runs this."""
    ask = "import sys, pip; print(sys.version_info[:2])"
    try:
        command = [folder / "bin/python", "-c", ask]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == f"{sys.version_info[:2]}"


@contextmanager
def _fetching(what: str, *, index: str) -> Generator[None]:
    """Add to a failure what it needed and what to type.

    Args:
        what: is fetched in the block.
        index: the variable by which the program that fetches it finds another index than PyPI.
    """
    try:
        yield
    except SandboxError as error:
        message = (
            f"{error}\nit needs {what}. If they could not be fetched: behind a proxy, type: "
            "export HTTPS_PROXY=http://PROXY:PORT; with an index of your own, type: "
            f"export {index}=https://INDEX/simple; then type the same command again: what was fetched is kept"
        )
        raise SandboxError(message) from error
