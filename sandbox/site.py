"""What every part of the sandbox is given: places, ports, tools; and how a part is kept running."""

import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from sandbox import processes
from sandbox.errors import COMMAND, SandboxError
from sandbox.state import Record, State

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PORTS = threading.Lock()  # parts start in threads
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


@dataclass(frozen=True)
class Site:
    """One sandbox, as its parts see it."""

    state: State
    record: Record
    tools: Mapping[str, Path]
    """Tool name → its executable."""
    say: Callable[[str], None] = field(default=print)

    def port(self, name: str) -> int:
        """The port of a part: chosen once, then kept. Ports that people type are options and never move.

        Raises:
            SandboxError: a port that people type is taken by another program; the message names it.
        """
        fixed = {"http": self.record.options.http_port, "registry": self.record.options.registry_port}
        if name in fixed:
            return fixed[name]
        with _PORTS:
            if name not in self.record.ports:
                self.record.ports[name] = free_port(taken=set(self.record.ports.values()) | set(fixed.values()))
                self.state.write(self.record)
            return self.record.ports[name]

    def log(self, part: str) -> Path:
        """The log file of a part."""
        return self.state.logs / f"{part}.log"

    def keep_running(
        self,
        part: str,
        command: Sequence[str | Path],
        healthy: Callable[[], bool],
        *,
        seconds: float = 30,
        environment: Mapping[str, str] | None = None,
        home: Path | None = None,
        path: Sequence[Path] = (),
    ) -> bool:
        """Start a part unless it runs already with this very command and answers; wait until it does.

        `home` becomes HOME and the working folder: a kubelet reads docker logins from both, so no part gets the
        user's. The folders of `path` come first on its PATH.

        Returns:
            Whether it had to be started.

        Raises:
            SandboxError: it ended or does not answer within `seconds`.
        """
        words = [str(word) for word in command]
        present = processes.running(self.state.folder, part)
        if present is not None:
            if _same_command(present, words) and healthy():
                return False
            processes.stop([present], grace=10)
        folder = home or self.state.folder / "homes" / part
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        process = processes.start(
            self.state.folder,
            part,
            words,
            log=self.log(part),
            environment={
                "PATH": ":".join([*map(str, path), _PATH]),
                "HOME": str(folder),
                "LANG": "C.UTF-8",
                **(environment or {}),
            },
            cwd=folder,
        )
        processes.wait_until(healthy, seconds=seconds, what=part, log=self.log(part), process=process)
        return True


def proxies() -> dict[str, str]:
    """The proxy settings of this shell, for parts that reach registries outside."""
    return {name: os.environ[name] for name in _PROXIES if name in os.environ}


def _same_command(process: psutil.Process, words: list[str]) -> bool:
    try:
        return process.cmdline() == words
    except psutil.Error:
        return False


def free_port(taken: set[int]) -> int:
    """A loopback port that nothing listens on and nobody here was promised."""
    while True:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in taken:
            return port


def listening(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with closing(socket.socket()) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def refuse_taken_port(port: int, *, option: str, folder: Path) -> None:
    """Check that a port that people type is free, or held by this sandbox.

    Raises:
        SandboxError: another program listens there; the message names it and the option that moves us.
    """
    if not listening(port):
        return
    ours = {process.pid for _, process in processes.marked(folder)}
    holder = next(
        (c.pid for c in psutil.net_connections("tcp") if c.laddr and c.laddr[1] == port and c.status == "LISTEN"),
        None,
    )
    if holder in ours:
        return
    who = f"{psutil.Process(holder).name()} (pid {holder})" if holder else "another program"
    message = f"port {port} is in use by {who}; end it, or type: {COMMAND} up {option} {port + 1}"
    raise SandboxError(message)
