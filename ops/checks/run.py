"""Checks side by side: each ends in findings, whatever it meets, and at the latest when its time is over."""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, wait
from contextvars import copy_context
from dataclasses import dataclass

from ops.checks.finding import Finding, Name, State
from pulls.beside import beside
from pulls.text.redact import redact

Findings = Sequence[Finding]
_LOOK_SECONDS = 0.1
"""Between two looks at who has ended, for the progress line."""
_LONGEST = 200


@dataclass(frozen=True)
class Check:
    """One question."""

    name: Name
    look: Callable[[], Findings]
    seconds: float
    """That it may take."""


@dataclass(frozen=True)
class Running:
    """A check that was started."""

    check: Check
    future: Future[Findings]
    ends: float
    """When its time is over, of the monotonic clock."""

    @property
    def waits(self) -> bool:
        """Whether it is still worth waiting for."""
        return not self.future.done() and time.monotonic() < self.ends

    def findings(self) -> Findings:
        """What it found; asked when it no longer waits."""
        name = self.check.name
        if not self.future.done():
            what = f"no answer within {self.check.seconds:g} s, so it was left"
            return [Finding(name, State.UNKNOWN, what, "whether it would stop a deploy is not known")]
        try:
            return self.future.result()
        except Exception as error:  # a check that breaks must not hide what the others found
            said = " ".join(redact(str(error)).split())[:_LONGEST]
            what = f"the check itself failed: {type(error).__name__}: {said}"
            return [Finding(name, State.UNKNOWN, what, "whether it would stop a deploy is not known")]


def start(check: Check) -> Running:
    """Start a check; Pulumi's configuration, which is of the caller's context, goes with it."""
    context = copy_context()
    return Running(check, beside(lambda: context.run(check.look)), time.monotonic() + check.seconds)


def await_all(running: Collection[Running], say: Callable[[Sequence[str]], None]) -> None:
    """Wait until each has ended or its time is over.

    Args:
        running: what was started.
        say: told the names of those that are still waited for, again and again.
    """
    while waiting := [each for each in running if each.waits]:
        say(list(dict.fromkeys(each.check.name.value for each in waiting)))
        wait([each.future for each in waiting], timeout=_LOOK_SECONDS)
