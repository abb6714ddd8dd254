"""How long a rehearsal may take, and what can come of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pulls.kubelet.node_classes import NodeClass
from pulls.rehearsal.state import Pull, Seen


@dataclass(frozen=True)
class Budget:
    """How long a rehearsal may take."""

    seconds: float = 120.0
    """For transient failures to end, and for slow pulls."""
    fresh_seconds: float = 0.0
    """How long from now a right that was just granted may still be refused."""


@dataclass(frozen=True)
class Refusal:
    """One class of nodes that cannot pull."""

    node_class: NodeClass
    seen: Seen
    seconds: float
    """From the start of the rehearsal."""
    tries: int
    unread_secret: bool = False
    """No try could read a pull secret that the cluster has."""


class StoppedError(Exception):
    """The rehearsal was stopped before it had an answer."""


class RefusedError(Exception):
    """At least one class of nodes cannot pull an image."""

    def __init__(self, refusals: Sequence[Refusal], report: "Report") -> None:
        super().__init__(refusals[0].seen.verdict.text if refusals[0].seen.verdict else "")
        self.refusals = refusals
        self.report = report


@dataclass
class Report:
    """What came of a rehearsal."""

    classes: list[NodeClass] = field(default_factory=list[NodeClass])
    pulled: list[NodeClass] = field(default_factory=list[NodeClass])
    pulls: list[Pull] = field(default_factory=list[Pull])
    slow: list[NodeClass] = field(default_factory=list[NodeClass])
    """Classes on which nothing was refused, and nothing there when the time was over."""
    warnings: list[str] = field(default_factory=list[str])
    pods_left: bool = False
    """The rehearsal's own pods could not all be removed."""
    seconds: float = 0.0
