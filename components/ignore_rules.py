"""Which files of a build context stay behind: the patterns of a `.dockerignore` together.

The rules are docker's (docs.docker.com/build/concepts/context, moby/patternmatcher, MatchesOrParentMatches):
`<Dockerfile>.dockerignore` takes the place of `.dockerignore`, a pattern for a folder is for all that lies in it, and
the last one that matches decides.
"""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

from components.errors import InvalidValueError
from components.ignore_patterns import Pattern, pattern_of

NAME = ".dockerignore"


@dataclass(frozen=True)
class IgnoreRules:
    """The patterns of one file."""

    file: Path
    """Where they stand, or would stand."""
    patterns: tuple[Pattern, ...]
    _folders: dict[str, tuple[bool, ...]] = field(
        default_factory=dict[str, tuple[bool, ...]], compare=False, repr=False
    )
    """Which patterns are for a folder, so that this is found out once for all that lies in it."""

    def ignores(self, path: str) -> bool:
        """Whether a file or folder, relative to the context with `/` between its parts, stays behind."""
        above = self._for_folder(path.rpartition("/")[0])
        for pattern, matched in zip(reversed(self.patterns), reversed(above), strict=True):
            if matched or pattern.matches(path):
                return not pattern.keeps
        return False

    def prunes(self, folder: str) -> bool:
        """Whether nothing of a folder can be in the image."""
        return self.ignores(folder) and not any(each.keeps and each.may_match_in(folder) for each in self.patterns)

    def _for_folder(self, folder: str) -> tuple[bool, ...]:
        if not folder:
            return (False,) * len(self.patterns)
        if folder not in self._folders:
            above = self._for_folder(folder.rpartition("/")[0])
            pairs = zip(self.patterns, above, strict=True)
            self._folders[folder] = tuple(matched or pattern.matches(folder) for pattern, matched in pairs)
        return self._folders[folder]


def read_rules(context: Path, dockerfile: Path) -> IgnoreRules:
    """The rules for building a Dockerfile with a context; none if there is no file.

    Raises:
        InvalidValueError: the file cannot be read, is no text in UTF-8, or a line is no pattern.
    """
    own = context / NAME
    for file in (dockerfile.with_name(dockerfile.name + NAME), own):
        try:
            return parse_rules(file.read_text(encoding="utf-8-sig"), file)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            reason = f"cannot read {file}: {error.strerror}"
            raise InvalidValueError(
                reason, f"ls -ld {shlex.quote(str(file))}  # what it is, and who may read it"
            ) from error
        except UnicodeDecodeError as error:
            number = error.object.count(b"\n", 0, error.start) + 1
            reason = f"{file} is no text in UTF-8 (line {number})"
            raise InvalidValueError(reason, _edit(file, number)) from error
    return IgnoreRules(own, ())


def parse_rules(text: str, file: Path) -> IgnoreRules:
    """Rules from the text of a file.

    Raises:
        InvalidValueError: a line is no pattern.
    """
    patterns: list[Pattern | None] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            patterns.append(pattern_of(line))
        except ValueError as error:
            reason = f"{file} has a line that is no pattern (line {number}, {line.strip()!r}): {error}"
            raise InvalidValueError(reason, _edit(file, number)) from error
    return IgnoreRules(file, tuple(each for each in patterns if each is not None))


def _edit(file: Path, number: int) -> str:
    return f'"${{EDITOR:-vi}}" +{number} {shlex.quote(str(file))}'
