"""One step that cures a cause: a command that a person can paste."""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

# What a shell takes as one plain word, and no option.
_PLAIN = re.compile(r"(?!-)[\w@%+=:,./-]+", re.ASCII)


@dataclass(frozen=True)
class Fix:
    """One step.

    Attributes:
        does: what it does, and when it is the right one; one sentence.
        command: a shell command with named fields, such as `{registry}`; a literal brace is doubled.
    """

    does: str
    command: str

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the facts that the command wants, in order."""
        fields = (field for _, field, _, _ in string.Formatter().parse(self.command) if field)
        return tuple(dict.fromkeys(fields))

    def rendered(self, facts: Mapping[str, str]) -> str:
        """The command with its facts in place.

        A fact that is missing is shown as `<name>`, and so is one that a shell would not read as one plain word: facts
        may come from the text of a stranger.
        """
        return self.command.format_map({name: _shown(name, facts.get(name, "")) for name in self.needs})


def _shown(name: str, value: str) -> str:
    return value if _PLAIN.fullmatch(value) else f"<{name}>"
