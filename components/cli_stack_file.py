"""A stack's file to those who know of one image only: what they say of `image` is meant of `cli.image`. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from components.stack_file import Path, Problem, StackFile, StackFileError


class CliStackFile(StackFile):
    """The same file, with the CLI's image in place of the web API's."""

    def set(self, path: Path, value: object) -> str:
        """The command that sets a value."""
        return super().set(_meant(path), value)

    def remove(self, path: Path) -> str:
        """The command that removes a key."""
        return super().remove(_meant(path))

    def refusal(self, problems: Iterable[Problem]) -> StackFileError:
        """All mistakes of the file in one error."""
        return super().refusal(of_cli(problems))


def of_cli(problems: Iterable[Problem]) -> list[Problem]:
    """Mistakes of `image` as those of `cli.image`; their commands are of a `CliStackFile` already."""
    return [replace(each, path=_meant(each.path)) for each in problems]


def _meant(path: Path) -> Path:
    return ("cli", *path) if path[:1] == ("image",) else path
