"""Where the sandbox keeps its things, and its random secrets and ports.

One folder on disk (the *state*) and one in /run (sockets and mounts: a socket's path must stay under 108 bytes).
Both are gone after `down`; the passphrase beside the state stays, as stack files hold what it encrypted.
"""

import fcntl
import getpass
import json
import os
import secrets
import shlex
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from sandbox.cache_home import cache_home
from sandbox.errors import COMMAND, SandboxError

RUNTIME = Path("/run/monadic-sandbox")
NAME = "sandbox"  # the kubeconfig context, and the value of the marker in every process's environment


class Options(BaseModel):
    """What was chosen at `up`; a later `up` without options keeps it."""

    http_port: int = 8080
    registry_port: int = 5050
    nodes: int = 1
    debian_nodes: int = 0
    cluster: str = "auto"
    """`auto`, `embedded` or `context:NAME`."""


class Record(BaseModel):
    """Everything that must survive a restart: owner, options, ports."""

    checkout: Path
    user: str
    since: datetime
    options: Options
    cluster: str
    """What `auto` came to: `embedded` or `context:NAME`."""
    cluster_reason: str
    ports: dict[str, int] = {}


@dataclass(frozen=True)
class State:
    """The state folder and what lies where in it."""

    folder: Path

    @property
    def record_file(self) -> Path:
        """Owner, options and ports."""
        return self.folder / "sandbox.json"

    @property
    def logs(self) -> Path:
        """One log file a process."""
        return self.folder / "logs"

    @property
    def certificates(self) -> Path:
        """The cluster's own authority, keys and certificates."""
        return self.folder / "certificates"

    @property
    def bin(self) -> Path:
        """What `env` puts first on PATH."""
        return self.folder / "bin"

    @property
    def kubeconfig(self) -> Path:
        """For people and for the program: the context `sandbox`."""
        return self.folder / "kubeconfig"

    @property
    def pulumi_home(self) -> Path:
        """Pulumi's own folder, with the plug-ins."""
        return self.folder / "pulumi-home"

    @property
    def pulumi_state(self) -> Path:
        """Where the state of the stacks lies."""
        return self.folder / "pulumi-state"

    @property
    def docker_config(self) -> Path:
        """A docker configuration of its own, with the login of the sandbox's registry."""
        return self.folder / "docker-config"

    @property
    def passphrase(self) -> Path:
        """What the secrets in the stacks and stack files are encrypted with; it outlives the sandbox."""
        return self.folder.parent / "passphrase"

    def nodes(self, name: str) -> Path:
        """The folder of one node: kubelet, containerd, home."""
        return self.folder / "nodes" / name

    def read(self) -> Record | None:
        """The record, or None where no sandbox was ever started.

        Raises:
            SandboxError: the file cannot be understood.
        """
        try:
            return Record.model_validate_json(self.record_file.read_text())
        except FileNotFoundError:
            return None
        except (ValidationError, OSError) as error:
            message = f"{self.record_file} cannot be read ({error}); type: {COMMAND} down"
            raise SandboxError(message) from error

    def write(self, record: Record) -> None:
        """Keep the record, all of it or nothing."""
        private_file(self.record_file, record.model_dump_json(indent=2))

    def secret(self, name: str) -> str:
        """A random secret of this sandbox, made when first asked for (file mode 0600); whoever asks gets the same."""
        return random_text(self.folder / "secrets" / name)


def random_text(file: Path) -> str:
    """The secret in a file, which gets one (mode 0600) when first asked for."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The lock belongs to the open file, so it keeps threads apart as well as processes.
    with os.fdopen(os.open(file.with_name(f".{file.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            private_file(file, secrets.token_urlsafe(24))
    return file.read_text()


def private_file(path: Path, text: str) -> None:
    """Write a file that only its owner reads (0600), by rename, so that nobody sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A name of its own for every call: threads of one process write the same file, too. mkstemp gives mode 0600.
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    scratch = Path(name)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def private_command(path: Path, *words: str | Path) -> None:
    """A command of the sandbox's own: a file that runs these words with whatever else is typed."""
    text = f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n'
    if not path.exists() or path.read_text() != text:
        private_file(path, text)
        path.chmod(0o700)


def private_json(path: Path, value: object) -> None:
    """`private_file` of a JSON value."""
    private_file(path, json.dumps(value, indent=2))


def default_state() -> State:
    """The sandbox of this user on this machine."""
    return State(cache_home() / NAME)


def new_record(options: Options, cluster: str, reason: str, checkout: Path) -> Record:
    """A record for a sandbox that `checkout` starts now."""
    return Record(
        checkout=checkout,
        user=getpass.getuser(),
        since=datetime.now(UTC),
        options=options,
        cluster=cluster,
        cluster_reason=reason,
    )


def remove_tree(path: Path) -> None:
    """Remove a folder and all in it; what is not there is fine."""
    shutil.rmtree(path, ignore_errors=True)
