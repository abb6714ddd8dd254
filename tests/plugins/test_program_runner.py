"""The last step of the language host, against an engine that is gone."""

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.engine import program_runner
from tests.stack_files import ROOT

_LAST = """
import atexit, threading, time
atexit.register(lambda: print("at exit"))
threading.Thread(target=lambda: (time.sleep(0.5), print("a thread"))).start()
"""
_NOBODY = "127.0.0.1:1"  # no privileged service listens there


@pytest.mark.parametrize("program", ["import pulumi\npulumi.export('a', 1)\n", "raise ValueError('mine')\n"])
def test_a_program_whose_engine_has_ended_ends_without_a_traceback_of_its_own(tmp_path: Path, program: str) -> None:
    done = run(tmp_path, program)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr + done.stdout


def test_what_a_program_does_last_is_done_before_it_ends() -> None:
    text = f"from sandbox.engine import program_runner\n{_LAST}\nprogram_runner._end(32)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (32, "a thread\nat exit\n", "")


def run(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    (folder / "__main__.py").write_text(program)
    options = [
        *("--project", "p", "--stack", "s", "--parallel", "4", "--dry_run", "true", "--pwd", str(folder)),
        *("--monitor", _NOBODY, "--engine", _NOBODY),
    ]
    return subprocess.run(
        [sys.executable, str(program_runner.__file__), *options, str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
