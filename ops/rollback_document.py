"""Where a rollback leads as a script is told it: docs/rollback.schema.json. Pure."""

from typing import Any

from ops.rollback import Back, Which
from ops.stack import Stack
from ops.stack_document import stack_document
from ops.stack_finding import Finding

SCHEMA = 1
"""Version of the JSON answer."""


def document(stack: Stack, back: Back, *, changed: bool) -> dict[str, Any]:
    """The whole answer; no string of it holds a credential.

    Args:
        stack: which.
        back: where to.
        changed: whether the good version serves now.
    """
    text = f"nothing is changed yet; the last version that came up well is {back.good.image}"
    return {
        "schema": SCHEMA,
        **stack_document(stack, [] if changed else [Finding(text, again(stack, back))]),
        "setting": back.which.value,
        "now": back.now,
        "good": {"image": back.good.image, "digest": back.good.digest, "madeAt": back.good.made.isoformat()},
        "changed": changed,
    }


def again(stack: Stack, back: Back) -> str:
    """What does it."""
    return f".venv/bin/python -m ops rollback{stack.option}{' --cli' if back.which is Which.CLI else ''} --yes"
