"""The command `python -m ops status`, and its view."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from ops.__main__ import app
from ops.diagnose import Health
from ops.stack import Stack
from ops.stack_errors import StackError
from ops.status_watch import watch
from tests.stack_files import ROOT
from tests.unit.fake_pulumi import FakePulumi
from tests.unit.plain_api import kubeconfig
from tests.unit.stack_cluster import rolled_out, serving
from tests.unit.stack_exports import DIGEST, IMAGE, PASSWORD, whole
from tests.unit.stack_place import DRIFTED, place, stack_of


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    return FakePulumi(tmp_path, monkeypatch)


def test_the_command_prints_one_document_for_a_script(pulumi: FakePulumi) -> None:
    with place(serving()) as here:
        pulumi.answers("export", here.exported())
        done = CliRunner().invoke(app, ["status", "-s", "local", "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert (document["health"], document["stack"]) == ("healthy", "local")
    assert document["workloads"][0]["images"][0] == {
        "container": "web", "state": IMAGE, "cluster": IMAGE, "drift": False,
    }  # fmt: skip
    assert PASSWORD not in done.stdout


def test_the_exit_code_says_how_it_is(pulumi: FakePulumi) -> None:
    with place(serving(image=DRIFTED), deployments=[rolled_out(DRIFTED)]) as here:
        pulumi.answers("export", here.exported())
        done = CliRunner().invoke(app, ["status"])
    assert done.exit_code == 3, done.output
    assert DIGEST in done.stdout
    gone = whole(kubeconfig("http://127.0.0.1:1"), "http://web.shop.svc.cluster.local")
    pulumi.answers("export", gone)
    assert CliRunner().invoke(app, ["status"]).exit_code == 4


def test_a_stack_that_cannot_be_read_is_one_line_and_no_document(pulumi: FakePulumi) -> None:
    pulumi.refuses("no stack named 'x' found", code=6)
    done = CliRunner().invoke(app, ["status", "-s", "x", "--json"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("error: there is no stack 'x'")
    assert len(done.stderr.splitlines()) == 1


def test_a_script_is_not_shown_a_view(pulumi: FakePulumi) -> None:
    done = CliRunner().invoke(app, ["status", "--json", "--watch"])
    assert done.exit_code == 2
    assert pulumi.asked == []


@pytest.mark.parametrize("command", ["status", "verify"])
def test_the_help_has_an_example(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})
    assert f"Example: python -m ops {command} -s local" in done.stdout


def test_the_sdk_of_pulumi_is_never_loaded() -> None:
    script = "import sys, ops.status_answer, ops.verify_answer, ops.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "kubernetes" not in loaded
    assert not {each for each in loaded if each == "pulumi" or each.startswith(("pulumi.", "pulumi_"))}


def test_a_view_looks_again_until_it_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("ops.status_watch.time.sleep", sleep)
    out = io.StringIO()
    with place(serving()) as here:
        stack = stack_of(here.exported())
        health = watch(stack, lambda: stack, Console(file=out, width=200))
        pods = [each for each in here.api.asked if each.path.endswith("/pods")]
    assert (health, len(pods)) == (Health.HEALTHY, 3)
    assert "deployment/web in namespace shop: complete" in out.getvalue()


def test_a_view_reads_the_state_again_and_keeps_the_last_one_that_it_could_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ops.status_watch._STATE_EVERY", 0.0)
    looks = iter(range(6))
    out = io.StringIO()
    console = Console(file=out, width=200, force_terminal=True)

    def sleep(_: float) -> None:
        if next(looks, None) is None:
            raise KeyboardInterrupt

    with place(serving()) as here:
        first = stack_of(here.exported())
        answers: list[Stack | StackError] = [replace(first, name="second"), StackError("the state is away")]

        def read() -> Stack:
            found = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(found, StackError):
                raise found
            return found

        monkeypatch.setattr("ops.status_watch.time.sleep", sleep)
        watch(first, read, console)
    said = out.getvalue()
    assert "second of monadic-pipeline" in said
    assert "the state is away" in said


@pytest.fixture
def ctrl_c() -> Generator[None]:
    """A process in the background may have been started to ignore it, and so would its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_a_view_cleanly(pulumi: FakePulumi) -> None:
    with place(serving()) as here:
        pulumi.answers("export", here.exported())
        command = [sys.executable, "-m", "ops", "status", "--watch"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(
            command, cwd=pulumi.project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            deadline = time.monotonic() + 20
            while len([each for each in here.api.asked if each.path.endswith("/pods")]) < 2:
                assert time.monotonic() < deadline, process.poll()
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
    assert "health   healthy" in out
