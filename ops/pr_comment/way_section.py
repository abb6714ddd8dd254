"""The section with the way of the image. Pure."""

from collections.abc import Sequence

from ops.pr_comment.drawing import mermaid
from ops.pr_comment.model import Preview
from ops.pr_comment.sentence import counted, named
from ops.pr_comment.way import Hop, hops


def way(previews: Sequence[Preview], room: int) -> str:
    """One picture for all stacks on whose way the same happens."""
    alike: dict[tuple[Hop, ...], list[Preview]] = {}
    for each in previews:
        found = hops(each)
        if found:
            alike.setdefault(found, []).append(each)
    if not alike:
        return ""
    parts = ["### The way of the image"]
    left = room - len(parts[0]) - 100
    for number, (found, stacks) in enumerate(alike.items()):
        part = f"{named(stacks)}\n\n{mermaid(found)}"
        if len(part) + 2 > left:
            parts.append(f"{counted(len(alike) - number, 'more picture')} would not fit here.")
            break
        parts.append(part)
        left -= len(part) + 2
    return "\n\n".join(parts)
