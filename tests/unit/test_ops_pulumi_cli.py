"""The pulumi on PATH: what reads may be given up, what writes ends by itself."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops.pulumi_cli import Pulumi, PulumiError
from ops.stack_errors import StackError
from tests.stack_files import ROOT

SLOW = "sleep 0.5; echo written > done"


def pulumi(folder: Path, script: str) -> Pulumi:
    command = folder / "pulumi"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    return Pulumi(str(command), folder)


def test_what_reads_is_given_up_and_what_writes_gets_the_time_that_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.pulumi_cli._SECONDS", 0.1)
    with pytest.raises(StackError, match="does not end within"):
        pulumi(tmp_path, f"exec python3 -c 'import time; time.sleep(20)'  # {SLOW}").run("stack", "export")
    assert pulumi(tmp_path, f"{SLOW}; cat done").change("refresh") == "written\n"
    assert pulumi(tmp_path, SLOW).show("up") == 0


@pytest.mark.parametrize("call", ["change('refresh')", "show('up')"])
def test_ctrl_c_lets_what_writes_come_to_its_end(tmp_path: Path, call: str) -> None:
    """As pulumi does it: it stops making things, writes down what it has done, and ends."""
    command = pulumi(tmp_path, f"trap '{SLOW}; exit 1' INT; touch begun; while :; do sleep 0.05; done").command
    code = f"from pathlib import Path; from ops.pulumi_cli import Pulumi; Pulumi({command!r}, Path({str(tmp_path)!r}))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", f"{code}.{call}"], env=environment, start_new_session=True, stderr=subprocess.PIPE
    ) as process:
        until = time.monotonic() + 20
        while not (tmp_path / "begun").exists() and time.monotonic() < until:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=20)
    assert (tmp_path / "done").read_text() == "written\n"


def test_what_it_says_may_go_beside_a_document(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    asked = pulumi(tmp_path, "echo Previewing; exit 3")
    assert asked.show("preview", aside=True) == 3
    assert capfd.readouterr() == ("", "Previewing\n")
    assert asked.show("preview") == 3
    assert capfd.readouterr() == ("Previewing\n", "")


def test_one_that_fails_or_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(PulumiError) as error:
        pulumi(tmp_path, "echo 'error: no' >&2; exit 255").change("cancel")
    assert (error.value.said, str(error.value)) == ("error: no\n", "pulumi ended with an error")
    gone = Pulumi(str(tmp_path / "nowhere"), tmp_path)
    for call in (gone.run, gone.change, gone.show):
        with pytest.raises(StackError, match="cannot be started: No such file or directory; try: pulumi version"):
            call("version")


@pytest.mark.parametrize(("times", "looks"), [(0, 1), (2, 3), (4, 5), (9, 5)])
def test_a_note_that_another_command_writes_at_this_moment_is_read_again(
    times: int, looks: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.pulumi_cli._PAUSE", 0)
    note = tmp_path / "looks"
    said = f"echo x >> {note}; [ $(wc -l < {note}) -gt {times} ] && echo '[]' || {{ echo 'error: EOF' >&2; exit 255; }}"
    asked = pulumi(tmp_path, said)
    if times < 5:
        assert asked.run("stack", "ls") == "[]\n"
    else:
        with pytest.raises(PulumiError) as refused:
            asked.run("stack", "ls")
        assert refused.value.said == "error: EOF\n"
    assert len(note.read_text().splitlines()) == looks


def test_any_other_error_is_told_at_once(tmp_path: Path) -> None:
    asked = pulumi(tmp_path, f"echo x >> {tmp_path}/looks; echo 'error: no stack named a' >&2; exit 255")
    with pytest.raises(PulumiError):
        asked.run("stack", "export")
    assert (tmp_path / "looks").read_text() == "x\n"
