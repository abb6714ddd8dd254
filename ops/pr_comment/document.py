"""What was written where, and what the previews say, as a script is told: docs/pr-comment.schema.json. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ops.pr_comment.model import Does, End, Preview
from ops.pr_comment.post import Posted
from ops.pr_comment.sentence import sentence

SCHEMA = 1
"""Version of the JSON answer."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """Where the text is now."""

    file: str | None = None
    """None where it was not asked for; likewise the others."""
    summary: str | None = None
    """The file of the job's summary; None, too, where it could not be written."""
    posted: Posted | None = None
    why_not: str = ""
    """Why it was not posted, in one sentence; empty where it was, or was not to be."""


def document(project: str, previews: Sequence[Preview], written: Written) -> dict[str, Any]:
    """The whole answer; no string of it holds a credential.

    Args:
        project: its name; empty where it is not known.
        previews: one for each stack, in any order.
        written: what became of the text.
    """
    stacks = sorted(previews, key=lambda each: each.title)
    posted = written.posted
    return {
        "schema": SCHEMA,
        "project": project,
        "sentence": sentence(stacks),
        "written": {
            "file": written.file,
            "summary": written.summary,
            "comment": None if posted is None else {"did": posted.did, "url": posted.url},
            "whyNotPosted": written.why_not,
        },
        "previews": [_preview(each) for each in stacks],
    }


def _preview(preview: Preview) -> dict[str, Any]:
    known = preview.end is not End.UNREAD
    return {
        "title": preview.title,
        "stack": preview.stack,
        "end": preview.end.value,
        "resources": {each.value: len(preview.that(each)) for each in Does} if known else None,
        "outputs": list(preview.outputs),
        "refusedBy": sorted({each.code for each in preview.findings if each.blocks}),
        "advisedBy": sorted({each.code for each in preview.findings if not each.blocks}),
        "warnings": len(preview.warnings),
        "errors": len(preview.errors),
    }
