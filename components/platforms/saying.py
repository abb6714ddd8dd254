"""What a cloud says when it refuses, and what that means for a stack file. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.stack_file import Path, Problem, StackFile
from pulls.fix.command import Fix

CLUSTER, REGISTRY = "cluster_mode", "registry_mode"
"""Facts: whether the stack makes them."""
Change = tuple[Path, object]
"""A key of the stack file and its new value; None takes it away."""


@dataclass(frozen=True)
class Saying:
    """One refusal, by its words."""

    words: str
    """Pattern of the cloud's text; its named groups are for the reason and the commands."""
    path: Path
    """Where it can be mended: a key of the stack file, or the name of the cloud."""
    reason: str
    """In words for who deploys; `{name}` is a group."""
    commands: Sequence[str | Change]
    """What to type, the likeliest first: shell commands with groups and facts, and changes of the stack file."""
    token: str = ""
    """Pattern of the types of resources that it is about; any by default."""
    where: Mapping[str, str] = field(default_factory=dict[str, str])
    """Facts that it is about, such as the mode of a section that alone has the key; any by default."""

    def problem(self, stack: StackFile, token: str, text: str, facts: Mapping[str, str]) -> Problem | None:
        """What to do about a refusal; None if this is not it.

        Args:
            stack: whose file and commands.
            token: type of the resource.
            text: of the error, whole.
            facts: of the stack file, by name: modes of its sections, and what commands want of it.
        """
        if not re.search(self.token, token) or not self.where.items() <= facts.items():
            return None
        # Providers break lines where they like.
        found = re.search(self.words, " ".join(text.split()))
        if found is None:
            return None
        groups = {name: value or facts.get(name, "") for name, value in found.groupdict().items()}
        groups = {**facts, "stack": stack.stack, **groups}
        return Problem(self.path, self.reason.format(**groups), tuple(self._commands(stack, groups)))

    def _commands(self, stack: StackFile, groups: dict[str, str]) -> list[str]:
        return [
            Fix("", each).rendered(groups) if isinstance(each, str) else _change(stack, *each) for each in self.commands
        ]


def _change(stack: StackFile, path: Path, value: object) -> str:
    return stack.remove(path) if value is None else stack.set(path, value)
