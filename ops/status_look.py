"""Looks at how a stack is now."""

from datetime import UTC, datetime

from ops.stack import Stack
from ops.stack_grant import grants
from ops.stack_sight import Sight, begin
from ops.status import Status, workload


def look(stack: Stack) -> Status:
    """A stack as it is now. What a cluster does not show is part of the answer and no error."""
    return status_of(begin(stack))


def status_of(sight: Sight) -> Status:
    """What a look has found."""
    return Status(
        stack=sight.stack,
        workloads=[workload(each, sight.context(each), sight.shown(each)) for each in sight.there],
        grants=grants(sight.stack.state),
        url=sight.url.result(),
        taken=datetime.now(UTC),
    )
