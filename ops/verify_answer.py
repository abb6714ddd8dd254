"""Verifies a stack and prints what it finds; the exit code says how it is."""

import json

from ops.stack import Stack
from ops.stack_finding import health_of
from ops.stack_show import show
from ops.streams import standard_output
from ops.verify_document import document
from ops.verify_health import findings
from ops.verify_look import verify
from ops.verify_show import rows


def answer(stack: Stack, *, as_document: bool) -> int:
    """Print it, for a person or for a script.

    Raises:
        OSError: it cannot be written.
        NoStreamError: there is no standard output.
    """
    out = standard_output()
    found = verify(stack)
    wrong = findings(found)
    if as_document:
        print(json.dumps(document(found, wrong), indent=2), file=out)
    else:
        show(rows(found, wrong), out)
    return health_of(wrong)
