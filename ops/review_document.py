"""The stack of a pull request as a script is told of it: docs/review-stack.schema.json. Pure."""

import shlex
from typing import Any

from components.stack_file import path_text
from ops.expired_time import as_tag
from ops.review import Review

SCHEMA = 1
"""Version of the JSON answer."""


def document(made: Review) -> dict[str, Any]:
    """The whole answer; no string of it holds a credential."""
    return {
        "schema": SCHEMA,
        "stack": made.stack,
        "file": made.file.name,
        "base": made.base.name,
        "ends": as_tag(made.end),
        "own": [{"path": path_text(each.path), "value": each.value} for each in made.changed],
        "command": deploy_command(made),
    }


def deploy_command(made: Review) -> str:
    """What to type next."""
    return f"pulumi up -s {shlex.quote(made.stack)}"
