"""What the kubelet and the controllers can say of a workload that does not come up."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pulls.kubelet.containers import Container, Role
from pulls.kubelet.events import LONG_AGO, Event


class SymptomKind(StrEnum):
    """What is seen to go wrong; stable names. Why is said elsewhere."""

    PULL = "pull"
    CRASH_LOOP = "crash-loop"
    FAILING_PROBE = "failing-probe"
    CONFIG_ERROR = "config-error"
    UNSCHEDULABLE = "unschedulable"
    OUT_OF_MEMORY = "out-of-memory"
    EXEC_FORMAT = "exec-format"
    EVICTED = "evicted"
    """The node ended the pod, or refused it: pressure on disk or memory, shutdown, no room after all."""
    NO_POD = "no-pod"
    """A controller may not make its pods, or not all of them."""
    VOLUME = "volume"
    VOLUME_CLAIM = "volume-claim"
    """No node can take the pod, as its volume is not there yet: the claim is missing, or nothing is bound to it."""
    SANDBOX = "sandbox"
    """The pod's own sandbox cannot be made, and not for want of its image: network plug-in or runtime."""
    NODE_LOST = "node-lost"
    """The pod's node does not answer, or is not ready."""
    DEADLINE = "deadline"
    """A time limit passed, and nothing else says why."""
    INGRESS_CLASS = "ingress-class"
    INGRESS_ADDRESS = "ingress-address"
    """No controller has given an Ingress an address."""
    INGRESS_BACKEND = "ingress-backend"
    INGRESS_TLS = "ingress-tls"
    INGRESS_HOST = "ingress-host"
    """A name that does not resolve where it is asked for."""


STILL_PULLING = "Pulling"
"""Reason of a pull of which nothing is said but that it began."""


@dataclass(frozen=True, kw_only=True)
class Symptom:
    """One thing that is wrong now, with one container, one pod, or a workload's pods as a whole."""

    kind: SymptomKind
    workload: str
    """Kind and name of the controller, such as `Deployment/web`; `Pod/web` for a pod that nothing controls."""
    namespace: str
    pod: str | None = None
    container: str | None = None
    role: Role | None = None
    node: str | None = None
    image: str | None = None
    reason: str
    """The machine's own word: ImagePullBackOff, OOMKilled, FailedMount, …"""
    message: str
    """The text that came with it, as it is. It may hold a credential: mask it before it is shown."""
    events: tuple[str, ...] = ()
    """Texts of the warnings about it, newest first, each once."""
    first_seen: datetime | None = None
    settled: bool = True
    """False for what a start that ends well may show too: probes that failed less often than their threshold,
    a container that ended once, a volume or network that was not there at the first try, a pod that is held back,
    a service account that comes with its namespace, a pull that takes long, a node that may come back."""
    pull_secrets: tuple[str, ...] = ()
    """Names that the pod gives."""
    service_account: str | None = None
    """Of the pod."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A symptom before it is said whose it is."""

    kind: SymptomKind
    reason: str
    message: str
    events: list[Event] = field(default_factory=list[Event])
    container: Container | None = None
    image: str | None = None
    since: datetime | None = None
    settled: bool = True

    @property
    def first_seen(self) -> datetime | None:
        """When it began, or when its oldest event was first said."""
        return self.since or min((each.first for each in self.events if each.first > LONG_AGO), default=None)
