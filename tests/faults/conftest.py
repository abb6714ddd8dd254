"""One app and one faulty place for all faults: an update that was refused has changed nothing for the next one."""

import os
import secrets
from collections.abc import Generator

import pytest

from sandbox.bootstrap import sandbox_obstacle
from sandbox.state import default_state
from tests.e2e.conftest import bring_up, give_up
from tests.e2e.leaving import all_left, leave
from tests.e2e.project import make_project
from tests.e2e.turns import SANDBOX, SKY, turn
from tests.faults.guarded import App, make_app
from tests.faults.place import Place, faulty_place


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Generator[App]:
    """The sandbox's own web API, running."""
    obstacle = sandbox_obstacle()
    if obstacle is not None:
        give_up(obstacle, os.environ)
    with turn(SANDBOX, alone=False), turn(SKY, alone=True):
        bring_up()
        state = default_state()
        record = state.read()
        assert record is not None
        scratch = tmp_path_factory.mktemp("faults")
        ports = (record.options.http_port, record.options.registry_port)
        source = make_project(scratch / "source", state, ports)
        image = source.must_up()["image"]
        made = make_app(scratch / "app", source, image, ports[0])
        yield made
        made.configure(image)
        for each in (made.project, source):
            leave(each)
        all_left()


@pytest.fixture(scope="package")
def place(app: App, tmp_path_factory: pytest.TempPathFactory) -> Generator[Place]:
    """The fault registries, and nodes that can be led to them."""
    with faulty_place(app.project.state, tmp_path_factory.mktemp("certificates")) as made:
        yield made


@pytest.fixture
def seed() -> str:
    """Makes each image a new one."""
    return secrets.token_hex(4)
