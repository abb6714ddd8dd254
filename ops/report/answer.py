"""Writes a report."""

from concurrent.futures import Future
from pathlib import Path

from ops.diagnose import Health
from ops.good_versions import Update
from ops.report.gather import gather
from ops.report.page import page
from ops.report.path import Sign, hops
from ops.report.picture import mermaid, svg_text
from ops.stack import Stack
from ops.stack_finding import health_of
from ops.stack_show import BAD, GOOD, OPEN, Row, show
from ops.streams import failed, standard_output

_STYLES = {Sign.GOOD: GOOD, Sign.BAD: BAD, Sign.OPEN: OPEN}


def answer(stack: Stack, updates: Future[list[Update]], file: Path, *, with_preview: bool) -> int:
    """Write the file and say what is in it; the exit code says how the stack is.

    Args:
        stack: which.
        updates: its last ones.
        file: `.html`, `.svg` or `.mmd`; it is written anew.
        with_preview: also what pulumi would do now.
    """
    found = gather(stack, updates, Path.cwd(), with_preview=with_preview)
    drawn = hops(found)
    forms = {".svg": lambda: svg_text(drawn), ".mmd": lambda: mermaid(drawn)}
    try:
        file.write_text(forms.get(file.suffix, lambda: page(found, drawn))(), encoding="utf-8")
    except OSError as error:
        return failed(f"{file} cannot be written: {error.strerror or error}; name another one: --out FILE")
    rows = [Row(each.name, f"{each.sign}: {each.short}", _STYLES[each.sign]) for each in drawn]
    show([*rows, Row("written", str(file.resolve()))], standard_output())
    wrong = any(each.sign is Sign.BAD for each in drawn)
    return Health.DIAGNOSED if wrong else health_of(found.findings)
