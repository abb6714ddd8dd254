"""The running sandbox for every test here; where it cannot run, each test says why it was skipped, or fails in CI."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import NoReturn

import pytest

from sandbox.bootstrap import in_ci, sandbox_obstacle
from sandbox.state import State, default_state
from tests.e2e.leaving import all_left, leave
from tests.e2e.project import ROOT, Project, make_project
from tests.e2e.turns import NODE, SANDBOX, UP, turn


class _Known:
    """What this worker knows of the sandbox."""

    up = False
    """Only tests that have it alone break it."""
    clouds_wanted = False
    """Whether the simulated clouds are still to be started with it."""


def give_up(obstacle: str, environment: Mapping[str, str]) -> NoReturn:
    """Skip a test that needs the sandbox; in CI fail it, as nobody reads there what was skipped."""
    if in_ci(environment):
        pytest.fail(f"{obstacle}; CI is set, so this is no skip", pytrace=False)
    pytest.skip(obstacle)


def sandbox(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the sandbox's command line; output and errors in one text."""
    command = [sys.executable, "-m", "sandbox", *words]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Find out whether the run has tests of the simulated clouds."""
    _Known.clouds_wanted = any(item.nodeid.startswith("tests/clouds/") for item in session.items)


def bring_up(*words: str) -> None:
    """`sandbox up`, one worker at a time; and the simulated clouds, if the run has tests of them.

    To start those the docker engine is started anew: so they come before anybody builds.
    """
    with turn(UP, alone=True):
        done = [sandbox("up", *words)]
        if _Known.clouds_wanted:
            done.append(sandbox("env", "--clouds"))
            _Known.clouds_wanted = False
    for each in done:
        assert each.returncode == 0, each.stdout


@pytest.fixture(scope="session")
def _sandbox_can_run() -> Generator[None]:
    obstacle = sandbox_obstacle()
    if obstacle is not None:
        give_up(obstacle, os.environ)
    yield
    all_left()


@pytest.fixture
def state(request: pytest.FixtureRequest, _sandbox_can_run: None) -> Generator[State]:
    """The sandbox, up; whatever an earlier test broke is repaired first. Marked `alone`, no other worker uses it."""
    alone = request.node.get_closest_marker("alone") is not None
    if alone:
        all_left()
    with turn(SANDBOX, alone=alone), turn(NODE, alone=False):
        if alone or not _Known.up:
            bring_up()
        _Known.up = not alone
        yield default_state()


@pytest.fixture
def project(state: State, tmp_path: Path) -> Generator[Project]:
    """A project with a stack of its own, destroyed at the end."""
    made = new_project(state, tmp_path / "project")
    yield made
    leave(made)


@pytest.fixture
def make_another(state: State, tmp_path: Path) -> Generator[Callable[[], Project]]:
    """Makes further projects."""
    made: list[Project] = []

    def make() -> Project:
        made.append(new_project(state, tmp_path / f"another-{len(made)}"))
        return made[-1]

    yield make
    for each in made:
        leave(each)


def new_project(state: State, folder: Path) -> Project:
    """A project in a folder, for the sandbox that is up."""
    record = state.read()
    assert record is not None
    return make_project(folder, state, (record.options.http_port, record.options.registry_port))
