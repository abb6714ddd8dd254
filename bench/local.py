"""The figures of the local stack."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bench.results import Result, result
from sandbox.state import default_state
from tests.e2e.load import steady_load
from tests.e2e.project import ROOT, Project, make_project

_RATE = 50
_INGRESS_SECONDS = 3
"""After which Traefik leads to the new pods (providers.providersThrottleDuration is 2 s)."""
_COUNTS = re.compile(r"(?P<counts>\d+ passed(?:, \d+ [a-z]+)*) in \d")


def warm_start(runs: int) -> Result:
    """Nothing running, tools built → URL answers: `make up` as a whole process."""
    seconds: list[float] = []
    for _ in range(runs):
        _make("down")
        started = time.monotonic()
        _make("up")
        seconds.append(time.monotonic() - started)
    return result("`make up`, tools built, nothing running → URL answers", "≤ 20 s", seconds)


def nothing_changed(runs: int) -> Result:
    """`pulumi up` of a stack that is up."""
    with own_project() as project:
        project.must_up()
        seconds: list[float] = []
        for _ in range(runs):
            started = time.monotonic()
            done = project.up("--expect-no-changes")
            seconds.append(time.monotonic() - started)
            if done.code:
                raise RuntimeError(done.output)
    return result("`pulumi up` with nothing changed", "≤ 3 s", seconds, "no build, no push, no diff")


def changed_line(runs: int) -> Result:
    """One changed line → the first answer of the new digest, under load."""
    with own_project() as project, project.client() as client:
        project.must_up()
        seconds: list[float] = []
        sent = failed = 0
        for _ in range(runs):
            old = client.get("/version").json()["build"]
            project.change_source()
            with steady_load(client, "/version", per_second=_RATE) as load:
                started = time.monotonic()
                project.must_up()
                time.sleep(_INGRESS_SECONDS)
            fresh = [moment for moment, body in load.bodies if json.loads(body)["build"] != old]
            seconds.append(min(fresh) - started)
            sent, failed = sent + load.sent, failed + len(load.failures)
    remark = f"{failed} of {sent} requests failed at {_RATE}/s"
    return result("one changed source line → new digest serves", "≤ 8 s, no failed request", seconds, remark)


def preview_refusal(runs: int) -> Result:
    """`pulumi preview` with two mistakes that only the cluster shows."""
    with own_project() as project:
        project.configure("ingress", className="nginx")
        project.configure("image", platform="linux/arm64")
        seconds: list[float] = []
        for _ in range(runs):
            started = time.monotonic()
            done = project.pulumi("preview")
            seconds.append(time.monotonic() - started)
            if not done.code or any(each not in done.output for each in ("'nginx'", "linux/arm64")):
                raise RuntimeError(done.output)
    return result("`pulumi preview` refuses two mistakes that only the cluster shows", "≤ 3 s", seconds)


def whole_tests() -> Result:
    """`make test` with the tools built; the remark is what pytest counted."""
    started = time.monotonic()
    counted = _last_counts(["make", "test"])
    return result("`make test`, tools built", "≤ 10 min", [time.monotonic() - started], counted)


def _last_counts(command: list[str]) -> str:
    """Run a command, show what it says, and give pytest's last counts: `6368 passed, 2 skipped`."""
    counts = ""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            counts = pytest_counts(line) or counts
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return counts


def pytest_counts(line: str) -> str:
    """What the last line of a pytest run counts; empty for every other line."""
    found = _COUNTS.search(line)
    return found["counts"] if found else ""


def cold_start(scratch: Path) -> Result:
    """`make up` in a clone, with empty caches of Go, tools and packages below `scratch`; ends with `make down`."""
    _make("down")
    clone = scratch / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    names = ("XDG_CACHE_HOME", "GOCACHE", "GOMODCACHE", "UV_CACHE_DIR")
    environment = {**os.environ, **{name: str(scratch / name.lower()) for name in names}}
    lacking = [name for name in ("dockerd", "docker-registry", "etcd", "mmdebstrap") if shutil.which(name) is None]
    started = time.monotonic()
    silence = _longest_silence(["make", "up"], clone, environment)
    seconds = time.monotonic() - started
    subprocess.run(["make", "down"], cwd=clone, env=environment, check=True)
    name = "`make up`, nothing built, nothing installed"
    remark = f"longest silence {silence:.1f} s; missing before it: {', '.join(lacking) or 'no Debian package'}"
    return result(name, "≤ 25 min, never silent for more than 10 s", [seconds], remark)


def _longest_silence(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    longest, last = 0.0, time.monotonic()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return max(longest, time.monotonic() - last)


def _make(target: str) -> None:
    subprocess.run(["make", target], cwd=ROOT, check=True)


@contextmanager
def own_project() -> Generator[Project]:
    """A project in the sandbox, which is up; destroyed at the end."""
    state = default_state()
    record = state.read()
    assert record is not None, "the sandbox must be up"
    with tempfile.TemporaryDirectory() as scratch:
        ports = (record.options.http_port, record.options.registry_port)
        project = make_project(Path(scratch) / "project", state, ports)
        try:
            yield project
        finally:
            project.pulumi("destroy", "--yes", "--skip-preview", "--remove")
