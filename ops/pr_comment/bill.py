"""The section on what costs money. Pure."""

from collections.abc import Sequence
from functools import partial

from ops.pr_comment.cost import CostLine, cost_line
from ops.pr_comment.fit import as_many
from ops.pr_comment.markdown import code, table
from ops.pr_comment.model import Does, Preview
from ops.pr_comment.sentence import counted

_WORDS = {Does.CREATE: "new", Does.UPDATE: "changed", Does.REPLACE: "replaced", Does.DELETE: "deleted"}


def bill(previews: Sequence[Preview], room: int) -> str:
    """Each change of a size, a number or a tier that somebody pays for."""
    found = [(each.title, line) for each in previews for change in each.changed if (line := cost_line(change))]
    if not found:
        return ""
    title = "### What costs money\n"
    head, rule, *_ = table(("stack", "what", "resource", "change"), ())
    rows = (partial(_row, *each) for each in found)
    left = room - len(title) - len(head) - len(rule) - 3
    lines = as_many(rows, max(left, 0), lambda more: f"| and {counted(more, 'more change')} |")
    return "\n".join([title, head, rule, *lines])


def _row(stack: str, line: CostLine) -> str:
    return table((), [(code(stack), line.what, code(line.change.name), _text(line))])[-1]


def _text(line: CostLine) -> str:
    word = _WORDS.get(line.change.does, "not known")
    return f"{word}: {line.text}" if line.text else word
