"""`recover` keeps the state as it was before it changes anything, and says how to put it back."""

import errno
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ops.__main__ import app
from tests.unit.deed_documents import left
from tests.unit.fake_pulumi import FakePulumi
from tests.unit.stack_locks import dead_process, lock


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    return FakePulumi(tmp_path, monkeypatch)


def recover(*words: str) -> Result:
    done = CliRunner().invoke(app, ["recover", "-s", "local", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def backups(tmp_path: Path) -> list[Path]:
    return [*(tmp_path / "home").rglob("*.json*"), *(tmp_path / "home").rglob("*.new")]


def test_the_state_is_kept_before_anything_is_changed(pulumi: FakePulumi, tmp_path: Path) -> None:
    lock(pulumi, pid=dead_process())
    pulumi.answers("export", left())
    pulumi.answers("cancel", err="error: no right\n", code=255)
    done = recover("--yes")
    assert done.exit_code == 1
    (backup,) = backups(tmp_path)
    assert json.loads(backup.read_text()) == json.loads(left())
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [each.split()[0] for each in pulumi.asked[-2:]] == ["stack", "cancel"]
    assert (
        "pulumi cannot unlock the stack local: no right; try: .venv/bin/python -m ops recover -s local" in done.stderr
    )


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("import", "pulumi cannot write the recovered state of local: no room; try: .venv/bin/python -m ops recover"),
        ("refresh", "pulumi cannot read what became of what local has: no room; try: pulumi refresh -s local"),
    ],
)
def test_a_step_that_fails_names_the_state_as_it_was_and_what_puts_it_back(
    pulumi: FakePulumi, tmp_path: Path, step: str, words: str
) -> None:
    pulumi.answers("export", left())
    pulumi.answers(step, err="error: no room\n", code=255)
    done = recover("--yes")
    (backup,) = backups(tmp_path)
    assert done.exit_code == 1
    (said,) = done.stderr.splitlines()
    assert words in said
    assert said.endswith(
        f"; the state as it was is kept in {backup}; where it must be put back, "
        f"type: pulumi stack import --file {backup} -s local"
    )


def test_a_state_that_cannot_be_kept_is_not_touched(pulumi: FakePulumi, tmp_path: Path) -> None:
    lock(pulumi, pid=dead_process())
    pulumi.answers("export", left())
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "recover").write_text("in the way")
    done = recover("--yes")
    assert done.exit_code == 1
    (said,) = done.stderr.splitlines()
    assert said.startswith(f"error: a copy of the state cannot be written to {tmp_path}/home/recover/monadic-pipeline/")
    assert "; nothing was changed; mend that, then try again; type: ls -ld " in said
    assert not [each for each in pulumi.asked if each.startswith(("cancel", "refresh", "stack import"))]


def test_half_a_copy_is_no_copy(pulumi: FakePulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    pulumi.answers("export", left())
    monkeypatch.setattr("ops.recover_backup.os.fdopen", full)
    done = recover("--yes")
    assert "No space left on device; nothing was changed" in done.stderr
    assert backups(tmp_path) == []
