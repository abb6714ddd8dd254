"""A right to pull that the nodes have already, found out before it is given once more.

Where a cloud takes the same right twice without a word and keeps one of it, the stack that goes first would take it
from everybody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pulumi

from components.errors import ConfigError
from components.stack_file import Path, Problem, StackFile

Json = Mapping[str, Any]
Right = TypeVar("Right", bound=pulumi.Resource)
_LATER = "  # once more after pulumi up, which takes away what this stack gave"


@dataclass(frozen=True)
class Question:
    """How a cloud is asked who has a right."""

    function: str
    """Token of the provider's function."""
    asks: Callable[[Json], Json]
    """Its arguments, by the inputs of the right."""
    twice: Callable[[Json, Json], str | None]
    """Why the right is not given again, by its inputs and what the function answers; None for one that is new."""
    by_hand: Callable[[Json], str]
    """The command that gives the right, by its inputs."""
    key: Path
    """With `false` it is used as it is."""


def give_new(
    question: Question,
    rights: Sequence[Json],
    make: Callable[[int, pulumi.ResourceOptions], Right],
    opts: pulumi.ResourceOptions,
    stack: StackFile,
) -> tuple[Right, ...]:
    """Rights of one cluster's nodes: each is made only if it is new, and none if one of them is somebody else's.

    Args:
        question: to the cloud.
        rights: the inputs of each.
        make: declares the one of a number, with options.
        opts: with the provider.
        stack: whose key is named in the refusal.
    """
    # One by itself is looked at when it is made, and never again.
    known = [_is_there(question, each, opts) for each in rights] if len(rights) > 1 else [False] * len(rights)
    commands = [
        question.by_hand(each) + (_LATER if is_known else "") for each, is_known in zip(rights, known, strict=True)
    ]
    hooks = _unless_given(question, list(zip(rights, commands, strict=True)), opts, stack)
    each_new = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(hooks=hooks))
    # Of what is there, this stack's own is left as it is, and at another's the update ends; the rest comes after that.
    made = {number: make(number, each_new) for number, is_known in enumerate(known) if is_known}
    after = pulumi.ResourceOptions.merge(each_new, pulumi.ResourceOptions(depends_on=[*made.values()]))
    made |= {number: make(number, after) for number, is_known in enumerate(known) if not is_known}
    return tuple(made[number] for number in range(len(rights)))


def _is_there(question: Question, right: Json, opts: pulumi.ResourceOptions) -> bool:
    try:
        found = pulumi.runtime.invoke(question.function, {**question.asks(right)}, _asking(opts)).value
    except Exception:  # as of the hook
        return False
    return question.twice(right, found) is not None


def _unless_given(
    question: Question, commands: Sequence[tuple[Json, str]], opts: pulumi.ResourceOptions, stack: StackFile
) -> pulumi.ResourceHookBinding:
    """What lets only a right be made that is new; `commands` give each right by hand."""

    async def look(args: pulumi.ResourceHookArgs) -> None:
        wanted: Json = args.new_inputs or {}
        try:
            found = await pulumi.runtime.invoke_async(question.function, {**question.asks(wanted)}, _asking(opts))
        except Exception:  # the SDK raises nothing narrower
            return  # whoever may not look may not give either, and the cloud then says why
        reason = question.twice(wanted, found)
        if reason is not None:
            others = [command for right, command in commands if not right.items() <= wanted.items()]
            rest = "; what the other nodes lack is then given by hand" if others else ""
            problem = Problem(question.key, reason + rest, (stack.set(question.key, value=False), *others))
            said = f"{stack.name}\n{problem}"  # and no more: the update may have made something by now
            raise ConfigError(said)

    # Of a right that this stack gave in an earlier run there is nothing to create, so nobody looks.
    return pulumi.ResourceHookBinding(before_create=[pulumi.ResourceHook("nodes-pull-is-new", look)])


def _asking(opts: pulumi.ResourceOptions) -> pulumi.InvokeOptions:
    return pulumi.InvokeOptions(provider=opts.provider)
