"""A report as a script is told it: docs/report.schema.json. Pure."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ops.diagnose import Health
from ops.report.gathered import Gathered
from ops.report.path import Hop, Sign
from ops.stack_document import stack_document
from ops.stack_finding import health_of
from pulls.text.redact import redact

SCHEMA = 1
"""Version of the JSON answer."""


def health(found: Gathered, drawn: Sequence[Hop]) -> Health:
    """How the stack is: a red hop is wrong, whatever else was found."""
    return Health.DIAGNOSED if any(each.sign is Sign.BAD for each in drawn) else health_of(found.findings)


def document(found: Gathered, drawn: Sequence[Hop], file: Path) -> dict[str, Any]:
    """The whole answer; no string of it holds a credential.

    Args:
        found: what was looked at.
        drawn: the way of the image.
        file: what was written.
    """
    stack = found.stack
    return {
        "schema": SCHEMA,
        **stack_document(stack, found.findings),
        "health": health(found, drawn).name.lower(),
        "file": str(file.resolve()),
        "hops": [_hop(each) for each in drawn],
        "updates": [
            {"began": each.began.isoformat(), "ended": each.ended.isoformat(), "succeeded": each.succeeded}
            for each in found.updates
        ],
        "preview": redact(found.preview),
    }


def _hop(hop: Hop) -> dict[str, Any]:
    return {
        "name": hop.name,
        "sign": hop.sign.value,
        "short": redact(hop.short),
        "lines": [redact(each) for each in hop.lines],
    }
