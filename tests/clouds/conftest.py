"""The simulated clouds beside the running sandbox, and projects on them."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from sandbox.environment import UNSET
from sandbox.state import State
from tests.clouds.sky import Sky
from tests.e2e.conftest import *  # noqa: F403 - the sandbox's fixtures
from tests.e2e.conftest import bring_up
from tests.e2e.leaving import leave
from tests.e2e.project import ROOT, Project, copy_project
from tests.e2e.turns import SANDBOX, turn


@pytest.fixture(scope="session")
def sky(_sandbox_can_run: None) -> Sky:
    """The simulated clouds, up. To start them the docker engine is started anew, so nobody may build meanwhile."""
    with turn(SANDBOX, alone=True):
        bring_up()
        return Sky.of_shell(shell())


def shell() -> dict[str, str]:
    """What a shell has after `eval "$(python -m sandbox env --clouds)"`."""
    inherited = {name: value for name, value in os.environ.items() if name not in UNSET}
    text = 'variables="$("$0" -m sandbox env --clouds)" && eval "$variables" && env -0'
    command = ["bash", "-c", text, sys.executable]
    done = subprocess.run(command, cwd=ROOT, env=inherited, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(each.split("=", 1) for each in done.stdout.split("\0") if "=" in each)


@pytest.fixture
def make_stack(sky: Sky, state: State, tmp_path: Path) -> Generator[Callable[[str], Project]]:
    """Makes a project with a stack like a committed one, by its target; destroyed at the end."""
    made: list[Project] = []

    def make(target: str) -> Project:
        sky.behave()
        made.append(copy_project(tmp_path / f"{target}-{len(made)}", state, target, sky.environment))
        return made[-1]

    yield make
    sky.behave()
    for each in made:
        leave(each)
