"""Who holds this machine's sandbox: its interfaces, control groups and ports are the machine's, so there is one."""

import fcntl
import json
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox import processes
from sandbox.errors import COMMAND, SandboxError
from sandbox.state import RUNTIME, Record, State

_MACHINE = Path("/run")
_NOTE = "holder.json"


@dataclass(frozen=True)
class Holder:
    """The checkout that started the sandbox, and the state folder that it runs from."""

    checkout: Path
    state: Path

    def living(self) -> bool:
        """Whether anything of it runs."""
        return bool(processes.marked(self.state))


@contextmanager
def locked(waiting: Callable[[], None] | None = None) -> Generator[None]:
    """Keep every other user and checkout of this machine from starting or stopping a sandbox meanwhile.

    Args:
        waiting: told when another command starts or stops it, whose end is then waited for; without it, an error.

    Raises:
        SandboxError: another command starts or stops it right now.
    """
    # A folder that is there can be locked by anybody, and leaves no file behind.
    descriptor = os.open(_MACHINE, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(descriptor, waiting)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, waiting: Callable[[], None] | None) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if waiting is None:
            message = "another command is starting or stopping the sandbox right now; wait for it, then try again"
            raise SandboxError(message) from None
        waiting()
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def claim(record: Record, state: State) -> None:
    """Say in /run, for every user of this machine, who holds the sandbox; only root makes what is the machine's."""
    if os.geteuid() == 0:
        RUNTIME.mkdir(mode=0o711, exist_ok=True)
        note = {"checkout": str(record.checkout), "user": record.user, "state": str(state.folder)}
        (RUNTIME / _NOTE).write_text(json.dumps(note))


def present() -> Holder | None:
    """Whoever holds this machine's sandbox, by the note in /run."""
    try:
        note = json.loads((RUNTIME / _NOTE).read_text())
        return Holder(Path(note["checkout"]), Path(note["state"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def refuse_other(state: State, checkout: Path) -> None:
    """Leave alone what another checkout or user runs; what a checkout that is gone left behind is anybody's.

    Raises:
        SandboxError: it lives; the message says whose it is and how to end it.
    """
    holder = present()
    if holder is None or (holder.checkout == checkout and holder.state == state.folder):
        return
    if holder.living() and (holder.state != state.folder or holder.checkout.exists()):
        message = (
            f"the sandbox of this machine is held by {holder.checkout} (state in {holder.state}); use it there, "
            f"or end it there: cd {holder.checkout} && make down; to end it from here, type: {COMMAND} down --force"
        )
        raise SandboxError(message)
