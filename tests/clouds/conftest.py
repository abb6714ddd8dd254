"""The simulated clouds beside the running sandbox, and projects on them."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from sandbox.bootstrap import sandbox_obstacle
from sandbox.environment import UNSET
from sandbox.state import default_state
from tests.clouds.sky import Sky
from tests.e2e.conftest import bring_up, give_up
from tests.e2e.leaving import all_left
from tests.e2e.project import ROOT, Project, copy_project
from tests.e2e.turns import NODE, SANDBOX, turn


@pytest.fixture(scope="package")
def sky() -> Generator[Sky]:
    """The simulated clouds, up. To start them the docker engine is started anew, so nobody may build meanwhile."""
    obstacle = sandbox_obstacle()
    if obstacle is not None:
        give_up(obstacle, os.environ)
    all_left()
    with turn(SANDBOX, alone=True):
        bring_up()
        variables = shell()
    # Between the two, a test that has the sandbox alone may take it down: what is up now is asked for again.
    with turn(SANDBOX, alone=False):
        variables = shell()
        state = default_state()
        yield Sky(variables, state.folder / "clouds", state.logs / "clouds.log")
        all_left()


def shell() -> dict[str, str]:
    """What a shell has after `eval "$(python -m sandbox env --clouds)"`."""
    inherited = {name: value for name, value in os.environ.items() if name not in UNSET}
    text = 'variables="$("$0" -m sandbox env --clouds)" && eval "$variables" && env -0'
    command = ["bash", "-c", text, sys.executable]
    done = subprocess.run(command, cwd=ROOT, env=inherited, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(each.split("=", 1) for each in done.stdout.split("\0") if "=" in each)


MakeStack = Callable[[str], Project]


@pytest.fixture
def make_stack(sky: Sky, tmp_path: Path) -> Generator[MakeStack]:
    """Makes a project with a stack like a committed one, by its target; destroyed at the end."""
    made: list[Project] = []

    def make(target: str) -> Project:
        sky.behave()
        made.append(copy_project(tmp_path / f"{target}-{len(made)}", default_state(), target, sky.environment))
        return made[-1]

    # At once and not beside the next test: a cloud has one cluster of a name.
    with turn(NODE, alone=False):
        yield make
        sky.behave()
        gone = [each.pulumi("destroy", "--yes", "--skip-preview", "--remove") for each in made]
    for each in gone:
        assert each.code == 0, each.output
