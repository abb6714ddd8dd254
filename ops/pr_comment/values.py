"""Old and new values of a property as the comment may show them. Pure.

The engine blinds what the program marked as secret. What a program forgot to mark is hidden here: by the place where
it stands, by its name, and by its form. So no value of a variable, a config map, a secret or a command line is shown.
"""

import json
from typing import Any

from components.secret_like import secret_kind
from ops.pr_comment.hidden import is_hidden
from ops.pr_comment.markdown import code
from ops.pr_comment.model import Difference
from ops.pr_comment.property_path import Keys, keys_of
from ops.pr_comment.shapes import mapping, sequence
from ops.state import SIGNATURE

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that only the update gives (pulumi v3.274, pkg/resource/stack/deployment.go)."""
_ASSETS = {"c44067f5952c0a294b673a41bacd8c17": "a file", "0def7320c3a5731c473e5ecbe6d01bc7": "an archive"}
"""Marks of values that are none of JSON's (sdk/go/common/resource/sig)."""
_BLINDED = "[secret]"
_LONGEST, _WHOLE = 80, 320


def difference(each: Difference) -> str:
    """What differs, in Markdown: its path, and the old and the new value where they may be shown."""
    path, keys = code(each.path), keys_of(each.path)
    if is_hidden(keys, each.beside):
        return f"{path} changes (its value is not shown)"
    if each.old is None and each.new is None:
        return f"{path} changes"
    old, new = value(keys, each.old), value(keys, each.new)
    if old == new:  # both blinded, or alike as far as they are shown
        return f"{path} changes (its value is not shown)"
    if each.old is None:
        return f"{path} is new: {new}"
    return f"{path} is gone, was {old}" if each.new is None else f"{path}: {old} → {new}"


def value(keys: Keys, of: Any) -> str:
    """One value, in Markdown."""
    if isinstance(of, dict):
        return _object(mapping(of))
    if isinstance(of, list):
        return f"a list of {len(sequence(of))}"
    if of == UNKNOWN:
        return "known after the update"
    return _text(_name(keys), of) if isinstance(of, str) else code(json.dumps(of))


def _text(name: str, of: str) -> str:
    if of == _BLINDED or secret_kind(name, of) is not None:
        return code(_BLINDED)
    # No place tells apart what is in a document.
    if len(of) > _WHOLE or "\n" in of or of.lstrip().startswith(("{", "[")):
        return f"a text of {len(of):,} characters"
    return code(of, _LONGEST) if of else "empty"


def _object(of: dict[str, Any]) -> str:
    kind = of.get(SIGNATURE)
    if kind is None:
        return f"an object of {len(of)}"
    return _ASSETS.get(str(kind), code(_BLINDED))


def _name(keys: Keys) -> str:
    return next((key for key in reversed(keys) if isinstance(key, str)), "")
