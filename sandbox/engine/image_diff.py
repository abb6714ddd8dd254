"""Diff of an image: what the program asks for now against what it asked for when the image was built.

Follows `Diff` of pulumi-docker's `provider/provider.go` (237b7899): every change is an update, never a
replacement, and a changed login is no change, because short-lived passwords must not rebuild an image.
"""

from typing import Literal

from sandbox.engine.property_values import Properties, as_object

Change = Literal["add", "delete", "update"]


def changes(old: Properties, new: Properties) -> dict[str, Change]:
    """Top-level inputs that differ; empty when there is nothing to do."""
    found: dict[str, Change] = {}
    for name in sorted(set(old) | set(new)):
        if name not in old:
            found[name] = "add"
        elif name not in new:
            found[name] = "delete"
        elif old[name] != new[name] and not _is_login_only(name, old, new):
            found[name] = "update"
    return found


def saved_inputs(state: Properties) -> Properties:
    """The inputs that an image in state was built from."""
    return as_object(state.get("__inputs"))


def _is_login_only(name: str, old: Properties, new: Properties) -> bool:
    before, after = old[name], new[name]
    if name != "registry" or not isinstance(before, dict) or not isinstance(after, dict):
        return False
    return "server" not in before or "server" not in after or before["server"] == after["server"]
