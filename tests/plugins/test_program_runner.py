"""The last step of the language host, against an engine that is gone."""

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.engine import program_runner

_NOBODY = "127.0.0.1:1"  # no privileged service listens there


@pytest.mark.parametrize("program", ["import pulumi\npulumi.export('a', 1)\n", "raise ValueError('mine')\n"])
def test_a_program_whose_engine_has_ended_ends_without_a_traceback_of_its_own(tmp_path: Path, program: str) -> None:
    (tmp_path / "__main__.py").write_text(program)
    options = [
        *("--project", "p", "--stack", "s", "--parallel", "4", "--dry_run", "true", "--pwd", str(tmp_path)),
        *("--monitor", _NOBODY, "--engine", _NOBODY),
    ]
    done = subprocess.run(
        [sys.executable, str(program_runner.__file__), *options, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr + done.stdout
