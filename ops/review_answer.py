"""What `review-stack` says and does."""

import json
from pathlib import Path

from components.stack_file import path_text
from ops.review import Review, make_review
from ops.review_document import deploy_command, document
from ops.stack_errors import StackError
from ops.stack_show import GOOD, Row, show
from ops.streams import failed, standard_output


def answer(folder: Path, base: str, number: int, hours: int, *, as_document: bool) -> int:
    """Make the stack of a pull request, and tell what it has for itself; the exit code.

    Raises:
        OSError: it cannot be written.
        NoStreamError: there is no standard output.
    """
    out = standard_output()
    try:
        made = make_review(folder, base, number, hours)
    except StackError as error:
        return failed(str(error))
    if as_document:
        print(json.dumps(document(made), indent=2), file=out)
    else:
        show(_rows(made, hours), out)
    return 0


def _rows(made: Review, hours: int) -> list[Row]:
    own = [
        Row("own" if each == 0 else "", f"{path_text(change.path)} {change.value}")
        for each, change in enumerate(made.changed)
    ]
    return [
        Row("file", f"{made.file.name}, made of {made.base.name}"),
        *own,
        Row("ends", f"{made.end:%Y-%m-%d %H:%M:%S} UTC, in {hours} h; nothing is deployed yet"),
        Row("type", deploy_command(made)),
        Row("stack", made.stack, GOOD),
    ]
