"""The simulated clouds beside the running sandbox, and projects on them."""

import os
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from sandbox.bootstrap import sandbox_obstacle
from sandbox.state import default_state
from tests.clouds.shell import open_sky
from tests.clouds.sky import Sky
from tests.e2e.conftest import bring_up, give_up
from tests.e2e.leaving import all_left
from tests.e2e.project import Project, Run, copy_project
from tests.e2e.turns import NODE, SANDBOX, SKY, UP, of_cloud, turn


@pytest.fixture(scope="package")
def sky() -> Generator[Sky]:
    """The simulated clouds, up."""
    obstacle = sandbox_obstacle()
    if obstacle is not None:
        give_up(obstacle, os.environ)
    with turn(SANDBOX, alone=False), turn(SKY, alone=False):
        bring_up()
        with turn(UP, alone=True):
            sky = open_sky()
        yield sky
        all_left()


MakeStack = Callable[[str], Project]


@pytest.fixture
def make_stack(sky: Sky, tmp_path: Path) -> Generator[MakeStack]:
    """Makes a project with a stack like a committed one, by its target; destroyed at the end.

    It has one pod, which counts as soon as it is ready: more, and how long they must stay so, have tests of their own.
    """
    with making(sky, tmp_path) as make:
        yield lambda target: hurried(make(target))


def hurried(stack: Project) -> Project:
    """One with a single pod, which counts as soon as it is ready."""
    stack.configure("app", replicas=1, minReadySeconds=0)
    return stack


@contextmanager
def making(sky: Sky, tmp_path: Path) -> Generator[MakeStack]:
    """Makes a project with a stack that is a committed one, but for its namespace; destroyed at the end."""
    made: list[tuple[str, Project]] = []
    clouds = ExitStack()

    def make(target: str) -> Project:
        clouds.enter_context(turn(of_cloud(target), alone=True))
        sky.behave(target)
        stack = copy_project(tmp_path / f"{target}-{len(made)}", default_state(), target, sky.environment)
        made.append((target, stack))
        return stack

    # Destroyed at once and not beside the next test: a cloud has one cluster of a name.
    with turn(NODE, alone=False), clouds:
        yield make
        gone: list[Run] = []
        for target, stack in made:
            sky.behave(target)
            gone.append(stack.pulumi("destroy", "--yes", "--skip-preview", "--remove"))
    for each in gone:
        assert each.code == 0, each.output
