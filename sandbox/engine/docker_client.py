"""The docker client as child processes: where the engine is, how lines come back, how they are cancelled.

The official provider speaks docker's API from Go. The client program speaks the same API, knows ssh and TLS
hosts and BuildKit's session, and is there wherever images are built.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from sandbox.engine.image_inputs import ImageError
from sandbox.engine.property_values import Properties, as_text

DEFAULT_HOST = "unix:///var/run/docker.sock"
_PER_USER = ("unix://{home}/.docker/run/docker.sock", "unix://{home}/.docker/desktop/docker.sock")
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


def connect(config: Properties, base: Mapping[str, str], tls_folder: Path) -> DockerClient:
    """The docker engine that the provider's configuration and the environment name, asked whether it answers.

    As the official (`configureDockerClient` in `provider/image.go`): an ssh host is not contacted, and
    without any host named, the engines of Docker Desktop are tried after the machine's own.

    Raises:
        ImageError: none answers; the text has docker's reason.
    """
    named = as_text(config.get("host")) or base.get("DOCKER_HOST", "")
    home = base.get("HOME", str(Path.home()))
    hosts = [named] if named else [DEFAULT_HOST, *(host.format(home=home) for host in _PER_USER)]
    environment = {key: value for key, value in base.items() if key not in ("DOCKER_HOST", "DOCKER_CONTEXT")}
    environment.update(_tls(config, base, tls_folder))
    reasons: list[str] = []
    for host in hosts:
        client = DockerClient(host, environment)
        if host.startswith("ssh://"):
            return client
        try:
            client.answer("version", "--format", "{{.Server.Version}}")
        except ImageError as error:
            reasons.append(str(error))
        else:
            return client
    message = f"failed to connect to any docker daemon: {reasons[0]}"
    raise ImageError(message)


def _tls(config: Properties, base: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The client's environment for a host that wants certificates."""
    variables = {"ca": "caMaterial", "cert": "certMaterial", "key": "keyMaterial"}
    material = {
        file: as_text(config.get(name)) or base.get(f"DOCKER_{file.upper()}_MATERIAL", "")
        for file, name in variables.items()
    }
    path = as_text(config.get("certPath")) or base.get("DOCKER_CERT_PATH", "")
    if not any(material.values()):
        return {"DOCKER_CERT_PATH": path, "DOCKER_TLS_VERIFY": "1"} if path else {}
    if not all(material.values()):
        message = "certMaterial, keyMaterial, and caMaterial must all be specified"
        raise ImageError(message)
    if path:
        message = "when using raw certificates, certPath must not be specified"
        raise ImageError(message)
    for file, text in material.items():
        target = folder / f"{file}.pem"
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
            output.write(text)
    return {"DOCKER_CERT_PATH": str(folder), "DOCKER_TLS_VERIFY": "1"}
