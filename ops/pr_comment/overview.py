"""The table of all stacks: how many resources each change is about. Pure."""

from collections.abc import Sequence

from ops.pr_comment.fit import as_many
from ops.pr_comment.markdown import code, table
from ops.pr_comment.model import Does, End, Preview
from ops.pr_comment.sentence import counted

_COLUMNS = (Does.REPLACE, Does.DELETE, Does.CREATE, Does.UPDATE, Does.STAY)
_HEAD = ("stack", "replaced", "deleted", "new", "changed", "as it was", "preview")
_ENDS = {
    End.WELL: "went well",
    End.FAILED: "**failed**",
    End.REFUSED: "**refused by a policy**",
    End.CUT: "**cut**",
    End.UNREAD: "**not read**",
}


def overview(previews: Sequence[Preview], room: int) -> str:
    """One row for each stack."""
    head, rule, *rows = table(_HEAD, map(_row, previews))
    left = room - len(head) - len(rule) - 2
    return "\n".join([head, rule, *as_many(rows, left, lambda more: f"| and {counted(more, 'more stack')} |")])


def _row(preview: Preview) -> list[str]:
    if preview.end is End.UNREAD:
        return [_title(preview), *["?"] * len(_COLUMNS), _ENDS[preview.end]]
    counts = [len(preview.that(each)) for each in _COLUMNS]
    shown = [f"{each:,}" if each else "" for each in counts]
    return [_title(preview), *shown, _end(preview)]


def _title(preview: Preview) -> str:
    other = preview.stack and preview.stack != preview.title
    return f"{code(preview.title)} (stack {code(preview.stack)})" if other else code(preview.title)


def _end(preview: Preview) -> str:
    notes = [_ENDS[preview.end]]
    unknown = len(preview.that(Does.UNKNOWN))
    if unknown:
        notes.append(f"{unknown:,} not known")
    return ", ".join(notes)
