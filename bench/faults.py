"""The faults of tests/faults, each through a whole update under load: what is found, when, and what it costs."""

import secrets
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pulls.causes import CATALOGUE, Class, Code
from sandbox.state import default_state
from tests.e2e.load import steady_load
from tests.e2e.project import make_project
from tests.faults.faults import HANGING, REFUSED, Fault
from tests.faults.guarded import App, Update, make_app
from tests.faults.place import Place, faulty_place

RATE = 50
_TITLE = "the new version cannot be pulled or run"


@dataclass(frozen=True)
class Measured:
    """One fault, met by one update."""

    fault: Fault
    found: str
    """Code that was named; empty when none was."""
    witnesses: str
    to_name: float | None
    """Seconds from the kubelet's first error to the name; None where no kubelet showed an error."""
    to_end: float | None
    """Seconds from the kubelet's first error to the end of `pulumi up`."""
    whole: float
    """Seconds of the whole `pulumi up`."""
    untouched: bool
    """Whether the Deployment is as it was."""
    lost: int
    sent: int
    pods_left: int

    @property
    def first_class_is_permanent(self) -> bool:
        """Whether the fault is refused at once, without a budget for it to pass."""
        return self.fault.code is not None and CATALOGUE[self.fault.code].kind is not Class.TRANSIENT


def measure_all() -> Iterator[Measured]:
    """Every fault of a registry that an update can meet, one after the other."""
    with _ground() as (app, place):
        for fault in (*REFUSED, HANGING):
            yield _measure(app, place, fault)


def _measure(app: App, place: Place, fault: Fault) -> Measured:
    before = app.generation()
    with (
        place.inject(fault, secrets.token_hex(4)) as injected,
        app.client() as client,
        steady_load(client, "/version", per_second=RATE) as load,
    ):
        update = app.meet(fault, injected)
    named = update.said(_TITLE)
    return Measured(
        fault=fault,
        found=_found(update),
        witnesses=_witnesses(update),
        to_name=_since(update, named),
        to_end=_since(update, update.ended),
        whole=update.ended - update.started,
        untouched=app.generation() == before and update.code != 0,
        lost=len(load.failures),
        sent=load.sent,
        pods_left=len(app.rehearsal_pods()),
    )


def _found(update: Update) -> str:
    lines = update.output.splitlines()
    starts = {f"{code} (": code.value for code in Code}
    return next((code for line in lines for start, code in starts.items() if line.strip().startswith(start)), "")


def _witnesses(update: Update) -> str:
    rows = [line.strip() for line in update.output.splitlines()]
    return next((row.removeprefix("agree").strip() for row in rows if row.startswith("agree ")), "")


def _since(update: Update, moment: float | None) -> float | None:
    return None if update.first_error is None or moment is None else moment - update.first_error


@contextmanager
def _ground() -> Generator[tuple[App, Place]]:
    state = default_state()
    record = state.read()
    assert record is not None, "the sandbox must be up"
    ports = (record.options.http_port, record.options.registry_port)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source = make_project(folder / "source", state, ports)
        app = make_app(folder / "app", source, source.must_up()["image"], ports[0])
        try:
            with faulty_place(state, folder / "certificates") as place:
                yield app, place
        finally:
            app.configure(app.good_image)
            for each in (app.project, source):
                each.pulumi("destroy", "--yes", "--skip-preview", "--remove")
