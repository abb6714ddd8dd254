"""What expressions of GitHub's workflows may call and compare, and how a value stands in a text. Pure."""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

Functions = Mapping[str, Callable[..., Any]]


def text_of(value: Any) -> str:
    """A value within a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _contains(where: Any, what: Any) -> bool:
    if isinstance(where, list):
        return any(same(each, what) for each in cast("list[Any]", where))
    return text_of(what).casefold() in text_of(where).casefold()


def _format(form: str, *values: Any) -> str:
    return re.sub(r"\{(\d+)\}", lambda found: text_of(values[int(found[1])]), form)


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2)


FUNCTIONS: Functions = {
    "contains": _contains,
    "format": _format,
    "fromJSON": json.loads,
    "hashFiles": lambda *_: "0",  # only keys of caches have it, and those are empty here
    "toJSON": _as_json,
}


def same(one: Any, two: Any) -> bool:
    """`==`: texts without regard to case; of different types as numbers, where nothing is 0."""
    if isinstance(one, str) and isinstance(two, str):
        return one.casefold() == two.casefold()
    if type(one) is type(two):
        return one == two
    return _number(one) == _number(two)


def _number(value: Any) -> float:
    if value is None or isinstance(value, bool | int | float):
        return float(value or 0)
    try:
        return float(value or 0)
    except (TypeError, ValueError):
        return float("nan")


def status(results: Collection[str], *, cancelled: bool = False) -> Functions:
    """`success()` and its like.

    Args:
        results: of what came before, each `success`, `failure` or `skipped`.
        cancelled: whether the run was ended from outside.
    """
    return {
        "success": lambda: not cancelled and set(results) <= {"success"},
        "failure": lambda: not cancelled and "failure" in results,
        "always": lambda: True,
        "cancelled": lambda: cancelled,
    }
