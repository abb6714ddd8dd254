"""Which files of a build context stay behind: the patterns of a `.dockerignore`.

The rules are docker's (docs.docker.com/build/concepts/context, moby/patternmatcher):
`<Dockerfile>.dockerignore` takes the place of `.dockerignore`, patterns start at the context's root, and the
last one that matches decides.
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pathspec import PathSpec
from pathspec.patterns.gitignore.basic import GitIgnoreBasicPattern

from components.errors import InvalidValueError

NAME = ".dockerignore"


@dataclass(frozen=True)
class IgnoreRules:
    """The patterns of one file."""

    file: Path
    """Where they stand, or would stand."""
    spec: "PathSpec[GitIgnoreBasicPattern]"
    exceptions: bool
    """Whether a pattern takes something back in, so that nothing can be left out by its folder alone."""

    def ignores(self, path: str) -> bool:
        """Whether a file or folder, relative to the context with `/` between its parts, stays behind."""
        return self.spec.match_file(path)

    def prunes(self, folder: str) -> bool:
        """Whether nothing of a folder can be in the image."""
        return not self.exceptions and self.ignores(folder)


def read_rules(context: Path, dockerfile: Path) -> IgnoreRules:
    """The rules for building a Dockerfile with a context; none if there is no file."""
    beside = dockerfile.with_name(dockerfile.name + NAME)
    file = beside if beside.is_file() else context / NAME
    text = file.read_text(encoding="utf-8-sig") if file.is_file() else ""
    return parse_rules(text, file)


def parse_rules(text: str, file: Path) -> IgnoreRules:
    """Rules from the text of a file.

    Raises:
        InvalidValueError: a line is no pattern.
    """
    patterns = [pattern for line in text.splitlines() if (pattern := _anchored(line))]
    exceptions = any(each.startswith("!") for each in patterns)
    try:
        spec = PathSpec.from_lines(GitIgnoreBasicPattern, patterns)
    except (ValueError, re.error) as error:
        reason = f"{file} has a line that is no pattern: {error}"
        raise InvalidValueError(reason) from error
    return IgnoreRules(file, spec, exceptions)


def _anchored(line: str) -> str:
    # Git finds a name without a slash anywhere, docker in the root only: a leading slash tells git's rules.
    text = line.strip()
    if not text or line.startswith("#"):
        return ""
    sign, name = ("!", text[1:].strip()) if text.startswith("!") else ("", text)
    cleaned = PurePosixPath("/", name.lstrip("/"))
    parts = [part for part in cleaned.parts[1:] if part != "."]
    return f"{sign}/{'/'.join(parts)}" if parts else ""
