"""The help of every command of `python -m ops` ends with an example, which is one that the command takes."""

import re
import shlex
from typing import Any

import pytest
import typer

from ops.__main__ import app

_OPS: Any = typer.main.get_command(app)
_CALL = "python -m ops "


@pytest.mark.parametrize("name", _OPS.commands)
def test_the_help_has_an_example_that_the_command_takes(name: str) -> None:
    command = _OPS.commands[name]
    _, found, example = (command.help or "").partition("Example: ")
    assert found, "it has none"
    parts = re.split(r" && | \| |: |, and ", " ".join(example.split()))
    calls = [each.removeprefix(_CALL).partition(", ")[0] for each in parts if each.startswith(_CALL)]
    assert calls
    for call in calls:
        named, *words = shlex.split(call)
        assert named == name
        command.make_context(name, words)  # which refuses what it does not know, and runs nothing
