"""What `expired` says and does."""

import json
from pathlib import Path

from ops.expired_destroy import end
from ops.expired_document import document
from ops.expired_health import findings
from ops.expired_look import look
from ops.expired_show import rows
from ops.stack_errors import StackError
from ops.stack_finding import health_of
from ops.stack_show import show
from ops.streams import failed, standard_error, standard_output


def answer(folder: Path, closed: int | None, *, yes: bool, as_document: bool) -> int:
    """Look, with `yes` destroy one after the other, and tell; the exit code.

    Raises:
        OSError: it cannot be written.
        NoStreamError: there is no standard output.
    """
    out = standard_output()  # before anything is destroyed
    try:
        seen = look(folder, closed)
    except StackError as error:
        return failed(str(error))
    going = seen.past if yes else []
    ended = [end(seen, each, standard_error(), closed=closed is not None) for each in going]
    found = findings(seen, ended, closed)
    if as_document:
        print(json.dumps(document(seen, ended, found), indent=2), file=out)
    else:
        show(rows(seen, ended, found), out)
    return health_of(found)
