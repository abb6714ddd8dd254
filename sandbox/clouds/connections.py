"""Which provider instance a request comes from: the engine opens a connection for each, and configures it there.

Requests about resources do not say for which instance they are; the connection does, so that two stacks at once, or
two providers of one stack (`aws.Provider` for another region), do not take each other's configuration.
Source: `NewProvider` in pkg/resource/plugin/provider_plugin.go (pulumi 3.274) dials for each instance.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from sandbox.clouds.kinds import Json

_MOST = 1024


@dataclass(frozen=True)
class Connection:
    """One configured instance."""

    config: Json = field(default_factory=dict[str, object], repr=False)
    cancelled: threading.Event = field(default_factory=threading.Event)
    """Set when the engine interrupts, or is done."""


class Connections:
    """The instances by the address of their connection; the oldest of more than a thousand are forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Connection] = OrderedDict()
        self._lock = threading.Lock()

    def configure(self, peer: str, config: Json) -> None:
        """Remember the configuration of an instance."""
        with self._lock:
            self._known.pop(peer, None)
            self._known[peer] = Connection(config)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

    def of(self, peer: str) -> Connection:
        """The instance at this address; the one configured last where a connection was lost and opened anew."""
        with self._lock:
            if peer in self._known:
                return self._known[peer]
            return next(reversed(self._known.values()), Connection())
