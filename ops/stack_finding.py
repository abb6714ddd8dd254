"""What is wrong with a stack or cannot be known, and the exit code for it. Pure."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ops.diagnose import Health


@dataclass(frozen=True)
class Finding:
    """One thing to know, and what to type."""

    text: str
    """May hold no credential."""
    command: str = ""
    """A shell command; empty where there is none."""
    known: bool = True
    """Whether it is wrong; False where only nobody can tell."""


def health_of(findings: Iterable[Finding]) -> Health:
    """What a script is told: what is certainly wrong counts before what is not known."""
    found = list(findings)
    if any(each.known for each in found):
        return Health.DIAGNOSED
    return Health.UNKNOWN if found else Health.HEALTHY


def as_document(findings: Sequence[Finding]) -> dict[str, Any]:
    """The keys `health` and `findings` of a JSON answer."""
    return {
        "health": health_of(findings).name.lower(),
        "findings": [{"text": each.text, "command": each.command, "known": each.known} for each in findings],
    }


def kubectl(context: str, namespace: str, *words: str) -> str:
    """A kubectl command that asks the cluster of the stack, not the current one."""
    where = f" --context {shlex.quote(context)}" if context else ""
    return f"kubectl{where} -n {namespace} {' '.join(words)}"


def diagnose_command(context: str, namespace: str, workload: str) -> str:
    """What says why something does not come up."""
    where = f" --context {shlex.quote(context)}" if context else ""
    return f".venv/bin/python -m ops diagnose{where} -n {namespace} {workload}"
