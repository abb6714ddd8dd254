"""Ignore files of a build context (`.dockerignore`), by the rules of docker's own matcher.

Follows github.com/moby/patternmatcher (`ignorefile.ReadAll`, `Pattern.compile`) and `getIgnorePatterns` of
pulumi-docker's `provider/provider.go`. gitignore rules differ: here a pattern starts at the context's root.
"""

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.image_inputs import ImageError


@dataclass(frozen=True)
class Pattern:
    """One line of an ignore file."""

    expression: re.Pattern[str]
    keeps: bool
    """Whether it starts with `!`, which takes a path back in."""


def patterns_of(context: Path, dockerfile: Path) -> list[Pattern]:
    """The patterns for a context: from `<Dockerfile>.dockerignore`, else from the context's own file.

    Raises:
        ImageError: the file cannot be read or has a pattern that is none.
    """
    for file in (Path(f"{dockerfile}.dockerignore"), context / ".dockerignore"):
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, UnicodeDecodeError) as error:
            message = f'reading "{file}": {error}'
            raise ImageError(message) from error
        return [_pattern(line, file) for line in clean_lines(text.splitlines())]
    return []


def clean_lines(lines: Iterable[str]) -> list[str]:
    """The patterns in docker's normal form: no comments, no leading slash, `.` and `..` resolved."""
    cleaned: list[str] = []
    for line in lines:
        text = "" if line.startswith("#") else line.strip()
        mark = "!" if text.startswith("!") else ""
        body = text.removeprefix("!").strip()
        if body:
            normal = posixpath.normpath(body)
            body = normal.lstrip("/") if len(normal) > 1 else normal
        if mark or body:
            cleaned.append(mark + body)
    return cleaned


def is_ignored(path: str, patterns: Sequence[Pattern]) -> bool:
    """Whether a path (relative, with slashes) stays out: the last pattern for it or a folder above it decides."""
    parts = path.split("/")
    places = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
    ignored = False
    for pattern in patterns:
        if pattern.keeps == ignored and any(pattern.expression.fullmatch(place) for place in places):
            ignored = not pattern.keeps
    return ignored


def _pattern(line: str, file: Path) -> Pattern:
    body = line.removeprefix("!")
    try:
        if not body:
            message = "illegal exclusion pattern"
            raise re.error(message)
        return Pattern(re.compile(_expression(body), re.DOTALL), keeps=line.startswith("!"))
    except re.error as error:
        message = f'unable to parse "{file}": {error} (in {line!r})'
        raise ImageError(message) from error


_TOKEN = re.compile(
    r"(?P<any>\*\*/?)|(?P<star>\*)|(?P<one>\?)|(?P<escaped>\\.)|(?P<set>\[[^\]]*\])|(?P<text>.)", re.DOTALL
)


def _expression(glob: str) -> str:
    found: list[str] = []
    for token in _TOKEN.finditer(glob):
        last = token.end() == len(glob)
        forms = {
            "any": ".*" if last else "(.*/)?",
            "star": "[^/]*",
            "one": "[^/]",
            "escaped": re.escape(token[0][1:]),
            "set": token[0],
            "text": re.escape(token[0]),
        }
        found.append(forms[token.lastgroup or "text"])
    return "".join(found)
