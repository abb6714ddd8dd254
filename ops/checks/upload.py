"""Whether a login may push to a repository and read it: an upload that is begun, and called off at once.

The OCI distribution specification v1.1 has no other question for it; google/go-containerregistry asks the same way
(pkg/v1/remote/check.go, CheckPushPermission). A registry forgets an upload that nobody goes on with.
"""

from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

import httpx

from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.registry.auth import best_challenge
from pulls.registry.login import Login
from pulls.registry.reference import ImageReference, is_loopback, parse_reference
from pulls.registry.session import Session
from pulls.registry.wire import Reply, Wire, origin

_UPLOADS, _TAGS = "blobs/uploads/", "tags/list?n=1"
_LIMIT = 16_384
_UNAUTHORIZED, _NOT_FOUND, _ACCEPTED = 401, 404, 202
_GOOD = range(200, 300)


class Step(StrEnum):
    """What was tried."""

    PUSH = "push"
    PULL = "pull"


class Refused(Exception):  # noqa: N818 - reads as what it is
    """A registry does not do what was tried; no text of it holds a credential."""

    def __init__(self, step: Step, outcome: Outcome, said: str) -> None:
        super().__init__(said)
        self.step = step
        self.outcome = outcome
        self.said = said


def try_repository(host: str, path: str, login: Login | None, *, push: bool, seconds: float) -> None:
    """Try what a deploy does with a repository, and what a node does.

    Args:
        host: `host[:port]`, or `docker.io`.
        path: of the repository.
        login: to try with; None as a stranger.
        push: whether it will be pushed to.
        seconds: for each request; all together take twice as long at most.

    Raises:
        Refused: the first step that does not work.
        InvalidReference: no node can pull from there.
    """
    reference = parse_reference(f"{host}/{path}")
    scheme = "http" if is_loopback(reference.host) else "https"
    with _Wire(seconds, 2 * seconds) as wire:
        session = _Session(wire, reference, login, scheme)
        if push:
            _attempt(Step.PUSH, session, session.begin_and_call_off)
        _attempt(Step.PULL, session, session.read)


class _Wire(Wire):
    """One that also sends what is no GET."""

    def send(self, method: str, url: str, authorization: str | None) -> Reply:
        headers = {} if authorization is None else {"Authorization": authorization}
        return self._send(httpx.Request(method, url, headers=headers), _LIMIT, elsewhere=False)


class _Session(Session):
    """One that tries what a push and a pull begin with."""

    def __init__(self, wire: _Wire, reference: ImageReference, login: Login | None, scheme: str) -> None:
        super().__init__(wire, reference, login, scheme)
        self._sender = wire

    def begin_and_call_off(self) -> None:
        """Begin an upload.

        Raises:
            RegistryFaultError: it may not be begun.
        """
        url = f"{self._base}/{_UPLOADS}"
        reply = self._post(url)
        if reply.status == _UNAUTHORIZED and self._authorization is None:
            self._authorize(best_challenge(reply.headers.get_list("WWW-Authenticate")))
            if self._authorization is not None:
                reply = self._post(url)
        if reply.status != _ACCEPTED:
            raise self.missing(reply) if reply.status == _NOT_FOUND else self.fault(reply)
        self._call_off(url, reply.headers.get("Location", ""))

    def read(self) -> None:
        """Ask for the repository's tags, of which there may be none yet.

        Raises:
            RegistryFaultError: it may not be read.
        """
        reply = self.get(_TAGS, limit=_LIMIT)
        if reply.status not in _GOOD and reply.status != _NOT_FOUND:
            raise self.fault(reply)

    def _post(self, url: str) -> Reply:
        self.asked = f"POST {url}"
        return self._sender.send("POST", url, self._authorization)

    def _call_off(self, url: str, location: str) -> None:
        # What does not work here, the registry does by itself, later.
        with suppress(RegistryFaultError, httpx.InvalidURL, ValueError):
            upload = str(httpx.URL(url).join(location))
            if location and origin(upload) == origin(url):
                self._sender.send("DELETE", upload, self._authorization)


def _attempt(step: Step, session: _Session, work: Callable[[], None]) -> None:
    try:
        work()
    except RegistryFaultError as fault:
        raise Refused(step, fault.outcome, session.shown(fault.said)) from fault
