"""What the measurements of faults stand on: running apps, and a place for faults."""

import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sandbox.state import default_state
from tests.e2e.project import Project, make_project
from tests.faults.guarded import App, make_app
from tests.faults.place import Place, faulty_place


@contextmanager
def fault_ground() -> Generator[tuple[App, Place]]:
    """One app."""
    with fault_grounds(1) as ((app,), place):
        yield app, place


@contextmanager
def fault_grounds(number: int) -> Generator[tuple[list[App], Place]]:
    """Several apps, each a stack of its own, of one image; destroyed at the end."""
    state = default_state()
    record = state.read()
    assert record is not None, "the sandbox must be up"
    ports = (record.options.http_port, record.options.registry_port)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sources = [make_project(folder / f"source-{each}", state, ports) for each in range(number)]
        stack.callback(_destroy, sources)
        image = sources[0].must_up()["image"]
        apps: list[App] = []
        stack.callback(_retire, apps)
        for each, source in enumerate(sources):
            apps.append(make_app(folder / f"app-{each}", source, image, ports[0]))
        yield apps, stack.enter_context(faulty_place(state, folder / "certificates"))


def _retire(apps: list[App]) -> None:
    for each in apps:
        each.configure(each.good_image)
    _destroy([each.project for each in apps])


def _destroy(projects: list[Project]) -> None:
    for each in projects:
        each.pulumi("destroy", "--yes", "--skip-preview", "--remove")
