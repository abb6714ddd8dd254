"""From source to a URL that answers: the sandbox, then the program, then a request; and what came of it."""

import json
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape

from sandbox import kubectl, lifecycle, pulumi_home
from sandbox.errors import COMMAND, SandboxError
from sandbox.pulumi_home import CHECKOUT
from sandbox.served import first_answer
from sandbox.site import Site
from sandbox.stack_choices import stack_choices
from sandbox.state import Options

_INSIDE = ".svc.cluster.local"
_PATIENCE = 20.0
"""Seconds for the first answer after the rollout is complete."""


@dataclass
class Clock:
    """Seconds per step, in order."""

    steps: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])

    @contextmanager
    def step(self, name: str) -> Generator[None]:
        """Measure the block."""
        started = time.monotonic()
        yield
        self.steps.append((name, time.monotonic() - started))


def run(options: Options | None, console: Console) -> None:
    """Do all of it and print the URL, the digest, what runs where, the time of each step and what to type next.

    Raises:
        SandboxError: a step failed; what it made stays, and the same command goes on from there.
    """
    clock = Clock()
    with clock.step("sandbox"):
        site = lifecycle.up(options, console)
    with clock.step("pulumi up"):
        _pulumi_up(site)
    outputs = json.loads(_must(pulumi_home.run_pulumi(site, "stack", "output", "--json", "-s", "local")))
    first = _first_rows(outputs["url"], clock)
    _report(site, outputs, first, clock, console)


def _first_rows(url: str, clock: Clock) -> list[tuple[str, str]]:
    """The URL, what it answers, and how to ask it."""
    if _INSIDE in url:
        return [("URL", f"{url} (inside the cluster only, as app.host is not set)")]
    ready_path = stack_choices(CHECKOUT).ready_path
    with clock.step("first answer"):
        answer = first_answer(url, ready_path, patience=_PATIENCE)
    path = "/version" if answer else ready_path
    return [("URL", url), ("answer", answer or f"{ready_path} is ready"), ("ask", f"curl {url}{path}")]


def _pulumi_up(site: Site) -> None:
    done = pulumi_home.stream_pulumi(site, "up", "-s", "local", "--yes", "--skip-preview")
    if done:
        message = "pulumi up failed, for the reason above; what runs keeps running; then type: make up"
        raise SandboxError(message)


def _must(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode:
        raise SandboxError(done.stderr.strip())
    return done.stdout


def _report(site: Site, outputs: dict[str, str], first: list[tuple[str, str]], clock: Clock, console: Console) -> None:
    took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in clock.steps)
    rows = [
        *first,
        ("image", outputs["image"]),
        *(("runs", pod) for pod in _pods(site, outputs["namespace"])),
        ("took", took),
        ("next", f'eval "$({COMMAND} env)"    # then plain pulumi and kubectl work:'),
        ("", "pulumi up -s local"),
        ("", outputs["rollout"]),
        ("", "make down                                    # undoes all of it"),
    ]
    console.print()
    for name, value in rows:
        # Never wrapped or cut: these are lines to copy.
        console.print(f"[bold]{name:<8}[/bold]{escape(value)}", highlight=False, soft_wrap=True)


def _pods(site: Site, namespace: str) -> list[str]:
    columns = "custom-columns=NAME:.metadata.name,NODE:.spec.nodeName,PHASE:.status.phase"
    done = kubectl.run(site.state, "get", "pods", "--namespace", namespace, "--no-headers", "--output", columns)
    return [" ".join(line.split()) for line in done.stdout.splitlines()]
