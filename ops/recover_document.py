"""What `recover` found and did as a script is told it: docs/recover.schema.json. Pure."""

from collections.abc import Sequence
from typing import Any

from ops.recover import Plan
from ops.recover_health import Done
from ops.recovery import Decision
from ops.stack_document import stack_document
from ops.stack_finding import Finding
from ops.status_document import locks_document

SCHEMA = 1
"""Version of the JSON answer."""


def document(found: Plan, done: Done | None, findings: Sequence[Finding]) -> dict[str, Any]:
    """The whole answer; no string of it holds a credential."""
    stack = found.stack
    return {
        "schema": SCHEMA,
        **stack_document(stack, findings),
        "locks": locks_document(stack),
        "operations": [_operation(each) for each in found.decisions],
        "changed": done is not None,
        "backup": None if done is None else str(done.backup),
    }


def _operation(decision: Decision) -> dict[str, Any]:
    return {
        "urn": decision.urn,
        "operation": decision.operation,
        "action": decision.action.value,
        "why": decision.why,
        "id": decision.id,
    }
