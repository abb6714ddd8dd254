"""A machine of GitLab or Azure DevOps whose programs note what they were asked, for the tests of both examples."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.ci_examples import Runner
from tests.e2e.github.pull_request import PullRequest

PROGRAM = {"aks": "az", "eks": "aws", "gke": "gcloud"}
"""Target → the program of its cloud."""
WELL: dict[str, Any] = {"steps": [], "diagnostics": [], "changeSummary": {"same": 3}}


def machine(pull_request: PullRequest, folder: Path) -> Runner:
    """One with a checkout of a push, on which `pulumi` says that nothing changes.

    Args:
        pull_request: that gets the push.
        folder: an empty one; `asked` and `typed` in it are what pulumi's variables were, and what clouds were asked.
    """
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "TMPDIR": str(folder)}
    made = Runner.at(folder / "runner", pull_request.folder, pull_request.push(), environment)
    made.program("pulumi", f"echo '{json.dumps(WELL)}'\nenv > {folder}/asked")
    made.program("sudo", 'exec "$@"')
    for each in PROGRAM.values():
        made.program(each, f'echo "{each} $*" >> {folder}/typed')
    return made


def asked(tmp_path: Path) -> dict[str, str]:
    """The variables that pulumi got."""
    return dict(line.split("=", 1) for line in (tmp_path / "asked").read_text().splitlines() if "=" in line)


def stand_in(runner: Runner, tmp_path: Path) -> Callable[[], list[str]]:
    """What stacks are made and ended with, as programs that only note it; what they were called with so far."""
    note = tmp_path / "calls"
    note.touch()
    output = '[ "$1 $2" != "stack output" ] || echo https://web.example.com'
    runner.program("pulumi", f'echo "$*" >> {note}\nenv > {tmp_path}/asked\n{output}')
    python = runner.workspace / ".venv" / "bin"
    real = python.resolve() / "python"
    python.unlink()
    python.mkdir()
    ours = python / "python"
    run = f'if [ "$1 $2" = "-m ops" ]; then shift 2; echo "ops $*" >> {note}; else exec {real} "$@"; fi'
    ours.write_text(f"#!/usr/bin/env bash\n{run}\n")
    ours.chmod(0o755)
    return lambda: note.read_text().splitlines()
