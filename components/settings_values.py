"""Values of Pulumi's configuration as they were written."""

import json
from typing import Any

import pulumi

_EMPTY = ("", "{}")
"""What Pulumi.yaml gives to each key of this project, which counts as absent."""


def given(config: pulumi.Config, key: str) -> str | None:
    """The text of a key; None if nobody set it."""
    text = config.get(key)
    return None if text in _EMPTY else text


def parsed(text: str) -> Any:
    """An object, list, number or boolean from its JSON; any other text as it is."""
    try:
        return json.loads(text)
    except ValueError:  # no JSON, or a number of more digits than Python reads
        return text
