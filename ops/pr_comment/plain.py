"""Texts of others made fit to be shown: no credential, no sign that hides others, nothing of one machine. Pure.

The same change must give the same text on every runner, so what only a machine knows goes: where the checkout lies,
addresses in memory, frames of a traceback that are not the program's.
"""

import re
import unicodedata
from functools import cache

from pulls.text.redact import redact

_COLOURS = re.compile(r"\x1b\[[\d;?]*[A-Za-z]|<\{%[\w ]*%\}>")
"""Of a terminal, and as the engine writes them where nobody said `--color never` (sdk/go/common/diag/colors)."""
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""What moves, turns or hides the text around it, or cannot be written at all."""
_PATH = re.compile(r"(?<![\w./:@-])(?!/(?:subscriptions|providers)/)(?:[A-Za-z]:)?(?:[\\/][\w.@+-]+){3,}")
_OF_MACHINE = re.compile(
    r"(?<![\w./:@-])(?:[A-Za-z]:\\|/(?:home|Users|root|tmp|builds|github|__w|workspace|private|mnt)/)[\w.@+\\/-]+"
)
"""Paths of which only the end is the same on every machine; what a container or a cloud calls a path stays."""
_MEMORY = re.compile(r"\b0x[0-9a-f]{6,}\b")
_FRAME = re.compile(r'^\s*File "([^"]*)", line \d+')
_LIBRARY = re.compile(r"site-packages|[\\/]lib[\\/]python\d|[\\/]sandbox[\\/]engine[\\/]|<frozen ")
_MARKS = re.compile(r"^\s*[\^~]+\s*$")


def uncoloured(text: str) -> str:
    """The text without what colours it."""
    return _COLOURS.sub("", text)


def plain(text: str) -> str:
    """The text, line by line as it was, fit to be shown; as long as `pulls.text.mask.LIMIT`, and nothing behind it."""
    return _MEMORY.sub("0x…", _PATH.sub(_short, redact(_own_frames(_visible(text)))))


@cache  # names and paths come again and again, and credentials are looked for in many ways
def one_line(text: str, longest: int = 120) -> str:
    """The text on one line, cut where it is long."""
    line = " ".join(_OF_MACHINE.sub(_short, redact(_visible(text[: 8 * longest]))).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_sign, text.replace("\r\n", "\n")))


def _sign(sign: str) -> str:
    if sign in "\n\t":
        return sign
    return "·" if unicodedata.category(sign) in _HIDDEN else sign


def _short(path: re.Match[str]) -> str:
    """A path from the root, of which only its end is the same on every machine."""
    return "…/" + re.split(r"[\\/]", path[0])[-1]


def _own_frames(text: str) -> str:
    """A traceback of Python without the frames of libraries, which differ from version to version."""
    if "Traceback (most recent call last)" not in text:
        return text
    kept: list[str] = []
    library = False
    for line in text.splitlines():
        frame = _FRAME.match(line)
        if frame:
            library = _LIBRARY.search(frame[1]) is not None
        elif not line.startswith((" ", "\t")):
            library = False
        if not library and not _MARKS.match(line):
            kept.append(line)
    return "\n".join(kept)
