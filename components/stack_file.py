"""A stack's configuration file as people know it: its name, its keys, and the commands that change it."""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from components.errors import ConfigError

Path = tuple[str | int, ...]
"""Keys from the top of this project's settings down, such as `("app", "replicas")`."""

_BARE_KEY = re.compile(r"[-_:a-zA-Z0-9]+")
_NUMBER = re.compile(r"[-+]?[0-9]{1,30}")


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
        # A lone key is the whole key, whatever is in it: `app.replicas` without `--path` is one with a dot in its name.
        where = str(self.path[0]) if len(self.path) == 1 else path_text(self.path)
        lines = [f"  {where}: {self.message}", *(f"      {each}" for each in self.commands)]
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
    """As pulumi takes it in commands, such as `local` or `acme/monadic-pipeline/local`."""

    @property
    def short(self) -> str:
        """Its name alone, such as `local`."""
        return self.stack.rpartition("/")[2]

    @property
    def name(self) -> str:
        """File name, such as `Pulumi.local.yaml`."""
        return f"Pulumi.{self.short}.yaml"

    def set(self, path: Path, value: object) -> str:
        """The command that sets a value, which keeps its type: with `--path`, Pulumi reads `12` as a number."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        as_text = len(path) > 1 and isinstance(value, str) and _is_read_otherwise(value)
        return self._command("set --type string" if as_text else "set", path, text)

    def set_secret(self, path: Path) -> str:
        """The command that sets a secret; it asks for the value, so that no shell history keeps it."""
        return self._command("set --secret", path)

    def remove(self, path: Path) -> str:
        """The command that removes a key."""
        return self._command("rm", path)

    def refusal(self, problems: Iterable[Problem]) -> StackFileError:
        """All mistakes of the file in one error."""
        listed = tuple(problems)
        count = "1 mistake" if len(listed) == 1 else f"{len(listed)} mistakes"
        return StackFileError("\n\n".join([f"{self.name}: {count}, nothing was changed", *map(str, listed)]), listed)

    def _command(self, verb: str, path: Path, *value: str) -> str:
        key, flag = (str(path[0]), "") if len(path) == 1 else (path_text(path), " --path")
        words = " ".join(map(shlex.quote, (key, *value)))
        if any(each.startswith("-") for each in (key, *value)):  # which Pulumi would read as a flag
            return f"pulumi config {verb}{flag} -s {self.stack} -- {words}"
        return f"pulumi config {verb}{flag} {words} -s {self.stack}"


def _is_read_otherwise(text: str) -> bool:
    """Whether Pulumi makes a boolean or a number of a text (sdk/go/common/resource/config, object.go, coerce)."""
    if text in ("true", "false"):
        return True
    if not _NUMBER.fullmatch(text) or (len(text) > 1 and text[0] == "0"):
        return False
    return -(2**63) <= int(text) < (2**63 if text[0] == "+" else 2**64)
