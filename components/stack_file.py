"""A stack's configuration file as people know it: its name, its keys, and the commands that change it."""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from components.errors import ConfigError

Path = tuple[str | int, ...]
"""Keys from the top of this project's settings down, such as `("app", "replicas")`."""

_BARE_KEY = re.compile(r"[-_a-zA-Z0-9]+")


def path_text(path: Path) -> str:
    """A path as Pulumi writes it: `app.replicas`, `names[0]`, `app.environment["a.b"]`."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        elif _BARE_KEY.fullmatch(key):
            text += f".{key}"
        else:
            text += '["{}"]'.format(key.replace('"', '\\"'))
    return text.removeprefix(".")


@dataclass(frozen=True)
class Problem:
    """One mistake in a stack file."""

    path: Path
    message: str
    commands: tuple[str, ...]
    """What to type."""

    def __str__(self) -> str:
        lines = [f"  {path_text(self.path)}: {self.message}", *(f"      {each}" for each in self.commands)]
        return "\n".join(lines)


class StackFileError(ConfigError):
    """The mistakes of a stack file."""

    def __init__(self, text: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(text)
        self.problems = problems


@dataclass(frozen=True)
class StackFile:
    """The file of one stack."""

    stack: str
    """Short name, such as `local`."""

    @property
    def name(self) -> str:
        """File name, such as `Pulumi.local.yaml`."""
        return f"Pulumi.{self.stack}.yaml"

    def set(self, path: Path, value: object) -> str:
        """The command that sets a value."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return f"pulumi config set {_key(path)} {shlex.quote(text)} -s {self.stack}"

    def set_secret(self, path: Path) -> str:
        """The command that sets a secret; it asks for the value, so that no shell history keeps it."""
        return f"pulumi config set --secret {_key(path)} -s {self.stack}"

    def remove(self, path: Path) -> str:
        """The command that removes a key."""
        return f"pulumi config rm {_key(path)} -s {self.stack}"

    def refusal(self, problems: Iterable[Problem]) -> StackFileError:
        """All mistakes of the file in one error."""
        listed = tuple(problems)
        count = "1 mistake" if len(listed) == 1 else f"{len(listed)} mistakes"
        return StackFileError("\n\n".join([f"{self.name}: {count}, nothing was changed", *map(str, listed)]), listed)


def _key(path: Path) -> str:
    return path_text(path) if len(path) == 1 else f"--path {shlex.quote(path_text(path))}"
