"""The last updates of a stack, as pulumi keeps them."""

import json
from pathlib import Path

from ops.good_versions import Update, updates
from ops.pulumi_cli import PulumiError, find_pulumi
from ops.stack_errors import StackError

_SHOWN = 8


def last_updates(name: str | None, folder: Path) -> list[Update]:
    """The newest first; none where they cannot be read, which is told of the stack itself.

    Args:
        name: of the stack, as pulumi takes it; None for the selected one.
        folder: of the project.
    """
    option = ("--stack", name) if name else ()
    try:
        return updates(json.loads(find_pulumi(folder).run("stack", "history", "--json", *option)))[:_SHOWN]
    except (PulumiError, StackError, ValueError):
        return []
