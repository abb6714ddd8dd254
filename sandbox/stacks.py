"""The stacks in the sandbox's Pulumi state, read from its files: what `down` must not forget."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.state import NAME

_STACK, _PROVIDER = "pulumi:pulumi:Stack", "pulumi:providers:"
_CLOUDS = ("azure-native:", "aws:", "gcp:")
_EMBEDDED = f"local/{NAME}"
"""The `clusterIdentifier` that components/platforms/local.py gives the sandbox's context."""


@dataclass(frozen=True)
class Stack:
    """One stack that has resources."""

    name: str
    resources: int
    """How many, without the stack itself and its providers."""
    outside: bool
    """Whether any is in a cluster that the sandbox does not name `sandbox`, nor simulates."""


def deployed(pulumi_state: Path, simulated: Collection[str] = ()) -> list[Stack]:
    """The stacks of a file backend that have resources; a file that cannot be read counts as none.

    Args:
        pulumi_state: the backend's folder.
        simulated: ids of what was ever made in the sandbox's simulated clouds. A stack whose cloud resources are
            all among them is not outside.
    """
    found = [_read(file, simulated) for file in sorted(pulumi_state.glob(".pulumi/stacks/**/*.json"))]
    return [stack for stack in found if stack is not None and stack.resources]


def _read(file: Path, simulated: Collection[str]) -> Stack | None:
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
    in_clouds = {str(each.get("id")) for each in resources if str(each.get("type", "")).startswith(_CLOUDS)}
    is_simulated = bool(in_clouds) and in_clouds <= set(simulated)
    return Stack(file.stem, count, ours != {_EMBEDDED} and not is_simulated)
