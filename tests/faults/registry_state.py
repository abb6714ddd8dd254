"""What the fault registry remembers: behaviours and how often they hit, requests, and who hangs."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.registry_behaviour import Behaviour, Decision, decide
from tests.faults.registry_requests import Request

_REMEMBERED = 10_000
_LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Seen:
    """A request as it was answered: `time` in seconds of the server's clock, `status` 0 where no answer began."""

    time: float
    host: str
    ns: str | None
    method: str
    path: str
    had_authorization: bool
    status: int


@dataclass
class _Ongoing:
    behaviour: Behaviour
    since: float
    hits: int = 0


class RegistryState:
    """Shared by all connections; every method may be called from any thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._behaviours: dict[tuple[str | None, str | None], _Ongoing] = {}
        self._seen: deque[Seen] = deque(maxlen=_REMEMBERED)
        self._hanging = 0
        self._releases = 0

    def behave(self, repository: str | None, behaviour: Behaviour | None, host: str | None) -> None:
        """Set, replace or (None) forget a behaviour; its hits and seconds count from now."""
        with self._changed:
            self._behaviours.pop((host, repository), None)
            if behaviour is not None:
                self._behaviours[host, repository] = _Ongoing(behaviour, self._clock())

    def decide(self, request: Request, url: str) -> tuple[Behaviour, Decision]:
        """The behaviour that the request falls under, and what it makes of it; counts the hit."""
        with self._changed:
            ongoing = self._ongoing(request)
            if ongoing is None:
                return (nothing := Behaviour()), decide(nothing, request, over=False, url=url)
            over = ongoing.behaviour.lasts.over(ongoing.hits, self._clock() - ongoing.since)
            decision = decide(ongoing.behaviour, request, over=over, url=url)
            ongoing.hits += decision.hit
            return ongoing.behaviour, decision

    def _ongoing(self, request: Request) -> _Ongoing | None:
        keys = ((request.host, request.repository), (None, request.repository), (request.host, None))
        return next((self._behaviours[key] for key in keys if key in self._behaviours), None)

    def record(self, request: Request, status: int) -> None:
        """Remember the request; the oldest is forgotten."""
        seen = Seen(
            time=self._clock(),
            host=request.host,
            ns=request.ns,
            method=request.method,
            path=request.path,
            had_authorization=request.had_authorization,
            status=status,
        )
        with self._changed:
            self._seen.append(seen)

    @property
    def seen(self) -> tuple[Seen, ...]:
        """The requests that are remembered, the oldest first."""
        with self._changed:
            return tuple(self._seen)

    def hang(self, gone: Callable[[], bool]) -> bool:
        """Wait until released (true), or until the connection is `gone` (false)."""
        with self._changed:
            releases = self._releases
            self._hanging += 1
            self._changed.notify_all()
            try:
                while releases == self._releases:
                    if gone():
                        return False
                    self._changed.wait(_LOOK_SECONDS)
                return True
            finally:
                self._hanging -= 1
                self._changed.notify_all()

    def wait_for_hanging(self, count: int, timeout: float) -> bool:
        """Wait until exactly `count` requests hang; false if they do not within `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._hanging == count, timeout)

    def release(self) -> None:
        """Let all that hang now go on."""
        with self._changed:
            self._releases += 1
            self._changed.notify_all()
