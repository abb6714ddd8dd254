"""Expressions of GitHub's workflows: `${{ github.event_name == 'push' && vars.A }}`. Pure.

The part of docs.github.com/actions/reference/workflows-and-actions/expressions that the workflows here use. What it
does not know is an error, so that no test is green because of a name that GitHub would not know either.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from tests.e2e.github.functions import FUNCTIONS, Functions, same, text_of

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_][\w-]*)|(?P<mark>==|!=|&&|\|\||[!().,*\[\]]))"
)
_HOLE = re.compile(r"\$\{\{((?:(?!\}\}).)*)\}\}", re.DOTALL)
_LITERALS = {"true": True, "false": False, "null": None}
_STATUS = re.compile(r"\b(success|failure|always|cancelled)\(\)")


class NoExpressionError(Exception):
    """It cannot be read, or names what is not there."""


@dataclass
class _Reader:
    """Reads one expression from its left to its right."""

    words: list[tuple[str, str]]
    context: Mapping[str, Any]
    functions: Functions
    place: int = 0

    def take(self, *marks: str) -> str | None:
        """The next mark, if it is one of these."""
        if self.place < len(self.words) and self.words[self.place] in [("mark", each) for each in marks]:
            self.place += 1
            return self.words[self.place - 1][1]
        return None

    def need(self, mark: str) -> None:
        if self.take(mark) is None:
            message = f"{mark!r} is missing"
            raise NoExpressionError(message)

    def either(self) -> Any:
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value or other
        return value

    def both(self) -> Any:
        value = self.compared()
        while self.take("&&"):
            other = self.compared()
            value = value and other
        return value

    def compared(self) -> Any:
        value = self.negated()
        while mark := self.take("==", "!="):
            value = same(value, self.negated()) == (mark == "==")
        return value

    def negated(self) -> Any:
        return not self.negated() if self.take("!") else self.reached()

    def reached(self) -> Any:
        value = self.single()
        while mark := self.take(".", "["):
            if mark == "[":
                value = _member(value, self.either())
                self.need("]")
            elif self.take("*"):
                self.need(".")
                name = self.next("word")
                value = [_member(each, name) for each in value or []]
            else:
                value = _member(value, self.next("word"))
        return value

    def next(self, kind: str) -> str:
        found, text = self.words[self.place]
        if found != kind:
            message = f"{text!r} where a {kind} should be"
            raise NoExpressionError(message)
        self.place += 1
        return text

    def single(self) -> Any:
        if self.take("("):
            value = self.either()
            self.need(")")
            return value
        kind, text = self.words[self.place] if self.place < len(self.words) else ("end", "")
        self.place += 1
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "word":
            return self.named(text)
        message = f"{text!r} is no value"
        raise NoExpressionError(message)

    def named(self, text: str) -> Any:
        if self.take("("):
            return self.called(text)
        if text in _LITERALS:
            return _LITERALS[text]
        if text not in self.context:
            message = f"there is no {text!r} here"
            raise NoExpressionError(message)
        return self.context[text]

    def called(self, name: str) -> Any:
        if name not in self.functions:
            message = f"no function {name}()"
            raise NoExpressionError(message)
        values: list[Any] = []
        while not self.take(")"):
            values.append(self.either())
            self.take(",")
        return self.functions[name](*values)


def _member(value: Any, name: Any) -> Any:
    """What is not there is nothing, as there."""
    if isinstance(value, list):
        some = cast("list[Any]", value)
        return some[name] if isinstance(name, int) and name < len(some) else None
    return cast("Mapping[str, Any]", value).get(name) if isinstance(value, Mapping) else None


def evaluate(text: str, context: Mapping[str, Any], further: Functions | None = None) -> Any:
    """The value of an expression without its braces.

    Args:
        text: of it.
        context: `github`, `env`, … by name.
        further: functions that may be called where it stands.

    Raises:
        NoExpressionError: it is none.
    """
    words: list[tuple[str, str]] = []
    place = 0
    text = text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            message = f"{text[place:]!r} cannot be read"
            raise NoExpressionError(message)
        words.append((str(found.lastgroup), found[str(found.lastgroup)]))
        place = found.end()
    reader = _Reader(words, context, {**FUNCTIONS, **(further or {})})
    value = reader.either()
    if reader.place != len(words):
        message = f"{text!r} goes on after its end"
        raise NoExpressionError(message)
    return value


def fill(text: Any, context: Mapping[str, Any]) -> Any:
    """A value of a workflow with its expressions filled in; one that is an expression alone keeps its type."""
    if isinstance(text, list):
        return [fill(each, context) for each in cast("list[Any]", text)]
    if isinstance(text, dict):
        return {key: fill(each, context) for key, each in cast("dict[str, Any]", text).items()}
    if not isinstance(text, str):
        return text
    whole = _HOLE.fullmatch(text.strip())
    if whole:
        return evaluate(whole[1], context)
    return _HOLE.sub(lambda found: text_of(evaluate(found[1], context)), text)


def holds(condition: Any, context: Mapping[str, Any], before: Functions) -> bool:
    """Whether an `if:` lets a step or a job run; without a word about the status it must be a good one.

    Args:
        condition: as the file has it; None for none.
        context: by name.
        before: the status of what came before.
    """
    if condition is None:
        return bool(before["success"]())
    text = _HOLE.sub(lambda found: f"({found[1]})", str(condition))
    if not _STATUS.search(text):
        text = f"success() && ({text})"
    return bool(evaluate(text, context, before))
