"""One map of tags in each cloud's words: Azure's and AWS's tags, Google's labels. Pure.

Rules: learn.microsoft.com azure/azure-resource-manager/management/tag-resources and rest/api/resources/tags (prefixes);
docs.aws.amazon.com tag-editor best-practices-and-strats and IAM/latest/UserGuide/id_tags (keys without regard to case);
docs.cloud.google.com resource-manager/docs/labels-overview (`goog` is Google's own).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from components.naming import MANAGED_BY
from components.platforms.contract import Target
from components.secret_like import secret_kind
from components.stack_file import Problem, StackFile

_DEFAULT = "managed-by"
_AWS_SIGNS = frozenset("_.:/=+-@")
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True)
class TagRule:
    """What a cloud takes."""

    what: str
    most: int
    """For each thing, ours included."""
    key_limit: int
    value_limit: int
    reserved: tuple[str, ...]
    """How keys must not begin, in lower case."""
    key: Callable[[str], str]
    """A key as the cloud gets it; equal keys are one."""
    fault: Callable[[str, str], str | None]
    """What is wrong with a key and its value beside all that, in words."""


def azure_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags for everything that Azure takes tags on."""
    return _with_default(tags)


def aws_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags for everything that AWS takes tags on: `default_tags` of a provider."""
    return _with_default(tags)


def google_labels(tags: Mapping[str, str]) -> dict[str, str]:
    """Labels for everything that Google Cloud takes labels on: lower case, a hyphen for what no label has."""
    return {_label(key): _label(value) for key, value in _with_default(tags).items()}


def check_tags(tags: Mapping[str, str], target: Target, stack: StackFile) -> list[Problem]:
    """What a cloud would not take, before anything starts.

    Args:
        tags: of the stack file.
        target: whose cloud.
        stack: whose commands are offered.
    """
    rule = _RULES[target]
    problems = [each for key, value in tags.items() if (each := _problem(rule, key, value, stack)) is not None]
    problems += _twice(rule, tags, stack)
    count = len(_with_default(tags))
    if count > rule.most:
        reason = f"are {count} with {_DEFAULT}; {rule.what} are {rule.most} at most"
        problems.append(Problem(("tags",), reason, (stack.remove(("tags", list(tags)[-1])),)))
    return problems


def _problem(rule: TagRule, key: str, value: str, stack: StackFile) -> Problem | None:
    path = ("tags", key)
    kind = secret_kind(key, value)
    if kind is not None:
        reason = f"looks like a secret ({kind}), and {rule.what} can be read by many"
        return Problem(path, reason, (stack.remove(path),))
    fault = _fault(rule, key, value)
    return None if fault is None else Problem(path, f"{fault}, for {rule.what}", (stack.remove(path),))


def _fault(rule: TagRule, key: str, value: str) -> str | None:
    name = rule.key(key)
    if not key or len(name) > rule.key_limit:
        return f"its key has {len(name)} characters, and must have 1 to {rule.key_limit}"
    if len(value) > rule.value_limit:
        return f"its value has {len(value)} characters, and may have {rule.value_limit}"
    reserved = next((each for each in rule.reserved if name.lower().startswith(each)), None)
    return f"keys that begin with {reserved} are the cloud's own" if reserved else rule.fault(key, value)


def _twice(rule: TagRule, tags: Mapping[str, str], stack: StackFile) -> list[Problem]:
    same: dict[str, list[str]] = defaultdict(list)
    for key in tags:
        same[rule.key(key).lower()].append(key)
    return [
        Problem(
            ("tags", keys[-1]), f"is the same key as {keys[0]}, for {rule.what}", (stack.remove(("tags", keys[-1])),)
        )
        for keys in same.values()
        if len(keys) > 1
    ]


def _with_default(tags: Mapping[str, str]) -> dict[str, str]:
    own = {} if any(_label(key) == _DEFAULT for key in tags) else {_DEFAULT: MANAGED_BY}
    return {**own, **tags}


def _label(text: str) -> str:
    return re.sub(r"[^a-z0-9_-]", "-", text.lower())


def _azure_fault(key: str, _: str) -> str | None:
    return "its key has one of < > % & \\ ? /" if set(key) & set("<>%&\\?/") else None


def _aws_fault(key: str, value: str) -> str | None:
    wrong = sorted({each for each in key + value if not _is_of_aws(each)})
    return (
        f"it has {' '.join(map(repr, wrong))}, and may have letters, digits, spaces and _ . : / = + - @"
        if wrong
        else None
    )


def _is_of_aws(sign: str) -> bool:
    return sign in _AWS_SIGNS or unicodedata.category(sign)[0] in "LNZ"


def _google_fault(key: str, _: str) -> str | None:
    return None if _LABEL_KEY.match(key.lower()) else "its key must begin with a letter from a to z"


_RULES: Mapping[Target, TagRule] = {
    Target.AKS: TagRule(
        "tags of Azure", 50, 512, 256, ("microsoft", "azure", "windows"), lambda key: key, _azure_fault
    ),
    Target.EKS: TagRule("tags of AWS", 50, 128, 256, ("aws:",), lambda key: key, _aws_fault),
    Target.GKE: TagRule("labels of Google Cloud", 64, 63, 63, ("goog",), _label, _google_fault),
}
