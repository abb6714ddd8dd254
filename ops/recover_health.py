"""What a killed update has left that is still to be done or looked up, and what to type. Pure."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from ops.recover import Plan
from ops.recovery import Decision
from ops.stack_finding import Finding


@dataclass(frozen=True)
class Done:
    """What was carried out."""

    backup: Path
    """The state as it was."""
    is_shown: bool
    """Whether pulumi could show what is left to do."""


def findings(found: Plan, done: Done | None) -> list[Finding]:
    """Nothing where all is done.

    Args:
        found: what was to do.
        done: None where nothing was changed.
    """
    if done is not None:
        text = "the state is recovered, and pulumi cannot show what is left to do"
        return [] if done.is_shown else [Finding(text, f"pulumi preview{found.stack.option}")]
    if found.asks:
        return [Finding(described(each), looked_up(found, each)[0][1]) for each in found.asks]
    left = Finding("a killed update has left something, and nothing is changed yet", again(found))
    return [left] if found.is_needed else []


def described(decision: Decision) -> str:
    """One operation, for a line."""
    return f"{decision.urn}, interrupted while {decision.operation}: {decision.why}"


def looked_up(found: Plan, ask: Decision) -> list[tuple[str, str]]:
    """The two answers to what only a person can say: when, and what to type."""
    command = f".venv/bin/python -m ops recover{found.stack.option}"
    return [
        ("when there is none, or that one has gone", f"{command} --absent {shlex.quote(ask.urn)}"),
        ("when it is yours, with its id", f"{command} --present {shlex.quote(f'{ask.urn}=ID')}"),
    ]


def again(found: Plan) -> str:
    """What does it."""
    return f".venv/bin/python -m ops recover{found.stack.option} --yes"
