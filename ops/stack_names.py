"""Which stacks there are, and which one a misspelt name may mean."""

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from ops.pulumi_cli import Pulumi, PulumiError
from ops.stack_errors import StackError

SELECTED = ("stack", "--show-name", "--fully-qualify-stack-names")
"""What makes pulumi tell the selected stack; without the second option it leaves the organization out."""
_SHOWN = 8


def known_stacks(pulumi: Pulumi) -> list[str] | None:
    """The stacks that whoever is logged in may see; those of other projects as `organization/project/name`.

    Returns:
        None where they cannot be had: they only help a message that is told anyway.
    """
    try:
        found: list[dict[str, Any]] = json.loads(pulumi.run("stack", "ls", "--all", "--json"))
        return [str(each["name"]) for each in found]
    except (PulumiError, StackError, ValueError, TypeError, KeyError):
        return None


def typed_as(full: str, backend: str) -> str:
    """The selected stack as a person types it, in the folder of its project.

    Args:
        full: what `SELECTED` answers.
        backend: URL of where its state lies; empty where nobody knows.
    """
    in_cloud = not backend or backend.startswith(("http://", "https://"))
    return full if in_cloud else full.rpartition("/")[2]  # anywhere else there is but one organization


def nearest(wanted: str, known: Sequence[str] | None) -> str:
    """What follows "there is no stack NAME" in a sentence: the one that may be meant, and those that there are.

    Args:
        wanted: as it was typed; empty where no name was.
        known: as `known_stacks` gives them.
    """
    if known is None:
        return ""
    here = [each for each in known if "/" not in each]
    elsewhere = [each for each in known if "/" in each and each.rpartition("/")[2] == wanted.rpartition("/")[2]]
    close = get_close_matches(wanted, here, n=3)
    parts = [
        f" (did you mean {' or '.join(close)}?)" if close else "",
        f"; the project here has {_listed(here)}" if here else "; the project here has none",
        f"; of that name there is {_listed(elsewhere)}, so go to the folder of that project" if elsewhere else "",
    ]
    return "".join(parts)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
