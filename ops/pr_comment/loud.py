"""What is replaced or deleted, or may be: it comes first, and is never left out as a whole. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from ops.pr_comment.fit import as_many
from ops.pr_comment.markdown import code, kind
from ops.pr_comment.model import Change, Does, Preview
from ops.pr_comment.sentence import counted

_WORDS = {Does.REPLACE: "**replaced**", Does.DELETE: "**deleted**", Does.UNKNOWN: "**not known**"}
_REASONS = 4


def loud(previews: Sequence[Preview], room: int) -> str:
    """Every such resource by name; where they are too many for that, their numbers by type."""
    found = [(each, change) for each in previews for change in each.that(*_WORDS)]
    if not found:
        return ""
    head = ["> [!CAUTION]", f"> {_head([change for _, change in found])}", ">"]
    left = room - sum(len(each) + 1 for each in head)
    lines = as_many((partial(_line, *each) for each in found), left, lambda _: "")
    if not lines[-1]:
        lines = as_many(_by_type(found), left, lambda more: f"> - and {counted(more, 'more kind')} of them")
    return "\n".join([*head, *lines])


def _head(changes: Sequence[Change]) -> str:
    number = Counter(each.does for each in changes)
    parts = [f"{number[does]:,} {word}" for does, word in _WORDS.items() if number[does]]
    held = sum(each.protected for each in changes)
    refused = f" {counted(held, 'of them is', 'of them are')} protected, so that `pulumi up` refuses." if held else ""
    return f"Look at this first: {', '.join(parts)}.{refused}"


def _line(preview: Preview, change: Change) -> str:
    return f"> - {code(preview.title)} {_WORDS[change.does]}: {code(change.name)} ({kind(change.type)}){_why(change)}"


def _why(change: Change) -> str:
    notes: list[str] = []
    if change.reasons:
        shown = ", ".join(_reason(each) for each in change.reasons[:_REASONS])
        notes.append(f"because of {shown}" + (" and more" if len(change.reasons) > _REASONS else ""))
    if change.does is Does.UNKNOWN:
        notes.append(f"the engine calls it {code(change.op)}; look at the log of the preview")
    if change.protected:
        notes.append("protected")
    if change.retained and change.does is Does.DELETE:
        notes.append("only the stack forgets it, the thing itself stays")
    return f", {'; '.join(notes)}" if notes else ""


def _reason(path: str) -> str:
    return "what it goes with" if path == "replaceWith" else code(path)


def _by_type(found: Sequence[tuple[Preview, Change]]) -> Iterator[str]:
    number = Counter((each.title, change.does, change.type) for each, change in found)
    order = {does: place for place, does in enumerate(_WORDS)}
    for (title, does, each), count in sorted(number.items(), key=lambda item: (order[item[0][1]], item[0])):
        yield f"> - {code(title)} {_WORDS[does]}: {count:,} of {kind(each)}"
