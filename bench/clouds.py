"""The figures of the cloud stacks, on the simulated clouds."""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from bench.results import Result, result
from sandbox.state import default_state
from tests.clouds.mutations import MUTATIONS
from tests.clouds.shell import open_sky
from tests.clouds.sky import Sky
from tests.e2e.project import ROOT, Project, copy_project

TARGETS = ("aks", "eks", "gke")
_OK = 200
_SIDE_BY_SIDE = ("-n", "3", "--dist", "loadgroup")


def stacks(runs: int) -> Iterator[Result]:
    """Each committed stack: from nothing to an answer, and again with nothing changed; what is left at the end."""
    sky = open_sky()
    for target in TARGETS:
        sky.behave(target)
        up: list[float] = []
        again: list[float] = []
        left = 0
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as scratch:
                project = copy_project(Path(scratch) / "project", default_state(), target, sky.environment)
                up.append(_up(project, sky))
                again.append(_unchanged(project))
                _checked(project, "destroy", "--yes", "--skip-preview", "--remove")
            left += len(sky.of(target))
        remark = f"simulated cloud, its cluster the sandbox's; {left} resources left after {runs} times `destroy`"
        yield result(f"`pulumi up -s {target}`, nothing there → URL answers", "≤ 15 s", up, remark)
        yield result(f"`pulumi up -s {target}` with nothing changed", "≤ 4 s", again, "simulated cloud")


def whole_tests() -> Result:
    """Every test of the cloud stacks, mutations included: each cloud on a worker of its own."""
    started = time.monotonic()
    command = [str(ROOT / ".venv/bin/python"), "-m", "pytest", "-q", "tests/clouds", "--whole", *_SIDE_BY_SIDE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout)
    counts = done.stdout.strip().splitlines()[-1].partition(" in ")[0]
    remark = f"{counts}, {len(MUTATIONS)} of them mutations of the wiring, all caught"
    return result("tests of the cloud stacks, mutations included", "≤ 15 min", [time.monotonic() - started], remark)


def _up(project: Project, sky: Sky) -> float:
    started = time.monotonic()
    url = project.must_up()["url"]
    with sky.client() as client:
        while not _answers(client, url):
            time.sleep(0.1)
    return time.monotonic() - started


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(f"{url}/health").status_code == _OK
    except httpx.HTTPError:
        return False


def _unchanged(project: Project) -> float:
    seconds: list[float] = []
    for _ in range(3):
        started = time.monotonic()
        _checked(project, "up", "--yes", "--skip-preview", "--expect-no-changes")
        seconds.append(time.monotonic() - started)
    return statistics.median(seconds)


def _checked(project: Project, *words: str) -> None:
    done = project.pulumi(*words)
    if done.code:
        raise RuntimeError(done.output)
