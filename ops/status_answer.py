"""Looks at a stack and prints what it sees; the exit code says how it is."""

import json
from collections.abc import Callable

from rich.console import Console

from ops.stack import Stack
from ops.stack_finding import health_of
from ops.stack_show import show
from ops.status_document import document
from ops.status_health import findings
from ops.status_look import look
from ops.status_show import rows
from ops.status_watch import watch
from ops.streams import standard_output


def answer(stack: Stack, *, as_document: bool) -> int:
    """Print one look, for a person or for a script.

    Raises:
        OSError: it cannot be written.
        NoStreamError: there is no standard output.
    """
    out = standard_output()
    status = look(stack)
    found = findings(status)
    if as_document:
        print(json.dumps(document(status, found), indent=2), file=out)
    else:
        show(rows(status, found), out)
    return health_of(found)


def watched(stack: Stack, read: Callable[[], Stack]) -> int:
    """Print looks until Ctrl-C.

    Raises:
        OSError: they cannot be written.
        NoStreamError: there is no standard output.
    """
    return watch(stack, read, Console(file=standard_output(), highlight=False))
