"""How often an update fails that must not, and what the rehearsal costs one that is healthy: whole updates."""

import itertools
import secrets
import statistics
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import SimpleQueue

from bench.ground import fault_grounds
from bench.results import Result, result
from tests.faults.faults import HEALTHY, PASSING, Fault
from tests.faults.guarded import App, Update
from tests.faults.place import Place
from tests.faults.registry_behaviour import Behaviour, Lasts

_APPS = 5
"""Apps that are updated at the same time."""
_LATE_SECONDS, _FRESH_SECONDS = 60, 120


@dataclass(frozen=True)
class Met:
    """One update."""

    fault: Fault
    update: Update

    @property
    def succeeded(self) -> bool:
        """Whether the new version runs."""
        return self.update.code == 0

    @property
    def was_hit(self) -> bool:
        """Whether the fault was really met, so that the pull was tried again."""
        return "trying again" in self.update.output


def passing_faults(runs: int) -> Result:
    """What comes of updates that meet a fault which passes."""
    met = passing(runs)
    hit = sum(each.was_hit for each in met)
    kinds = ", ".join(each.name for each in PASSING)
    remark = f"{_failed(met)} of {runs} failed; {hit} met their fault ({kinds}), the role {_LATE_SECONDS} s late"
    return _of_updates("updates that meet a fault which passes", "0 of 100 fail", met, remark)


def healthy_updates(runs: int) -> Result:
    """What comes of updates that nothing stands in the way of."""
    met = healthy(runs)
    remark = f"{_failed(met)} of {runs} refused; {_APPS} apps at a time"
    return _of_updates("healthy updates with a rehearsal", "0 of 200 refused", met, remark)


def rehearsal_cost(runs: int) -> Result:
    """What a rehearsal adds to an update: with and without one in turn, each to an image that the node lacks."""
    with fault_grounds(1) as ((app,), place):
        both = [(_healthy_up(app, place, "pull"), _healthy_up(app, place, "off")) for _ in range(runs)]
    with_it, without = (statistics.median(each) for each in zip(*both, strict=True))
    remark = f"the update's median is {with_it:.1f} s with it and {without:.1f} s without; each pulls once"
    return result("what a rehearsal adds to a healthy update", "≤ 1.5 s", [pull - off for pull, off in both], remark)


def passing(runs: int) -> list[Met]:
    """Updates that meet a fault which passes, each kind as often as the others; the role comes 60 s late."""
    kinds = [replace(each, name=f"{each.name}-b") for each in PASSING if each.name != "role-granted-late"]
    role = next(each for each in PASSING if each.name == "role-granted-late")
    late = Behaviour(role.behaviour.fault, on=role.behaviour.on, lasts=Lasts(seconds=_LATE_SECONDS))
    kinds.append(replace(role, behaviour=late, fresh_seconds=_FRESH_SECONDS))
    return _all_met(itertools.islice(itertools.cycle(kinds), runs))


def healthy(runs: int) -> list[Met]:
    """Updates that nothing stands in the way of."""
    return _all_met(itertools.repeat(HEALTHY, runs))


def _failed(met: Sequence[Met]) -> int:
    return sum(not each.succeeded for each in met)


def _of_updates(name: str, reach: str, met: Sequence[Met], remark: str) -> Result:
    return result(name, reach, [each.update.seconds for each in met], remark)


def _healthy_up(app: App, place: Place, rehearsal: str) -> float:
    seed = secrets.token_hex(4)
    with place.inject(HEALTHY, seed, image=app.base.version(seed)) as injected:
        app.configure(injected.reference, injected.pull_secret, rehearsal=rehearsal)
        update = app.up()
    if update.code:
        raise RuntimeError(update.output)
    return update.seconds


def _all_met(faults: Iterable[Fault]) -> list[Met]:
    with fault_grounds(_APPS) as (apps, place), ThreadPoolExecutor(_APPS) as pool:
        free: SimpleQueue[App] = SimpleQueue()
        for each in apps:
            free.put(each)
        return list(pool.map(_one(free, place), (replace(f, name=f"{f.name}-{n}") for n, f in enumerate(faults))))


def _one(free: SimpleQueue[App], place: Place) -> Callable[[Fault], Met]:
    def meet(fault: Fault) -> Met:
        app, seed = free.get(), secrets.token_hex(4)
        try:
            with place.inject(fault, seed, image=app.base.version(seed)) as injected:
                met = Met(fault, app.meet(fault, injected))
        finally:
            free.put(app)
        print(f"{fault.name}: {'succeeded' if met.succeeded else met.update.output}", flush=True)
        return met

    return meet
