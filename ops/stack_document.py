"""What every JSON answer about a stack begins with: which stack, and how it is. Pure."""

from collections.abc import Sequence
from typing import Any

from ops.stack import Stack
from ops.stack_finding import Finding, as_document


def stack_document(stack: Stack, findings: Sequence[Finding]) -> dict[str, Any]:
    """The keys `stack`, `project`, `target`, `health` and `findings`."""
    return {
        "stack": stack.name,
        "project": stack.project,
        "target": stack.target.value,
        **as_document(findings),
    }
