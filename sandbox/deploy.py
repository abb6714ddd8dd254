"""From source to a URL that answers: the sandbox, then the program, then a request; and what came of it."""

import json
import subprocess
import time
import urllib.parse
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
from rich.console import Console
from rich.markup import escape

from sandbox import cluster, lifecycle, pulumi_home
from sandbox.errors import SandboxError
from sandbox.site import Site
from sandbox.state import Options

_OK = 200
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
    with clock.step("first answer"):
        answer = first_answer(outputs["url"], patience=_PATIENCE)
    _report(site, outputs, answer, clock, console)


def _pulumi_up(site: Site) -> None:
    done = pulumi_home.stream_pulumi(site, "up", "-s", "local", "--yes", "--skip-preview")
    if done:
        message = "pulumi up failed, for the reason above; what runs keeps running; then type: make up"
        raise SandboxError(message)


def _must(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode:
        raise SandboxError(done.stderr.strip())
    return done.stdout


def first_answer(url: str, *, patience: float) -> str:
    """Ask `url` until it is ready; what `/version` says then.

    Asked on 127.0.0.1 with the name as Host: browsers and curl resolve *.localhost by themselves, others do not.

    Raises:
        SandboxError: no good answer within `patience` seconds.
    """
    parts = urllib.parse.urlsplit(url)
    address = f"{parts.scheme}://127.0.0.1:{parts.port or 80}"
    deadline = time.monotonic() + patience
    last = "no answer"
    with httpx.Client(base_url=address, headers={"Host": parts.netloc}, timeout=3, trust_env=False) as client:
        while time.monotonic() < deadline:
            try:
                answer = client.get("/ready")
                if answer.status_code == _OK:
                    return client.get("/version").text.strip()
                last = f"status {answer.status_code}"
            except httpx.HTTPError as error:
                last = str(error)
            time.sleep(0.1)
    message = f"{url}/ready does not answer after {patience:.0f} s ({last}); type: python -m sandbox status"
    raise SandboxError(message)


def _report(site: Site, outputs: dict[str, str], answer: str, clock: Clock, console: Console) -> None:
    took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in clock.steps)
    rows = [
        ("URL", outputs["url"]),
        ("answer", answer),
        ("image", outputs["image"]),
        *(("runs", pod) for pod in _pods(site, outputs["namespace"])),
        ("took", took),
        ("next", f"curl {outputs['url']}/version"),
        ("", outputs["rollout"]),
        ("", 'eval "$(.venv/bin/python -m sandbox env)"    # then plain pulumi works: pulumi up -s local'),
        ("", "make down                                    # undoes all of it"),
    ]
    console.print()
    for name, value in rows:
        # Never wrapped or cut: these are lines to copy.
        console.print(f"[bold]{name:<8}[/bold]{escape(value)}", highlight=False, soft_wrap=True)


def _pods(site: Site, namespace: str) -> list[str]:
    columns = "custom-columns=NAME:.metadata.name,NODE:.spec.nodeName,PHASE:.status.phase"
    done = cluster.kubectl(site, "get", "pods", "--namespace", namespace, "--no-headers", "--output", columns)
    return [" ".join(line.split()) for line in done.stdout.splitlines()]
