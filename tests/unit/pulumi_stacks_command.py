"""What stands on PATH as pulumi for tests of several stacks: the standard library only, as it is started often."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_EMPTY = json.dumps({"version": 3, "deployment": {"manifest": {"time": "2026-01-05T09:57:00Z"}}})
_NO_SUCH, _FAILED = 6, 255
"""Exit codes of pulumi."""


class RefusedError(Exception):
    """It ends with an error."""

    def __init__(self, said: str, code: int = _FAILED) -> None:
        super().__init__(said)
        self.code = code


def main(folder: Path, words: list[str]) -> int:
    """Answer one command; its exit code."""
    line = " ".join(words)
    with (folder / "asked").open("a") as log:
        log.write(f"{line}\n")
    file = folder / "state.json"
    known = json.loads(file.read_text())
    try:
        sys.stdout.write(_answer(known, words, line))
    except RefusedError as refused:
        sys.stderr.write(f"error: {refused}\n")
        return refused.code
    finally:
        for start, (name, change) in known.get("after", {}).items():
            if line.startswith(start):
                known["stacks"][name].update(change)
        file.write_text(json.dumps(known))
    return 0


def _answer(known: dict[str, Any], words: list[str], line: str) -> str:
    for words_refused, said in known["refused"].items():
        if words_refused in line:
            raise RefusedError(said)
    stacks, name = known["stacks"], _option(words, "--stack")
    if name and name not in stacks:
        raise RefusedError(f"no stack named '{name}' found", _NO_SUCH)  # noqa: EM102 - as pulumi says it
    found = next((work for start, work in _WORK.items() if line.startswith(start)), _nothing)
    return found(stacks, name, words)


def _option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1] if name in words else ""


def _nothing(_stacks: dict[str, Any], _name: str, _words: list[str]) -> str:
    return ""


def _list(stacks: dict[str, Any], _name: str, words: list[str]) -> str:
    tag = _option(words, "--tag")
    return json.dumps([each["listed"] for each in stacks.values() if not tag or tag in each["tags"]])


def _tag(stacks: dict[str, Any], name: str, words: list[str]) -> str:
    stacks[name]["tags"][words[3]] = words[4]
    return ""


def _init(stacks: dict[str, Any], _name: str, words: list[str]) -> str:
    if words[2] in stacks:
        raise RefusedError(f"stack '{words[2]}' already exists")  # noqa: EM102 - as pulumi says it
    stacks[words[2]] = {"tags": {}, "export": _EMPTY, "listed": {"name": words[2]}, "history": []}
    return ""


def _remove(stacks: dict[str, Any], name: str, _words: list[str]) -> str:
    del stacks[name]
    return ""


def _destroy(stacks: dict[str, Any], name: str, _words: list[str]) -> str:
    stacks[name]["export"] = _EMPTY
    return f"Destroying ({name}):\n"


_WORK: dict[str, Callable[[dict[str, Any], str, list[str]], str]] = {
    "stack ls": _list,
    "stack tag ls": lambda stacks, name, _: json.dumps(stacks[name]["tags"]),
    "stack tag set": _tag,
    "stack export": lambda stacks, name, _: stacks[name]["export"],
    "stack history": lambda stacks, name, _: json.dumps(stacks[name]["history"]),
    "stack init": _init,
    "stack rm": _remove,
    "destroy": _destroy,
}
"""How a command begins → what it does, and answers."""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
