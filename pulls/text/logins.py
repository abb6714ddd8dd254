"""Logins that no single pattern finds in one pass: in a URL, and encoded as for the header `Authorization: Basic`."""

import binascii
import re
from bisect import bisect_left
from collections.abc import Iterator

_RUN = re.compile(r"://([^\s\"'<>]*+)")
_AT = re.compile(r"@(?!sha\d)")
"""`host:5000/team/web@sha256:…` is no login."""
_USER = re.compile(r"[^/@:]*:(?!\d{1,5}(?:/|$))(?=.)")
"""A user, whose password may hold slashes; `host:5000/` is none."""
_ENCODED = re.compile(r"(?<![A-Za-z\d+/=])[A-Za-z\d+/]{8,512}+={0,2}(?![A-Za-z\d+/=])")
_LOGIN = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,128}:[\x20-\x7e]{3,}")


def url_logins(text: str) -> Iterator[tuple[int, int]]:
    """Where users and passwords stand in URLs. One pass, however many `://` there are."""
    for run in _RUN.finditer(text):
        ends = [run.start(1) + each.start() for each in _AT.finditer(run[1])]
        done = 0
        for start in _starts(run):
            end = _end(text, (start, run.end()), ends) if start >= done else None
            if end is not None:
                yield start, end
                done = end


def encoded_logins(text: str) -> Iterator[tuple[int, int]]:
    """Where `user:password` stands in base64."""
    for run in _ENCODED.finditer(text):
        if _holds_login(run[0]):
            yield run.span()


def _starts(run: re.Match[str]) -> Iterator[int]:
    at = run.start(1)
    for piece in run[1].split("://"):
        yield at
        at += len(piece) + len("://")


def _end(text: str, within: tuple[int, int], ends: list[int]) -> int | None:
    """Where the login ends that begins a piece of a run; `ends` are the places of the run's `@`."""
    start, stop = within
    user = _USER.match(text, start, stop)
    if user and ends and user.end() <= ends[-1]:
        return ends[-1]
    slash = text.find("/", start, stop)
    before_path = bisect_left(ends, slash if slash >= 0 else stop) - 1
    if before_path >= 0 and ends[before_path] > start:
        return ends[before_path]
    cut = user is not None and stop == len(text) and text.endswith(("http://", "https://"), 0, start)
    return stop if cut and not ends else None


def _holds_login(run: str) -> bool:
    digits = run.rstrip("=")
    try:
        return bool(_LOGIN.fullmatch(binascii.a2b_base64(digits[: len(digits) - (len(digits) % 4 == 1)] + "==")))
    except binascii.Error:
        return False
