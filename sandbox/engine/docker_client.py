"""The docker client as child processes: how their lines come back, and how they are cancelled.

The official provider speaks docker's API from Go. The client program speaks the same API, knows ssh and TLS
hosts and BuildKit's session, and is there wherever images are built.
"""

import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, cast

from sandbox.engine.image_inputs import ImageError

_PING_SECONDS = 20.0
_GRACE_SECONDS = 3.0


class CancelledError(ImageError):
    """The user stopped the run; the text says so."""


@dataclass
class DockerClient:
    """One docker engine, and the commands that run against it."""

    host: str
    environment: Mapping[str, str]
    """For the client, for example where its TLS files are; without HOME's own settings for the host."""
    _running: set[subprocess.Popen[bytes]] = field(default_factory=set["subprocess.Popen[bytes]"])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def command(self, *words: str) -> list[str]:
        """The command line for this engine."""
        return ["docker", "--host", self.host, *words]

    def answer(self, *words: str, seconds: float = _PING_SECONDS) -> str:
        """The output of a short command.

        Raises:
            ImageError: it failed; the text is docker's own.
        """
        try:
            done = subprocess.run(
                self.command(*words),
                capture_output=True,
                text=True,
                env=self.environment,
                timeout=seconds,
                check=False,
            )
        except FileNotFoundError as error:
            message = "the docker client is not on PATH; type: apt install docker.io"
            raise ImageError(message) from error
        except subprocess.TimeoutExpired as error:
            message = f"no answer from {self.host} within {seconds:.0f} s"
            raise ImageError(message) from error
        if done.returncode:
            raise ImageError(done.stderr.strip() or f"docker {words[0]} failed with exit code {done.returncode}")
        return done.stdout.strip()

    def stream(
        self,
        words: Sequence[str],
        line: Callable[[str], None],
        *,
        environment: Mapping[str, str],
        feed: Callable[[IO[bytes]], None] | None = None,
    ) -> int:
        """Run a long command: `line` gets each line of its output, `feed` writes its standard input.

        Returns:
            The exit code.

        Raises:
            CancelledError: it was cancelled.
        """
        process = subprocess.Popen(
            self.command(*words),
            stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**self.environment, **environment},
            start_new_session=True,  # cancelled by us, with everything that it has started
        )
        with self._lock:
            self._running.add(process)
        feeder = _Feeder(process, feed) if feed else None
        for text in process.stdout or []:
            line(text.decode(errors="replace").rstrip("\n"))
        process.wait()
        with self._lock:
            cancelled = process not in self._running
            self._running.discard(process)
        if cancelled:
            message = "the build was cancelled"
            raise CancelledError(message)
        if feeder:
            feeder.finish()
        return process.returncode

    def cancel(self) -> None:
        """End every long command."""
        with self._lock:
            running = list(self._running)
            self._running.clear()
        for process in running:
            with suppress(ProcessLookupError):
                process.terminate()
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE_SECONDS)
                continue
            process.kill()


class _Feeder(threading.Thread):
    """Writes a command's standard input while the command is read from."""

    def __init__(self, process: subprocess.Popen[bytes], feed: Callable[[IO[bytes]], None]) -> None:
        super().__init__(daemon=True)
        self._stdin = cast("IO[bytes]", process.stdin)
        self._feed = feed
        self._error: OSError | None = None
        self.start()

    def run(self) -> None:
        """Write until the end, or until the command does not read any more: then it says why itself."""
        try:
            with suppress(BrokenPipeError), self._stdin:
                self._feed(self._stdin)
        except OSError as error:
            self._error = error

    def finish(self) -> None:
        """Wait for the end.

        Raises:
            ImageError: what was to be written could not be read.
        """
        self.join()
        if self._error:
            message = f"the build context cannot be read: {self._error}"
            raise ImageError(message)
