"""Credentials in a text become `***`; digests, image names and hosts stay readable.

Over-redaction costs a word of a message, a leak costs a password: in doubt a value goes. What decides a cause never
depends on it, since rules read the text itself.
"""

from functools import cached_property

from pulls.text.credentials import PATTERNS
from pulls.text.logins import encoded_logins, url_logins
from pulls.text.mask import LIMIT

HIDDEN = "***"
_BEYOND = 4_096
"""Characters behind the limit that are read but not shown: a credential that the limit cuts is still known as one."""


class Redacted:
    """A text, up to `mask.LIMIT` as the rules read it, and where its credentials are."""

    def __init__(self, text: str) -> None:
        self._text = text[:LIMIT]
        self._spans = _merged(_spans(text[: LIMIT + _BEYOND]))

    @cached_property
    def whole(self) -> str:
        """The whole text, credentials replaced."""
        return self.part(0, len(self._text))

    def part(self, start: int, end: int) -> str:
        """The characters from start to end; a credential that lies in or across them is replaced as a whole."""
        shown: list[str] = []
        for hidden_from, hidden_to in self._spans:
            if hidden_to <= start or hidden_from >= min(end, len(self._text)):
                continue
            shown += [self._text[start:hidden_from], HIDDEN]
            start = max(start, hidden_to)
        return "".join([*shown, self._text[start:end]])


def redact(text: str) -> str:
    """The text, up to `mask.LIMIT`, with every credential replaced by `***`."""
    return Redacted(text).whole


def _spans(text: str) -> list[tuple[int, int]]:
    found = [*url_logins(text), *encoded_logins(text)]
    for secret in PATTERNS:
        names = [name for name in secret.groupindex if name != "q"] or range(1, secret.groups + 1)
        for match in secret.finditer(text):
            found += [match.span(name) for name in names if match.start(name) < match.end(name)]
    return found


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
