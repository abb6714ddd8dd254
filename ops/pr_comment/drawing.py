"""The way of the image as a picture in Mermaid, which GitHub and GitLab draw. Pure.

Nothing that others wrote is in it: a name may hold what Mermaid reads as its own.
"""

from collections.abc import Sequence

from ops.pr_comment.model import Does
from ops.pr_comment.way import Hop

_SIGNS = {
    Does.REPLACE: "✗ is replaced",
    Does.DELETE: "✗ goes",
    Does.UNKNOWN: "? not known",
    Does.CREATE: "✚ new",
    Does.UPDATE: "● changes",
    Does.STAY: "stays",
}
_CLASSES = {Does.REPLACE: "bad", Does.DELETE: "bad", Does.UNKNOWN: "bad", Does.CREATE: "new", Does.UPDATE: "changed"}
_STAYS = "stays"
_COLOURS = {
    "bad": "stroke:#c0232c,stroke-width:3px",
    "new": "stroke:#1b7f4b,stroke-width:3px",
    "changed": "stroke:#b7791f,stroke-width:3px",
    _STAYS: "stroke:#9aa5b1,stroke-dasharray:4 3",
}


def mermaid(hops: Sequence[Hop]) -> str:
    """The picture as a block of Markdown: each hop with what happens on it; what stays is dashed."""
    lines = ["flowchart LR"]
    for place, hop in enumerate(hops):
        sign = "○ may change" if hop.vague else _SIGNS[hop.does]
        lines.append(f'  h{place}["{hop.name}<br/>{sign}"]:::{_CLASSES.get(hop.does, _STAYS)}')
    lines.append("  " + " --> ".join(f"h{place}" for place in range(len(hops))))
    lines += [f"  classDef {name} {colour}" for name, colour in _COLOURS.items()]
    return "\n".join(["```mermaid", *lines, "```"])
