"""A copy of the project with a stack of its own, so that a test changes neither the checkout nor what a user runs."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from sandbox.environment import UNSET, variables
from sandbox.registry import host_at
from sandbox.state import State

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 240


@dataclass(frozen=True)
class Run:
    """What a command did."""

    code: int
    output: str
    """Standard output and error, as a person sees them."""


@dataclass
class Spoken:
    """What a command said, and when; times are of the monotonic clock."""

    code: int = -1
    lines: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    started: float = 0.0
    ended: float = 0.0

    @property
    def output(self) -> str:
        """All that it printed."""
        return "".join(line for _, line in self.lines)

    @property
    def seconds(self) -> float:
        """From its start to its end."""
        return self.ended - self.started

    def said(self, text: str) -> float | None:
        """When a line first had this text."""
        return next((moment for moment, line in self.lines if text in line), None)


@dataclass(frozen=True)
class Project:
    """A project folder and the stack in it."""

    folder: Path
    state: State
    stack: str
    environment: dict[str, str]

    @property
    def stack_file(self) -> Path:
        """`Pulumi.<stack>.yaml`."""
        return self.folder / f"Pulumi.{self.stack}.yaml"

    @property
    def namespace(self) -> str:
        """The namespace of the app."""
        return self.stack

    def configure(self, section: str, **values: Any) -> None:
        """Change a section of the stack file; None removes a key."""
        document = yaml.safe_load(self.stack_file.read_text())
        key = f"monadic-pipeline:{section}"
        merged = {**document["config"].get(key, {}), **values}
        document["config"][key] = {name: value for name, value in merged.items() if value is not None}
        self.stack_file.write_text(yaml.safe_dump(document, sort_keys=False))

    def pulumi(self, *words: str, extra: dict[str, str] | None = None) -> Run:
        """Run pulumi on this stack without questions."""
        command = ["pulumi", *words, "-s", self.stack, "--non-interactive"]
        return run(command, cwd=self.folder, environment={**self.environment, **(extra or {})})

    def up(self, *words: str, extra: dict[str, str] | None = None) -> Run:
        """`pulumi up`."""
        return self.pulumi("up", "--yes", "--skip-preview", *words, extra=extra)

    def start_up(self, *words: str, own_session: bool = False) -> subprocess.Popen[str]:
        """Start `pulumi up`; what it prints, errors too, comes from its standard output."""
        return subprocess.Popen(
            ["pulumi", "up", "--yes", "--skip-preview", *words, "-s", self.stack, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=own_session,
        )

    def up_spoken(self, *words: str) -> Spoken:
        """`pulumi up`, with the moment of each line."""
        spoken = Spoken(started=time.monotonic())
        with self.start_up(*words) as process:
            for line in process.stdout or ():
                spoken.lines.append((time.monotonic(), line))
        spoken.ended, spoken.code = time.monotonic(), process.returncode
        return spoken

    def up_until(self, text: str, *, at_most: float = 60) -> Run:
        """`pulumi up` that is interrupted as soon as a line has the text, or when its time is over."""
        with self.start_up(own_session=True) as process:
            assert process.stdout is not None
            seen: list[str] = []
            deadline = time.monotonic() + at_most
            for line in process.stdout:
                seen.append(line)
                if text in line or time.monotonic() > deadline:
                    break
            process.send_signal(signal.SIGINT)
            rest = process.stdout.read()
        # An update that was interrupted is asked about by the next one.
        assert self.pulumi("cancel", "--yes").code in (0, 255)
        return Run(process.returncode, "".join(seen) + rest)

    def must_up(self) -> dict[str, Any]:
        """`pulumi up` that must succeed; the stack's outputs."""
        done = self.up()
        assert done.code == 0, done.output
        return self.outputs()

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, secrets hidden."""
        return json.loads(self.pulumi("stack", "output", "--json").output)

    def exported(self) -> str:
        """The whole state as text, secrets encrypted."""
        return self.pulumi("stack", "export").output

    def kubectl(self, *words: str) -> Any:
        """What kubectl says of the app's namespace, parsed."""
        command = ["kubectl", "--namespace", self.namespace, *words, "--output=json"]
        done = run(command, cwd=self.folder, environment=self.environment)
        assert done.code == 0, done.output
        return json.loads(done.output)

    def own_logins(self) -> dict[str, dict[str, str]]:
        """The login of the sandbox's registry by host, and none of the user's other ones that lie beside it."""
        record = self.state.read()
        assert record is not None
        host = host_at(record.options.registry_port)
        return {host: json.loads((self.state.docker_config / "config.json").read_text())["auths"][host]}

    def client(self) -> httpx.Client:
        """A client of the app through the ingress controller."""
        config = yaml.safe_load(self.stack_file.read_text())["config"]
        host, port = config["monadic-pipeline:app"]["host"], config["monadic-pipeline:ingress"]["port"]
        headers = {"Host": f"{host}:{port}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=5, trust_env=False)

    def change_source(self) -> None:
        """Change one line of the web API, so that its content is new."""
        source = self.folder / "webapi" / "server.py"
        source.write_text(f"{source.read_text()}\n# {secrets.token_hex(8)}\n")


def run(command: list[str], *, cwd: Path, environment: dict[str, str]) -> Run:
    """Run a command to its end; output and errors in one text."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return Run(done.returncode, done.stdout)


def make_project(folder: Path, state: State, ports: tuple[int, int]) -> Project:
    """Copy what git would clone into `folder` and make a stack there.

    Args:
        folder: does not exist yet.
        state: the sandbox.
        ports: of its URLs and of its registry.
    """
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    project = copy_project(folder, state, "local", {**environment, **variables(state)})
    project.configure("app", host=f"{project.stack}.localhost")
    project.configure("ingress", port=ports[0])
    project.configure("registry", host=f"127.0.0.1:{ports[1]}")
    return project


def copy_project(folder: Path, state: State, like: str, environment: Mapping[str, str]) -> Project:
    """Copy what git would clone, and make a stack there whose file is a committed one, but for its namespace.

    Args:
        folder: does not exist yet.
        state: the sandbox.
        like: which committed stack file.
        environment: what pulumi gets.
    """
    copy_checkout(folder)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    stack = f"e2e-{secrets.token_hex(3)}"
    # A person's Python keeps what it compiled.
    own = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    project = Project(folder, state, stack, own)
    shutil.copy2(folder / f"Pulumi.{like}.yaml", project.stack_file)
    # Nobody asks while it is destroyed, so its pods need not drain for long.
    project.configure("app", namespace=stack, drainSeconds=1)
    done = project.pulumi("stack", "init", "--no-select")
    assert done.code == 0, done.output
    return project


def copy_checkout(folder: Path) -> None:
    """Copy what git would clone, if all that is here now was committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    files = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    folder.mkdir(parents=True)
    # One process: tests of the sandbox share two processors, and each has a copy of its own.
    copy = ["xargs", "--null", "cp", "--preserve=mode,timestamps", "--parents", f"--target-directory={folder}"]
    subprocess.run(copy, cwd=ROOT, input=files, check=True)
