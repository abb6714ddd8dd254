"""Markdown in which the texts of others are inert: no table, tag, mention, link or diagram comes out of them. Pure.

What holds for GitHub's Markdown (github.github.com/gfm): a code span ends only at a run of as many backticks as it
began with, and nothing in it is a tag or a mention. But a table's cells are cut at each pipe before spans are looked
for, and a backslash before a pipe may itself be escaped; so in spans a pipe is written as a sign that looks like one.

Whatever others wrote goes through `code`, `html_code` or `block`, which also make it plain (plain.py).
"""

import html
import re
from collections.abc import Iterable, Sequence

from ops.pr_comment.plain import one_line, plain

_RUN = re.compile(r"`+")
_PIPE = "¦"
_TYPE = re.compile(r"[A-Za-z][\w.-]{0,60}:[\w./-]{0,90}:[A-Za-z]\w{0,90}", re.ASCII)
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_CALLS = re.compile(r"[@#]|GH(?=\\-)|:(?=\\/)|www(?=\\\.)", re.IGNORECASE)
_JOINER = "\u2060"
"""A sign without width: behind it nothing reads as a name or a number of GitHub's."""
_LONGEST_PROSE = 400
_LONGEST = 120


def code(text: str, longest: int = _LONGEST) -> str:
    """A text on one line as a code span, also in a table."""
    line = one_line(text, longest).replace("|", _PIPE)
    if not line:
        return "` `"
    fence = "`" * (_run(line) + 1)
    # A span that begins or ends with a backtick needs blanks, which are not shown.
    pad = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def kind(of: str) -> str:
    """The type of a resource as a code span; what has the form of one is no credential, whatever it reads like."""
    return f"`{of}`" if _TYPE.fullmatch(of) else code(of)


def prose(text: str) -> str:
    """A text as plain words on one line: none of it marks up, links or calls anybody."""
    line = _PUNCTUATION.sub(r"\\\g<0>", one_line(text, _LONGEST_PROSE))
    return _CALLS.sub(lambda found: found[0] + _JOINER, line)


def html_code(text: str) -> str:
    """The same where HTML stands, such as in a summary."""
    return f"<code>{html.escape(one_line(text, _LONGEST))}</code>"


def block(text: str) -> str:
    """A text of many lines as it is."""
    shown = plain(text)
    fence = "`" * max(3, _run(shown) + 1)
    return f"{fence}text\n{shown}\n{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table; the cells are Markdown."""
    return [_row(head), _row(["---"] * len(head)), *map(_row, rows)]


def folded(summary: str, body: str) -> str:
    """What is shown on a click.

    Args:
        summary: HTML.
        body: Markdown.
    """
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _run(text: str) -> int:
    return max(map(len, _RUN.findall(text)), default=0)
