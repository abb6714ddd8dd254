"""Previews that failed or cannot be read: what was said, why, and what to type. Pure."""

from collections.abc import Iterator, Sequence

from ops.pr_comment.causes import cause
from ops.pr_comment.fit import as_many
from ops.pr_comment.markdown import block, code, prose
from ops.pr_comment.model import Diagnostic, End, Preview
from ops.pr_comment.plain import plain
from ops.pr_comment.sentence import counted

_LINES = 30
_LONGEST_LINE = 1_000


def failures(previews: Sequence[Preview], room: int) -> str:
    """Each of them, as far as there is room for all."""
    broken = [each for each in previews if not each.known]
    if not broken:
        return ""
    share = max(room // len(broken), 200)
    drawn = (_failure(each, share) for each in broken)
    lines = as_many(drawn, room, lambda more: f"\n{counted(more, 'more stack')} failed or cannot be read.")
    return "\n\n".join(lines)


def _failure(preview: Preview, room: int) -> str:
    title = "failed" if preview.end is End.FAILED else "cannot be read"
    parts = [f"### Why the preview of {code(preview.title)} {title}"]
    if preview.why:
        parts.append(f"{prose(preview.why)}.")
    errors = preview.errors
    for advice in sorted({found for each in errors if (found := cause(each.text, preview.title))}):
        parts.append(advice)
    parts.append(_next(preview))
    left = room - sum(len(each) + 2 for each in parts) - 100
    said = [*as_many(_said(errors), max(left, 0), lambda more: f"… {counted(more, 'more line')}")]
    return "\n\n".join([*parts[:-1], *([block("\n".join(said))] if said else []), parts[-1]])


def _next(preview: Preview) -> str:
    seen = " What is shown of its changes was known before that." if preview.changed else ""
    return f"To see it where you are: {code(f'pulumi preview -s {preview.stack or preview.title}')}.{seen}"


def _said(errors: Sequence[Diagnostic]) -> Iterator[str]:
    for each in errors:
        lines = [line for line in plain(each.text).splitlines() if line.strip()]
        about = f"{each.resource}: " if each.resource else ""
        middle = len(lines) - _LINES
        kept = lines if middle <= 0 else [*lines[:5], f"… {counted(middle, 'line')} left out", *lines[-_LINES + 5 :]]
        for number, line in enumerate(kept):
            yield (about if number == 0 else "") + line[:_LONGEST_LINE]
