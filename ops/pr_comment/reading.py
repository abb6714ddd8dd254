"""The files of one stack's preview → what it says. Pure.

Whatever is in them, the answer is a `Preview`: one that cannot be read says so, and the others are shown beside it.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ops.pr_comment import digest
from ops.pr_comment.model import Diagnostic, End, Preview
from ops.pr_comment.plain import uncoloured
from ops.pr_comment.shapes import Json
from ops.pr_comment.steps import Step, changes, strange_ops
from ops.pr_comment.stream import Events, events, is_event
from ops.pr_comment.urns import type_in
from ops.state import ROOT_TYPE, urn_parts

_ERROR_LINE = re.compile(r"^\s*error:", re.MULTILINE)
_VERDICTS = {"preview failed", "update failed"}
"""What the engine says at the end, whatever the reason."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How a file begins that PowerShell's `>` wrote."""


def read_preview(title: str, data: bytes | None, said: bytes | None) -> Preview:
    """What the files of a stack say.

    Args:
        title: stem of the files.
        data: what pulumi wrote to standard output; None where there is no such file.
        said: what it wrote to standard error; None likewise.
    """
    complaint = uncoloured(_text(said or b"")).strip()
    if data is None:
        why = f"There is no file {title}.json: the job of this stack ended before its preview, or did not hand it on"
        return _unread(title, why, complaint)
    text = _text(data).strip()
    if not text:
        why = "Pulumi ended before the preview began" if complaint else f"{title}.json is empty"
        return _unread(title, why, complaint, End.FAILED if complaint else End.UNREAD)
    whole = _parsed(text)
    if whole is not None and digest.is_digest(whole):
        return _ended(_of_digest(title, whole), complaint)
    # A program or a plug-in may write beside the events; what begins like an event and is none was one.
    lines = [line for line in text.split("\n") if line.startswith("{")]
    found = [each for each in map(_parsed, lines) if each is not None]
    told = [each for each in found if is_event(each)]
    if not told:
        return _unread(title, f"{title}.json is not what a preview of pulumi writes, or was cut", complaint)
    return _ended(_whole(_of_events(title, events(told)), lost=len(lines) - len(found)), complaint)


def _text(data: bytes) -> str:
    encoding = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig"
    return data.decode(encoding, errors="replace")


def _parsed(text: str) -> Json | None:
    """The object in a text; None where it holds none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None  # pyright: ignore[reportUnknownVariableType]


def _of_events(title: str, found: Events) -> Preview:
    strange = found.strange | strange_ops(found.steps)
    preview = _of_steps(title, found.steps, found.diagnostics, strange)
    preview = replace(preview, outputs=tuple(found.outputs), findings=tuple(found.findings))
    if found.result is None and not preview.errors:
        return replace(preview, end=End.CUT, why=f"{title}.json ends before the preview does, so it may lack changes")
    # Engines before v3.250 or so do not say how it ended; an error or a mandatory finding does.
    refused = any(each.blocks for each in found.findings)
    if refused and all(each.text in _VERDICTS for each in preview.errors):
        said = tuple(each for each in preview.diagnostics if not each.error)
        return replace(preview, end=End.REFUSED, diagnostics=said)
    failed = found.result not in ("", "succeeded") or preview.errors or refused
    return replace(preview, end=End.FAILED) if failed else preview


def _whole(preview: Preview, lost: int) -> Preview:
    """With what is said where lines are damaged: a preview that lacks changes must not look like one that has none."""
    if not lost or not preview.known:
        return preview
    number = "1 line" if lost == 1 else f"{lost:,} lines"
    why = f"{number} of {preview.title}.json cannot be read, so what is shown may lack changes"
    return replace(preview, end=End.CUT, why=why)


def _of_digest(title: str, document: Json) -> Preview:
    steps = digest.steps(document)
    preview = _of_steps(title, steps, digest.diagnostics(document), strange_ops(steps))
    return replace(preview, end=End.FAILED) if preview.errors else preview


def _of_steps(title: str, steps: Sequence[Step], said: Iterable[Diagnostic], strange: Iterable[str]) -> Preview:
    places = sorted({urn_parts(each.urn)[:2] for each in steps})
    stack, project = places[0] if places else ("", "")
    own = [each for each in steps if type_in(each.urn) != ROOT_TYPE]
    return Preview(
        title=title,
        stack=stack,
        project=project,
        changes=tuple(changes(own)),
        diagnostics=tuple(said),
        strange=tuple(sorted(strange)),
    )


def _ended(preview: Preview, complaint: str) -> Preview:
    """With what pulumi said beside it: an error there is one, whatever the file says."""
    if not _ERROR_LINE.search(complaint):
        return preview
    said = preview.diagnostics if preview.errors else (*preview.diagnostics, _error(complaint))
    return replace(preview, end=End.FAILED, diagnostics=said)


def _unread(title: str, why: str, complaint: str, end: End = End.UNREAD) -> Preview:
    said = (_error(complaint),) if complaint else ()
    return Preview(title=title, end=end, why=why, diagnostics=said)


def _error(complaint: str) -> Diagnostic:
    """The words of standard error, from the first error on: warnings may stand before it."""
    first = _ERROR_LINE.search(complaint)
    return Diagnostic(error=True, text=complaint[first.start() :].strip() if first else complaint, resource="")
