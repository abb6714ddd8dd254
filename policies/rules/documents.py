"""Policy documents of AWS, as far as the rules read them. Pure.

Source: docs.aws.amazon.com IAM/latest/UserGuide/reference_policies_grammar.html.
"""

import json
import re
from collections.abc import Iterator
from typing import cast

from policies.rules.conditions import says_who
from policies.values import Json, at, listed, mapping, texts


def document(value: object) -> object:
    """A document, which inputs have as JSON text or as an object; LATER as it is, None for what is neither."""
    if not isinstance(value, str):
        return value
    try:
        return cast("object", json.loads(value))
    except ValueError:
        return None  # the provider says what is wrong with it


def allowed(value: object) -> Iterator[Json]:
    """The statements of a document that allow something."""
    for each in listed(at(document(value), "Statement")):
        statement = mapping(each)
        if statement.get("Effect") == "Allow":
            yield statement


def anybody(statement: Json) -> bool:
    """Whether a statement is about everybody, and no condition says who."""
    principal = statement.get("Principal")
    names = texts(principal) + texts(at(principal, "AWS"))
    return "*" in names and not says_who(statement.get("Condition"))


def permits(statement: Json, action: str) -> bool:
    """Whether a statement that allows something allows an action, such as `ecr:BatchGetImage`."""
    if "NotAction" in statement:
        return not _names(texts(statement["NotAction"]), action)
    return _names(texts(statement.get("Action")), action)


def _names(patterns: list[str], action: str) -> bool:
    """Names of actions have `*` and `?`, and no case."""
    return any(
        re.fullmatch(re.escape(each).replace(r"\*", ".*").replace(r"\?", "."), action, re.IGNORECASE)
        for each in patterns
    )


def wide_actions(statement: Json) -> list[str]:
    """The actions of a statement that stand for all of a service, or for all there is."""
    found = [each for each in texts(statement.get("Action")) if each == "*" or each.endswith(":*")]
    return found + [f"everything but {each}" for each in texts(statement.get("NotAction"))]
