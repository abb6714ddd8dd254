"""One line of a `.dockerignore` as docker's matcher understands it. Pure.

Follows github.com/moby/patternmatcher (`ignorefile.ReadAll`, `New`, `Pattern.compile`) and the syntax check of Go's
`filepath.Match`. Git's rules are others: here a pattern starts at the context's root. Three differences, where moby's
expression does not mean what the line says: `*` and `?` in a set such as `[*?]` mean themselves, so does a letter
after a backslash (no class of characters), and a line with a mistake is refused also where docker would not use it.
"""

import posixpath
import re
from dataclasses import dataclass

_ITEM = r"(?:\\.|[^\\\]-])"
_TOKEN = re.compile(
    rf"(?P<any>\*\*/?)|(?P<star>\*)|(?P<one>\?)|(?P<escaped>\\.)"
    rf"|\[(?P<set>\^?+(?:{_ITEM}(?:-{_ITEM})?)+)\]|(?P<wrong>[\[\\])|(?P<text>.)",
    re.DOTALL,
)
_SET_PART = re.compile(r"\\(?P<escaped>.)|(?P<range>-)|(?P<text>.)", re.DOTALL)
_SPECIAL = re.compile(r"[*?\[\]\\]")
_NOT_BY_LEVELS = re.compile(r"\*\*|[\[\\]")


@dataclass(frozen=True)
class Pattern:
    """One line."""

    keeps: bool
    """Whether it starts with `!`, which takes a path back in."""
    expression: re.Pattern[str]
    """Of a whole path."""
    levels: tuple[re.Pattern[str], ...] | None
    """Of each part of a path; None if one part of the pattern may stand for several of the path."""

    def matches(self, path: str) -> bool:
        """Whether it is for this very path, not for a folder above it."""
        return self.expression.fullmatch(path) is not None

    def may_match_in(self, folder: str) -> bool:
        """Whether it can be for a path in a folder; True where that is not sure."""
        return self.levels is None or all(
            level.fullmatch(part) for level, part in zip(self.levels, folder.split("/"), strict=False)
        )


def pattern_of(line: str) -> Pattern | None:
    """The pattern of a line; None if it is empty or a comment.

    Raises:
        ValueError: it is neither; says why.
    """
    text = "" if line.startswith("#") else line.strip()
    mark = "!" if text.startswith("!") else ""
    body = _normal(text.removeprefix("!").strip())
    if not mark and not body:
        return None
    # Docker cleans a second time, and looks for the mark only then: `/!a` is one too, `!/` takes nothing back, and
    # `dir /` loses the blank at its end.
    whole = posixpath.normpath((mark + body).strip())
    glob = whole.removeprefix("!")
    if not glob:
        reason = "nothing stands after the `!`"
        raise ValueError(reason)
    levels = None if _NOT_BY_LEVELS.search(glob) else tuple(_compiled(each) for each in glob.split("/"))
    return Pattern(glob != whole, _compiled(glob), levels)


def _normal(body: str) -> str:
    normal = posixpath.normpath(body) if body else ""
    return normal.lstrip("/") if len(normal) > 1 else normal


def _compiled(glob: str) -> re.Pattern[str]:
    try:
        return re.compile(_expression(glob), re.DOTALL)
    except re.error as error:
        raise ValueError(str(error)) from error


def _expression(glob: str) -> str:
    rest = glob.removeprefix("**")
    if rest != glob and not _SPECIAL.search(rest):
        # Docker compares ends here: `**.log` is also for `a/b.log`.
        return f"(.*/)?{re.escape(rest[1:])}" if rest.startswith("/") else f".*{re.escape(rest)}"
    return "".join(_part(token, last=token.end() == len(glob)) for token in _TOKEN.finditer(glob))


def _part(token: re.Match[str], *, last: bool) -> str:
    match token.lastgroup:
        case "any":
            return ".*" if last else "(.*/)?"
        case "star":
            return "[^/]*"
        case "one":
            return "[^/]"
        case "escaped":
            return re.escape(token[0][1:])
        case "set":
            return _set(token["set"])
        case "wrong":
            reason = "a `[` has no end" if token[0] == "[" else "nothing stands after the last backslash"
            raise ValueError(reason)
        case _:
            return re.escape(token[0])


def _set(text: str) -> str:
    items = text.removeprefix("^")
    parts = ["-" if each["range"] else re.escape(each["escaped"] or each["text"]) for each in _SET_PART.finditer(items)]
    return f"[{'^' if items != text else ''}{''.join(parts)}]"
