"""The faults of tests/faults, each through a whole update under load: what is found, when, and what it costs."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from bench.ground import fault_ground
from pulls.causes import CATALOGUE, Class, Code
from tests.e2e.load import steady_load
from tests.faults.faults import HANGING, REFUSED, Fault
from tests.faults.guarded import App, Update
from tests.faults.place import Place

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
    with fault_ground() as (app, place):
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
        whole=update.seconds,
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
