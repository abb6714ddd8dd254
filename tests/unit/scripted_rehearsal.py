"""A rehearsal on a scripted cluster, by a clock that only moves while somebody waits."""

import threading

from pulls.rehearsal.pod import Rehearsal
from pulls.rehearse import Budget, RefusedError, Rehearsing, Report
from tests.unit.fake_cluster import SPEC, FakeCluster, Json

LONGEST = 1000.0


class Clock:
    """Seconds; a rehearsal that would go on for ever ends a test."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        assert self.now < LONGEST, "it never ends"


class Stop(threading.Event):
    """Waits without waiting; is set by itself at a moment of the clock."""

    def __init__(self, clock: Clock, at: float | None = None) -> None:
        super().__init__()
        self._clock = clock
        self._at = at

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.pass_by(timeout or 0)
        if self._at is not None and self._clock() >= self._at:
            self.set()
        return self.is_set()


class Run:
    """One rehearsal on a scripted cluster, to its end."""

    def __init__(
        self,
        cluster: FakeCluster,
        budget: Budget | None = None,
        *,
        spec: Json | None = None,
        stop_after: float | None = None,
    ) -> None:
        self.clock = Clock()
        self.start = self.clock()
        self.said: list[str] = []
        self.cluster = cluster
        rehearsal = Rehearsal("shop", "web", spec or SPEC)
        self._rehearsing = Rehearsing(
            cluster, rehearsal, budget or Budget(), say=self.said.append, clock=self.clock, mark="m"
        )
        self._rehearsing.stop = Stop(self.clock, None if stop_after is None else self.start + stop_after)

    def report(self) -> Report:
        return self._rehearsing.run()

    def refusal(self) -> RefusedError:
        try:
            report = self._rehearsing.run()
        except RefusedError as refused:
            return refused
        message = f"not refused: {report}"
        raise AssertionError(message)

    @property
    def seconds(self) -> float:
        return self.clock() - self.start
