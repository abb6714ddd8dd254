"""Processes of the sandbox: started with a mark in their environment, found again by that mark.

The mark is inherited (containerd's shims carry it too), survives a lost pid file and is never reused by the
kernel, so a scan of /proc always tells the truth: nothing is remembered that could be wrong.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from sandbox.bootstrap_checks import not_installed
from sandbox.bootstrap_machine import is_installed
from sandbox.errors import SandboxError

MARK = "MONADIC_SANDBOX"  # value: the state folder
PART = "MONADIC_SANDBOX_PART"  # value: the part's name, for example `kubelet-node-1`

_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)


def marked(folder: Path) -> list[tuple[str, psutil.Process]]:
    """Every living process of the sandbox in `folder`, as (part, process)."""
    found: list[tuple[str, psutil.Process]] = []
    for process in psutil.process_iter():
        with suppress(*_GONE):
            environment = process.environ()
            if environment.get(MARK) == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append((environment.get(PART, ""), process))
    return found


def plugins(folder: Path) -> list[psutil.Process]:
    """Plug-ins of Pulumi that outlived an update which was killed: they run from the sandbox's own folder.

    Known by what they run, not by their environment: a shell of `sandbox env` has the same.
    """
    home = str(folder / "pulumi-home" / "plugins") + os.sep
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(*_GONE):
            if any(word.startswith(home) for word in process.cmdline()[:2]):  # the second where a script is one
                found.append(process)
    return found


def leaders(folder: Path) -> dict[str, psutil.Process]:
    """Part → the process that was started for it. Its children carry the mark too.

    Most of those lead no session; a docker engine's containerd does, and has the lower number when the kernel has begun
    to count anew.
    """
    found: dict[str, psutil.Process] = {}
    everything = marked(folder)
    parts = {process.pid: part for part, process in everything}
    for part, process in everything:
        with suppress(*_GONE, OSError):
            if os.getsid(process.pid) == process.pid and parts.get(process.ppid()) != part:
                found.setdefault(part, process)
    return found


def running(folder: Path, part: str) -> psutil.Process | None:
    """The process of `part`, or None."""
    return leaders(folder).get(part)


def has_environment(process: psutil.Process, environment: Mapping[str, str]) -> bool:
    """Whether a process was started with these variables."""
    try:
        return environment.items() <= process.environ().items()
    except _GONE:
        return False


def start(
    folder: Path,
    part: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    cwd: Path,
) -> subprocess.Popen[bytes]:
    """Start a part in a session of its own; its output goes to `log` (appended).

    Raises:
        SandboxError: its program is not there or cannot be run; the message has the Debian package that has it.
    """
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    words = [str(word) for word in command]
    try:
        with log.open("ab") as output:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env={**environment, MARK: str(folder), PART: part},
                start_new_session=True,
            )
    except OSError as error:
        missing = isinstance(error, FileNotFoundError) and error.filename == words[0]
        message = not_installed(words[0]) if missing else f"{part} cannot be started: {error}"
        raise SandboxError(message) from error
    _until_marked(process)
    return process


def _until_marked(process: subprocess.Popen[bytes]) -> None:
    """Until the kernel shows its environment: `Popen` returns a moment before.

    The environment is put in place after the files that close on exec are closed (linux, fs/binfmt_elf.c).
    """
    with suppress(*_GONE):
        shown = psutil.Process(process.pid)
        while not shown.environ() and process.poll() is None:
            time.sleep(0.001)


def require(*programs: str) -> None:
    """Check that programs are there which a part needs and does not miss at once.

    Args:
        programs: keys of `bootstrap_checks.COMMANDS`.

    Raises:
        SandboxError: one is not; the message has the Debian package that has it.
    """
    for program in programs:
        if not is_installed(program):
            raise SandboxError(not_installed(program))


def wait_until(
    check: Callable[[], bool],
    *,
    seconds: float,
    what: str,
    log: Path,
    process: subprocess.Popen[bytes] | None = None,
) -> None:
    """Wait for a health check.

    Raises:
        SandboxError: the process ended, or `seconds` have passed; the message shows the end of the log.
    """
    deadline = time.monotonic() + seconds
    while not check():
        if process is not None and process.poll() is not None:
            message = f"{what} ended with exit code {process.returncode}.\n{tail(log)}"
            raise SandboxError(message)
        if time.monotonic() > deadline:
            message = f"{what} does not answer after {seconds:.0f} s.\n{tail(log)}"
            raise SandboxError(message)
        time.sleep(0.05)


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, with its path: what a person reads first."""
    try:
        text = log.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        text = []
    return "\n".join([*(f"    {line[:300]}" for line in text), f"    ({log})"])


def stop(processes: Iterable[psutil.Process], *, grace: float) -> None:
    """End processes: SIGTERM, `grace` seconds, SIGKILL."""
    living = list(processes)
    for process in living:
        with suppress(*_GONE):
            process.terminate()
    _, stubborn = psutil.wait_procs(living, timeout=grace)
    kill(stubborn)


def kill(living: Iterable[psutil.Process]) -> None:
    """End processes without asking, and wait until they are gone."""
    dying = list(living)
    for process in dying:
        with suppress(*_GONE):
            process.kill()
    psutil.wait_procs(dying, timeout=5)
