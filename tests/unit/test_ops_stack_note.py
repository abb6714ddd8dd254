"""A stack that pulumi does not read any more, as an update was killed while it wrote the note beside the state."""

import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ops.__main__ import app
from ops.stack_note import drop_cut_off
from tests.unit.deed_documents import left
from tests.unit.fake_pulumi import FakePulumi
from tests.unit.stack_locks import dead_process, lock

STACKS = ".pulumi/stacks/monadic-pipeline"
WHOLE = '{"user.content_type": "text/plain", "md5": ""}'


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    """One that reads no stack whose note is cut off, as the real one."""
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    made = FakePulumi(tmp_path, monkeypatch)
    made.answers("export", left())
    note, own, folder = made.state / STACKS / "local.json.attrs", shutil.which("pulumi"), tmp_path / "strict"
    folder.mkdir()
    refuse = "echo 'error: failed to load checkpoint: EOF' >&2; exit 255"
    (folder / "pulumi").write_text(
        f'#!/bin/sh\n[ -e {note} ] && ! grep -q }} {note} && {{ {refuse}; }}\nexec {own} "$@"\n'
    )
    (folder / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return made


def note(pulumi: FakePulumi, text: str = "", name: str = "local.json.attrs") -> Path:
    file = pulumi.state / STACKS / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def ask(command: str) -> Result:
    done = CliRunner().invoke(app, [command, "-s", "local"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.mark.parametrize("command", ["status", "verify", "report", "rollback"])
def test_what_only_looks_leaves_it_and_says_what_mends_it(pulumi: FakePulumi, command: str) -> None:
    file = note(pulumi)
    done = ask(command)
    assert (done.exit_code, done.stderr) == (
        1,
        "error: the stack local cannot be read: an update was killed while pulumi wrote down its state, which is whole "
        "all the same; type: .venv/bin/python -m ops recover -s local\n",
    )
    assert file.exists()


@pytest.mark.parametrize("text", ["", '{"user.content_type": "te'])
def test_recover_reads_the_stack_without_it(pulumi: FakePulumi, text: str) -> None:
    lock(pulumi, pid=dead_process())
    file = note(pulumi, text)
    kept = [note(pulumi, WHOLE, "local.json.bak.attrs"), note(pulumi, "", "local-2.json.attrs")]
    done = ask("recover")
    assert (done.exit_code, "nothing yet" in done.stdout) == (3, True), done.output
    assert not file.exists()
    assert all(each.exists() for each in kept)


def test_it_stays_while_an_update_may_be_writing_it(pulumi: FakePulumi) -> None:
    lock(pulumi)
    file = note(pulumi)
    assert ask("recover").exit_code == 1
    assert file.exists()


def test_a_state_that_lies_in_no_folder_has_none() -> None:
    assert not drop_cut_off("https://api.pulumi.com", "monadic-pipeline", "local")
