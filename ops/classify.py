"""The text-only classifier as a filter: JSON lines in, JSON lines out."""

import json
from collections.abc import Iterable
from typing import BinaryIO, TextIO, cast

from pulls.classify import Verdict, classify

BAD_INPUT = 2
"""Exit code when a line could not be read."""


class LineError(Exception):
    """A line is no `{"reason", "message"}`; says what is wrong with it."""


def classify_lines(lines: BinaryIO | Iterable[bytes], answers: TextIO, mistakes: TextIO) -> int:
    """Answer each line as it comes.

    Args:
        lines: UTF-8, one JSON object each; empty lines are skipped.
        answers: gets `{"code", "class", "evidence"}` for each good line, in the same order, flushed line by line.
            class is null for the code unknown. Only ASCII is written, so that any terminal takes it.
        mistakes: gets `line N: …` for each bad line. It never repeats the line, which may hold a credential.

    Returns:
        the exit code: 0, or 2 when a line was bad.

    Raises:
        OSError: lines cannot be read, or answers not written.
    """
    code = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            answer = _answer(line)
        except LineError as error:
            print(f"line {number}: {error}", file=mistakes)
            code = BAD_INPUT
        else:
            print(answer, file=answers, flush=True)
    return code


def _answer(line: bytes) -> str:
    found = _verdict(_parsed(line))
    return json.dumps({"code": found.code, "class": found.kind, "evidence": found.evidence})


def _verdict(given: dict[str, object]) -> Verdict:
    if "reason" not in given and "message" not in given:
        reason = 'has neither "reason" nor "message"'
        raise LineError(reason)
    return classify(_text(given, "reason"), _text(given, "message"), _events(given))


def _parsed(line: bytes) -> dict[str, object]:
    try:
        given = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        reason = "is not UTF-8"
        raise LineError(reason) from None
    except json.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg} at character {error.pos + 1}"
        raise LineError(reason) from None
    except (ValueError, RecursionError):
        reason = "is not JSON that can be read: a number too long, or nested too deep"
        raise LineError(reason) from None
    if not isinstance(given, dict):
        reason = 'is not an object such as {"reason": "ErrImagePull", "message": "…"}'
        raise LineError(reason)
    return cast("dict[str, object]", given)


def _text(given: dict[str, object], key: str) -> str:
    value = given.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        reason = f'"{key}" must be a string'
        raise LineError(reason)
    return value


def _events(given: dict[str, object]) -> list[str]:
    events = given.get("events")
    if events is None:
        return []
    if not isinstance(events, list):
        reason = '"events" must be a list of strings'
        raise LineError(reason)
    texts = [each for each in cast("list[object]", events) if isinstance(each, str)]
    if len(texts) != len(cast("list[object]", events)):
        reason = '"events" must be a list of strings'
        raise LineError(reason)
    return texts
