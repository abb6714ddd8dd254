"""The faults of tests/faults, each through a whole update under load: what is found, when, and what it costs."""

import secrets
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from bench.ground import fault_ground
from pulls.causes import CATALOGUE, Class, Code
from tests.e2e.load import steady_load
from tests.faults.faults import HANGING, REFUSED, Fault
from tests.faults.guarded import App
from tests.faults.place import Place
from tests.faults.right import found_first, is_right
from tests.faults.update import NextVersion, Update, of_registry
from tests.faults.update_faults import UPDATE_FAULTS, UpdateFault

RATE = 50
Meeting = Callable[[App, Place, str], AbstractContextManager[NextVersion]]


@dataclass(frozen=True)
class Measured:
    """One fault, met by one update."""

    fault: Fault | UpdateFault
    codes: frozenset[str]
    """All that was named."""
    witnesses: str
    to_name: float | None
    """Seconds from the first error to the first line with the name; None where no pod showed an error."""
    to_end: float | None
    """Seconds from the first error to the end of `pulumi up`."""
    whole: float
    """Seconds of the whole `pulumi up`."""
    untouched: bool
    """Whether the Deployment is as it was."""
    lost: int
    sent: int
    pods_left: int

    @property
    def found(self) -> str:
        """All that was named, the cause first."""
        return found_first(str(self.fault.code), self.codes)

    @property
    def right(self) -> bool:
        """Whether the cause was named, and no other cause of a pull beside it."""
        return is_right(str(self.fault.code), self.codes)

    @property
    def host(self) -> str:
        """The registry's name that the node was led away from."""
        return self.fault.host if isinstance(self.fault, Fault) else ""

    @property
    def refused(self) -> bool:
        """Whether a rehearsal can find it."""
        return isinstance(self.fault, Fault) or self.fault.refused

    @property
    def is_permanent(self) -> bool:
        """Whether it is refused at once, without a time for it to pass."""
        fresh = isinstance(self.fault, Fault) and self.fault.fresh_seconds > 0
        return self.refused and not fresh and CATALOGUE[Code(str(self.fault.code))].kind is not Class.TRANSIENT


def measure_all() -> Iterator[Measured]:
    """Every fault that an update can meet, one after the other."""
    with fault_ground() as (app, place):
        for fault in (*REFUSED, HANGING):
            yield _measure(app, place, fault, _meeting(fault))
        for fault in UPDATE_FAULTS:
            measured = _measure(app, place, fault, fault.meet)
            if not measured.untouched:
                app.restore()
            yield measured


def _meeting(fault: Fault) -> Meeting:
    @contextmanager
    def meet(app: App, place: Place, seed: str) -> Generator[NextVersion]:
        _ = app
        with place.inject(fault, seed) as injected:
            yield of_registry(fault, injected)

    return meet


def _measure(app: App, place: Place, fault: Fault | UpdateFault, meet: Meeting) -> Measured:
    before = app.generation()
    with (
        meet(app, place, secrets.token_hex(4)) as version,
        app.client() as client,
        steady_load(client, "/version", per_second=RATE) as load,
    ):
        update = app.update(version)
    return Measured(
        fault=fault,
        codes=frozenset(update.codes),
        witnesses=_witnesses(update),
        to_name=_since(update, update.named(str(fault.code))),
        to_end=_since(update, update.ended),
        whole=update.seconds,
        untouched=app.generation() == before and update.code != 0,
        lost=len(load.failures),
        sent=load.sent,
        pods_left=len(app.rehearsal_pods()),
    )


def _witnesses(update: Update) -> str:
    rows = [line.strip() for line in update.output.splitlines()]
    return next((row.removeprefix("agree").strip() for row in rows if row.startswith("agree ")), "")


def _since(update: Update, moment: float | None) -> float | None:
    return None if update.first_error is None or moment is None else moment - update.first_error
