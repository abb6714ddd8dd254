"""Two commands that make the same virtual environment at once: one makes it, the other waits and finds it."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sandbox import bootstrap_venv
from sandbox.bootstrap_lock import locked
from sandbox.bootstrap_venv import ensure_venv

ROOT = Path(__file__).resolve().parents[2]
_HOLD = """
import sys, time
from pathlib import Path
from sandbox.bootstrap_lock import locked
with locked(Path(sys.argv[1]), "sleeps"):
    print("held", flush=True)
    time.sleep(600)
"""


def test_who_waits_is_told_for_what_and_goes_on_when_the_other_is_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLD, tmp_path], cwd=ROOT, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        threading.Timer(0.5, other.kill).start()
        started = time.monotonic()
        with locked(tmp_path, "makes .venv", every=0.2):
            waited = time.monotonic() - started
    lines = capsys.readouterr().out.splitlines()
    assert waited > 0.4
    assert len(lines) >= 2
    assert lines[0] == "waiting for another command, which makes .venv (0 s)"


def test_a_free_folder_is_held_without_a_word_or_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with locked(tmp_path / "new", "makes .venv"):
        assert list((tmp_path / "new").iterdir()) == []
    assert capsys.readouterr().out == ""


def test_of_two_commands_in_one_checkout_only_the_first_makes_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("")
    commands: list[str] = []

    def run(title: str, command: list[str], log: Path, environment: dict[str, str] | None = None) -> None:
        _ = command, log, environment
        commands.append(title)
        time.sleep(0.1)
        python = tmp_path / ".venv/bin/python"
        if not python.exists():
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)
            (tmp_path / ".venv/lib/python3").mkdir(parents=True)

    monkeypatch.setattr(bootstrap_venv, "run_logged", run)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    both = [threading.Thread(target=ensure_venv, args=(tmp_path,)) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert commands.count("installing the Python packages into .venv") == 1
