"""Who holds a stack: the lock files of a state that lies in a folder, and what pulumi says of locks elsewhere.

`pulumi stack export` reads a stack whether it is locked or not, and no command tells of locks. Their files are
those of pulumi v3.274, pkg/backend/diy/lock.go: `.pulumi/locks/organization/PROJECT/STACK/ID.json`.
"""

import json
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from pulls.kubelet.objects import moment, number, text

_PREFIX = "file://"
_CLOCKS = 2.0
"""Seconds by which a process may seem younger than its lock: its start is known in ticks since the machine's."""
_OWNER = re.compile(r"created by (?P<user>\S+)@(?P<host>\S+) \(pid (?P<pid>\d+)\) at (?P<since>\S+)")


@dataclass(frozen=True, kw_only=True)
class Lock:
    """One update that holds a stack, or held it when it was killed."""

    user: str
    host: str
    pid: int
    since: datetime | None

    @property
    def text(self) -> str:
        """For a sentence."""
        since = "" if self.since is None else f", since {self.since:%Y-%m-%d %H:%M:%S}"
        return f"{self.user}@{self.host} (process {self.pid}{since})"

    @property
    def is_left(self) -> bool:
        """Whether its process is known to have ended: told only on the machine where it ran."""
        if self.host != socket.gethostname():
            return False
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
            # Another process may have its number by now.
            return self.since is not None and process.create_time() > self.since.timestamp() + _CLOCKS
        except psutil.NoSuchProcess:
            return True
        except (psutil.Error, ValueError, OverflowError):
            return False


def folder_of(backend: str) -> Path | None:
    """The folder that a state lies in; None where it lies in none."""
    if not backend.startswith(_PREFIX):
        return None
    return Path(backend.removeprefix(_PREFIX).partition("?")[0]).expanduser()


def read_locks(backend: str, project: str, stack: str) -> tuple[Lock, ...] | None:
    """The locks of a stack; None where the state lies in no folder, so that nobody can see them.

    Args:
        backend: URL of where the state lies.
        project: of the stack.
        stack: its name alone.
    """
    folder = folder_of(backend)
    if folder is None:
        return None
    files = folder / ".pulumi" / "locks" / "organization" / project / stack
    found: list[Lock] = []
    for each in sorted(files.glob("*.json")):
        with suppress(OSError, ValueError):  # it went meanwhile, or is half-written
            found.append(_lock(json.loads(each.read_text())))
    return tuple(found)


def locks_in(said: str) -> list[Lock]:
    """The locks that pulumi names when it refuses to wait for them."""
    return [
        Lock(user=each["user"], host=each["host"], pid=int(each["pid"]), since=_time(each["since"]))
        for each in _OWNER.finditer(said)
    ]


def _lock(content: dict[str, Any]) -> Lock:
    return Lock(
        user=text(content, "username"),
        host=text(content, "hostname"),
        pid=number(content, "pid"),
        since=moment(content, "timestamp"),
    )


def _time(given: str) -> datetime | None:
    return moment({"at": given}, "at")
