"""What the package's schema says beside what the SDK reads from the types. `python -m package.schema` writes the file.

`schema.json` is the contract with programs in other languages; a test compares it with what the provider answers.
"""

import inspect
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from package import names

FILE = Path(__file__).with_name("schema.json")
_TYPE = re.compile(r"\bpipeline:index:(\w+)Args\b")
_ABOUT = {
    "description": "A web API in a Kubernetes cluster, from an image by digest to a URL that answers.",
    "license": "Apache-2.0",
}


def published(text: str, known: Mapping[str, str]) -> str:
    """The schema that the SDK made, in the words of other languages.

    Args:
        text: as JSON.
        known: arguments by their names in Python.
    """
    # Every language adds an ending of its own: Python's would become VolumeArgsArgs in Go.
    schema = cast("dict[str, object]", json.loads(_TYPE.sub(r"pipeline:index:\1", text)))
    return json.dumps(_worded({**schema, **_ABOUT}, known))


def _worded(value: object, known: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_worded(each, known) for each in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    given = cast("dict[str, object]", value)
    return {
        key: names.in_text(inspect.cleandoc(each), known)
        if key == "description" and isinstance(each, str)
        else _worded(each, known)
        for key, each in given.items()
    }


def file_text(text: str) -> str:
    """The schema as it stands in the file."""
    return json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    from package.provider import PipelineProvider

    FILE.write_text(file_text(PipelineProvider().schema or ""))
