"""A right to pull that the nodes have already, found out before it is given once more.

Where a cloud takes the same right twice without a word and keeps one of it, the stack that goes first would take it
from everybody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.errors import ConfigError
from components.stack_file import Path, Problem, StackFile

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """How a cloud is asked who has a right."""

    function: str
    """Token of the provider's function."""
    asks: Callable[[Json], Json]
    """Its arguments, by the inputs of the right."""
    twice: Callable[[Json, Json], str | None]
    """Why the right is not given again, by its inputs and what the function answers; None for one that is new."""
    key: Path
    """With `false` it is used as it is."""


def unless_given(question: Question, opts: pulumi.ResourceOptions, stack: StackFile) -> pulumi.ResourceOptions:
    """The options of a right with which only one that is new is made.

    Args:
        question: to the cloud.
        opts: with the provider.
        stack: whose key is named in the refusal.
    """

    async def look(args: pulumi.ResourceHookArgs) -> None:
        wanted: Json = args.new_inputs or {}
        asks, invoked = question.asks(wanted), pulumi.InvokeOptions(provider=opts.provider)
        try:
            found = await pulumi.runtime.invoke_async(question.function, {**asks}, invoked)
        except Exception:  # the SDK raises nothing narrower
            return  # whoever may not look may not give either, and the cloud then says why
        reason = question.twice(wanted, found)
        if reason is not None:
            problem = Problem(question.key, reason, (stack.set(question.key, value=False),))
            said = f"{stack.name}\n{problem}"  # and no more: the update may have made something by now
            raise ConfigError(said)

    # Of a right that this stack gave in an earlier run there is nothing to create, so nobody looks.
    hook = pulumi.ResourceHook("nodes-pull-is-new", look)
    hooks = pulumi.ResourceHookBinding(before_create=[hook])
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(hooks=hooks))
