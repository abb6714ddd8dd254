"""A shell of the simulated clouds, as a person has it."""

import os
import subprocess
import sys

from sandbox.environment import UNSET
from sandbox.state import default_state
from tests.clouds.sky import Sky
from tests.e2e.project import ROOT


def open_sky() -> Sky:
    """The clouds as a shell has them after `eval "$(python -m sandbox env --clouds)"`; the sandbox must be up."""
    state = default_state()
    return Sky(_variables(), state.folder / "clouds", state.logs / "clouds.log")


def _variables() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in UNSET}
    text = 'variables="$("$0" -m sandbox env --clouds)" && eval "$variables" && env -0'
    command = ["bash", "-c", text, sys.executable]
    done = subprocess.run(command, cwd=ROOT, env=inherited, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(each.split("=", 1) for each in done.stdout.split("\0") if "=" in each)
