"""Whether the folder and the Dockerfile that a stack file names are there, and what is near if not."""

import difflib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from components.stack_file import Problem, StackFile

_DEPTH = 3
_SKIPPED = {"node_modules", "__pycache__", "bin", "obj"}


def missing_paths(image: object, root: Path, stack: StackFile) -> list[Problem]:
    """What the `image` object of a stack file names and is not there; wrong types are not its business."""
    settings = cast("dict[str, object]", image) if isinstance(image, dict) else dict[str, object]()
    context = settings.get("context")
    if not isinstance(context, str) or not context or settings.get("digest") is not None:
        return []
    folder = root / context
    if not _is_there(folder, stat.S_ISDIR):
        wrong = "is a file, not a folder" if _is_there(folder, stat.S_ISREG) else "there is no such folder"
        candidates = [str(each.parent) for each in _dockerfiles(root)]
        return [_problem("context", context, wrong, candidates, stack)]
    given = settings.get("dockerfile")
    if given == "":
        return []
    dockerfile = given if isinstance(given, str) else str(Path(context) / "Dockerfile")
    if _is_there(root / dockerfile, stat.S_ISREG):
        return []
    candidates = [str(Path(context) / each) for each in _dockerfiles(folder)]
    return [_problem("dockerfile", dockerfile, "there is no such file", candidates, stack)]


def _is_there(path: Path, kind: Callable[[int], bool]) -> bool:
    # Path.is_dir raises for a name that is too long, and for a folder that may not be looked into.
    try:
        return kind(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _problem(key: str, value: str, wrong: str, candidates: list[str], stack: StackFile) -> Problem:
    path = ("image", key)
    close = sorted(candidates, key=lambda each: -difflib.SequenceMatcher(None, value, each).ratio())[:3]
    if not close:
        return Problem(path, f"{value}: {wrong}, and no Dockerfile near it", (stack.set(path, "<path>"),))
    return Problem(path, f"{value}: {wrong}; near are {', '.join(close)}", (stack.set(path, close[0]),))


def _dockerfiles(top: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(top):
        here = Path(folder).relative_to(top)
        folders[:] = [each for each in folders if not each.startswith(".") and each not in _SKIPPED]
        if len(here.parts) >= _DEPTH:
            folders.clear()
        yield from (here / each for each in sorted(files) if "dockerfile" in each.lower())
