"""Conditions of a statement of AWS: which of them say whom it is about. Pure.

All that stand beside each other must hold. One that says who is not, one that holds where the key is absent, and one on
how somebody comes (aws:SecureTransport) leave everybody in.
Source: docs.aws.amazon.com IAM/latest/UserGuide, reference_policies_elements_condition_operators.html and
reference_policies_condition-keys.html.
"""

import re
from collections.abc import Iterator

from policies.values import LATER, mapping, texts

_NAMING = re.compile(r"(?:ForAnyValue:)?(?:String(?:Equals(?:IgnoreCase)?|Like)|Arn(?:Equals|Like))")
"""Operators that ask for a value. `ForAllValues:` holds for none too, and `…IfExists` where the key is absent."""
_SUBJECT, _ANY_KEY = ":sub", ":"
_WHO = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    _ANY_KEY,
)
"""An account, an organization or somebody in one; keys have no case."""
_ARN_PARTS, _ACCOUNT = 6, 4


def asked(condition: object, key: str) -> list[list[str]] | None:
    """The values that a condition asks of a key, those of each operator together; None where they are not known."""
    found = [value for name, value in _named(condition) if name in (key.lower(), _ANY_KEY)]
    return None if LATER in found else [texts(value) for value in found]


def says_who(condition: object) -> bool:
    """Whether a condition leaves in one account, organization or caller alone, or may do so: it is not known yet."""
    return any(
        value is LATER or (bool(texts(value)) and all(map(_is_one, texts(value))))
        for name, value in _named(condition)
        if name in _WHO or name.endswith(_SUBJECT)
    )


def has_wildcard(text: str) -> bool:
    """Whether a value stands for more than itself."""
    return "*" in text or "?" in text


def _named(condition: object) -> Iterator[tuple[str, object]]:
    """Keys in lower case, each with what is asked of it; where that is not known yet, it may be any."""
    if condition is LATER:
        yield _ANY_KEY, LATER
    for operator, keys in mapping(condition).items():
        if _NAMING.fullmatch(operator):
            yield from ((name.lower(), value) for name, value in mapping(keys).items())
            if keys is LATER:
                yield _ANY_KEY, LATER


def _is_one(value: str) -> bool:
    """Whether a value names whose: an ARN by its account, or, as those of buckets, by all of it."""
    parts = value.split(":", _ARN_PARTS - 1)
    if parts[0] != "arn":
        return not has_wildcard(value.partition("/")[0])
    if len(parts) < _ARN_PARTS:
        return not has_wildcard(value)
    return not has_wildcard(parts[_ACCOUNT] or parts[-1])
