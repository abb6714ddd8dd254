"""Whether a stack's URL answers, asked as a browser here would: with its proxies, `*.localhost` on loopback."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from pulls.beside import beside
from pulls.registry.answer import RegistryFaultError
from pulls.registry.wire import Wire
from pulls.text.redact import redact

_STEP, _TOTAL = 3.0, 4.0
"""Seconds for one step (to connect, to read), and for all of them."""
_MOST = 1 << 16
_ERROR, _BROKEN = 400, 500
_INSIDE = ".svc.cluster.local"


@dataclass(frozen=True, kw_only=True)
class UrlAnswer:
    """An answer of HTTP, or why there was none."""

    url: str
    """What was asked for."""
    status: int | None
    """None when there was no answer."""
    seconds: float
    said: str = ""
    """The network's error, when there was no answer."""
    body: bytes = field(default=b"", repr=False)
    """The first 64 KiB."""

    @property
    def well(self) -> bool:
        """Whether it is what a probe takes for well; what is asked for at the root may be missing."""
        broken = _BROKEN if self.url.endswith("/") else _ERROR
        return self.status is not None and self.status < broken


def is_inside(url: str) -> bool:
    """Whether a URL means something inside of the cluster only."""
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    return host.endswith(_INSIDE)


def ask_url(url: str, path: str) -> UrlAnswer:
    """Ask for a path below a URL; ends within four seconds, whatever the network does.

    Redirects are followed. What a server says of itself is its own: no credential is ever sent.
    """
    asked = f"{url.rstrip('/')}/{path.lstrip('/')}"
    started = time.monotonic()
    found: Future[UrlAnswer] = beside(lambda: _asked(asked, lambda: time.monotonic() - started))
    try:
        return found.result(_TOTAL + 0.5)
    except TimeoutError:  # the lookup of a name can be given no deadline
        return UrlAnswer(url=asked, status=None, seconds=time.monotonic() - started, said="no answer in time")


def _asked(url: str, passed: Callable[[], float]) -> UrlAnswer:
    try:
        with Wire(_STEP, _TOTAL) as wire:
            reply = wire.get(url, authorization=None, accept="*/*", limit=_MOST)
    except RegistryFaultError as fault:
        return UrlAnswer(url=url, status=None, seconds=passed(), said=redact(fault.said or fault.outcome.value))
    return UrlAnswer(url=url, status=reply.status, seconds=passed(), body=reply.body)
