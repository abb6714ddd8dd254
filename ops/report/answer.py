"""Writes a report."""

import json
from concurrent.futures import Future
from pathlib import Path

from ops.good_versions import Update
from ops.report.document import document, health
from ops.report.gather import gather
from ops.report.page import page
from ops.report.path import Sign, hops
from ops.report.picture import mermaid, svg_text
from ops.stack import Stack
from ops.stack_show import BAD, GOOD, OPEN, Row, show
from ops.streams import failed, standard_output

_STYLES = {Sign.GOOD: GOOD, Sign.BAD: BAD, Sign.OPEN: OPEN}


def answer(stack: Stack, updates: Future[list[Update]], file: Path, *, with_preview: bool, as_document: bool) -> int:
    """Write the file and say what is in it; the exit code says how the stack is.

    Args:
        stack: which.
        updates: its last ones.
        file: `.html`, `.svg` or `.mmd`; it is written anew.
        with_preview: also what pulumi would do now.
        as_document: tell a script what is in it.

    Raises:
        OSError: standard output cannot be written.
        NoStreamError: there is none.
    """
    out = standard_output()
    found = gather(stack, updates, Path.cwd(), with_preview=with_preview)
    drawn = hops(found)
    forms = {".svg": lambda: svg_text(drawn), ".mmd": lambda: mermaid(drawn)}
    try:
        file.write_text(forms.get(file.suffix, lambda: page(found, drawn))(), encoding="utf-8")
    except OSError as error:
        return failed(f"{file} cannot be written: {error.strerror or error}; name another one: --out FILE")
    if as_document:
        print(json.dumps(document(found, drawn, file), indent=2), file=out)
    else:
        rows = [Row(each.name, f"{each.sign}: {each.short}", _STYLES[each.sign]) for each in drawn]
        show([*rows, Row("written", str(file.resolve()))], out)
    return health(found, drawn)
