"""The stacks in the sandbox's Pulumi state, read from its files: what `down` must not forget."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.state import NAME

_STACK, _PROVIDER = "pulumi:pulumi:Stack", "pulumi:providers:"
_EMBEDDED = f"local/{NAME}"
"""The `clusterIdentifier` that components/platforms/local.py gives the sandbox's context."""


@dataclass(frozen=True)
class Stack:
    """One stack that has resources."""

    name: str
    resources: int
    """How many, without the stack itself and its providers."""
    outside: bool
    """Whether any is in a cluster that the sandbox does not name `sandbox`."""


def deployed(pulumi_state: Path) -> list[Stack]:
    """The stacks of a file backend that have resources; a file that cannot be read counts as none."""
    found = [_read(file) for file in sorted(pulumi_state.glob(".pulumi/stacks/**/*.json"))]
    return [stack for stack in found if stack is not None and stack.resources]


def _read(file: Path) -> Stack | None:
    try:
        resources: list[dict[str, Any]] = json.loads(file.read_text())["checkpoint"]["latest"]["resources"] or []
    except (OSError, ValueError, KeyError, TypeError):
        return None
    ours = {
        each["inputs"].get("clusterIdentifier")
        for each in resources
        if each.get("type") == f"{_PROVIDER}kubernetes" and each.get("inputs")
    }
    count = sum(not str(each.get("type", "")).startswith((_STACK, _PROVIDER)) for each in resources)
    return Stack(file.stem, count, ours != {_EMBEDDED})
