"""Reads the previews, writes the comment, posts it; the exit code says what of it did not work."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from pathlib import Path

from ops.pr_comment.document import Written, document
from ops.pr_comment.model import End, Preview
from ops.pr_comment.page import page
from ops.pr_comment.place import NotPostedError, place_of
from ops.pr_comment.post import post
from ops.pr_comment.reading import read_preview
from ops.stack_errors import StackError
from ops.stack_project import find_project
from ops.streams import failed, standard_error, standard_output


class Code(IntEnum):
    """Exit codes."""

    WELL = 0
    NOT_WRITTEN = 1
    FAILED_PREVIEW = 3
    NOT_POSTED = 4


def answer(files: Sequence[Path], out: Path | None, *, to_post: bool, number: int | None, as_document: bool) -> int:
    """Make the comment of these files.

    Args:
        files: what pulumi wrote to standard output, one for each stack; what it wrote to standard error is looked for
            beside it.
        out: where the text goes, too; None for standard output where it is not posted.
        to_post: whether it goes to the pull request that this job runs for.
        number: of the pull request; None where the job says it.
        as_document: tell a script what was written where, in place of the text.

    Raises:
        OSError: standard output cannot be written.
        NoStreamError: there is none.
    """
    previews = [_read(each) for each in files]
    project = _project(previews)
    text = page(previews, project)
    if out is not None:
        try:
            out.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            return failed(f"{out} cannot be written: {error.strerror or error}; name another one: --out FILE")
    written = Written(file=None if out is None else str(out))
    if to_post:
        written = _posted(text, number, replace(written, summary=_summarised(text)))
    if as_document:
        print(json.dumps(document(project, previews, written), indent=2), file=standard_output())
    elif written.posted is not None:
        print(f"comment  {written.posted.did}: {written.posted.url}", file=standard_output())
    elif out is None and not to_post:
        print(text, end="", file=standard_output())
    if not all(each.end is End.WELL for each in previews):
        return Code.FAILED_PREVIEW
    return Code.NOT_POSTED if written.why_not else Code.WELL


def _summarised(text: str) -> str | None:
    """Into the job's summary, before it is posted, so that nothing is lost where that does not work; its file."""
    file = os.environ.get("GITHUB_STEP_SUMMARY", "")
    try:
        if file:
            with Path(file).open("a", encoding="utf-8", newline="\n") as opened:
                opened.write(text)
            return file
    except OSError as error:
        print(f"warning: the job's summary cannot be written: {error.strerror or error}", file=standard_error())
    return None


def _posted(text: str, number: int | None, written: Written) -> Written:
    try:
        return replace(written, posted=post(place_of(os.environ, _event(os.environ), number), text))
    except NotPostedError as error:
        print(f"error: the comment was not posted: {error}", file=standard_error())
        return replace(written, why_not=str(error))


def _read(file: Path) -> Preview:
    return read_preview(file.stem, _bytes(file), _bytes(file.with_suffix(".err")))


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:  # missing, a folder, not ours: the comment says that it is not there
        return None


def _event(environment: Mapping[str, str]) -> bytes:
    path = environment.get("GITHUB_EVENT_PATH", "")
    return (_bytes(Path(path)) or b"") if path else b""


def _project(previews: Sequence[Preview]) -> str:
    """By the folder, since previews that failed may not say it, and the mark must stay the same."""
    try:
        return find_project(Path.cwd()).name
    except (StackError, OSError):
        return next((each.project for each in previews if each.project), "")
