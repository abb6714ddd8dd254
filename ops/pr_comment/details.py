"""Every change with its properties, folded by stack; the only part that may be cut short. Pure."""

from collections.abc import Iterator, Sequence
from functools import partial

from ops.pr_comment.fit import Line, as_many
from ops.pr_comment.markdown import code, folded, html_code, kind
from ops.pr_comment.model import Change, Difference, Does, Preview
from ops.pr_comment.sentence import counted
from ops.pr_comment.values import difference

_MOST = 12
"""Properties of one resource."""
_FRAME = 200
"""Characters around the lines of one stack."""


def details(previews: Sequence[Preview], room: int) -> str:
    """The changes of each stack, as far as there is room."""
    shown = [each for each in previews if each.changed or each.outputs or each.warnings]
    parts: list[str] = []
    for place, each in enumerate(shown):
        share = room // (len(shown) - place)
        if share < 2 * _FRAME:
            left = len(shown) - place
            parts.append(f"The details of {counted(left, 'more stack')} do not fit here; {_LOG}.")
            break
        parts.append(_folded(each, share - _FRAME))
        room -= len(parts[-1]) + 2
    return "\n\n".join(parts)


_LOG = "they are in the log of the preview"


def _folded(preview: Preview, room: int) -> str:
    warned = f", {counted(len(preview.warnings), 'warning')}" if preview.warnings else ""
    summary = f"{html_code(preview.title)}: {counted(len(preview.changed), 'change')}{warned}"
    lines = as_many(_lines(preview), room, lambda more: f"- and {counted(more, 'more line')} that did not fit; {_LOG}")
    return folded(summary, "\n".join(lines))


def _lines(preview: Preview) -> Iterator[Line]:
    for change in preview.changed:
        yield partial(_head, change)
        told = _told(change)
        for each in told[:_MOST]:
            yield partial(_property, each)
        if len(told) > _MOST:
            yield f"  - and {counted(len(told) - _MOST, 'more property', 'more properties')}"
    for each in preview.warnings:
        yield f"- warning: {code(each, 300)}"
    if preview.outputs:
        yield f"- outputs of the stack that differ: {', '.join(code(each) for each in preview.outputs[:_MOST])}"


def _head(change: Change) -> str:
    vague = ": only the update tells what differs" if change.vague else ""
    return f"- {_word(change)} {code(change.name)} ({kind(change.type)}){vague}"


def _property(each: Difference) -> str:
    return f"  - {difference(each)}"


def _told(change: Change) -> list[Difference]:
    """The properties of an image say three times over what its tag says, which follows its content."""
    if not any(each.path == "imageName" for each in change.differences):
        return [*change.differences]
    return [each for each in change.differences if not each.path.startswith(("build.context", "build.dockerfile"))]


def _word(change: Change) -> str:
    words = {Does.CREATE: "new", Does.UPDATE: "changed", Does.REPLACE: "replaced", Does.DELETE: "deleted"}
    return f"**{words.get(change.does, 'not known')}**" + (" (imported)" if change.op.startswith("import") else "")
