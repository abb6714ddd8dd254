"""Keys of `aws:` that are more than a text: what each holds, and what to type where it holds something else. Pure.

Pulumi keeps such a value as JSON. The shapes are those of pulumi_aws/provider.py (ProviderArgs).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from components.domain import Text
from components.errors import InvalidValueError
from components.platforms.machine import Machine
from components.settings_values import parsed
from components.stack_file import Path, Problem, StackFile

ROLES, DEFAULT_TAGS, WEB_IDENTITY = "assumeRoles", "defaultTags", "assumeRoleWithWebIdentity"
CREDENTIALS_FILES, CONFIG_FILES = "sharedCredentialsFiles", "sharedConfigFiles"


class _Role(BaseModel):
    model_config = ConfigDict(extra="allow")
    role_arn: Text = Field(alias="roleArn")


class _WebIdentity(_Role):
    file: Text = Field(alias="webIdentityTokenFile")


class _Tags(BaseModel):
    model_config = ConfigDict(extra="forbid")
    tags: Mapping[str, Text]


@dataclass(frozen=True)
class Kind:
    """What a key holds."""

    what: str
    takes: TypeAdapter[Any]
    inside: Path
    """Where in it a lone value belongs."""
    example: object
    """What to offer there, where it cannot be told what was meant."""
    lone: str = "[^{}=]+"
    """Pattern of a text that was meant for that place."""


_ACCOUNTS = Kind("a list of accounts", TypeAdapter(list[Text]), (0,), "<account>", "[0-9]{12}")
_FILES = Kind(
    "a list of one file (`aws`, which logs in to the cluster, reads no second one)",
    TypeAdapter(Annotated[list[Text], Field(min_length=1, max_length=1)]),
    (0,),
    "<file>",
)
_YES_NO = Kind("true or false", TypeAdapter(bool), (), True, "true|false")  # noqa: FBT003 - what is typed
_ARN = r"arn:aws[-a-z]*:iam::\S+"
_OBJECT: TypeAdapter[Any] = TypeAdapter(dict[str, Any])
KINDS: Mapping[str, Kind] = {
    "allowedAccountIds": _ACCOUNTS,
    WEB_IDENTITY: Kind(
        "an object with roleArn and webIdentityTokenFile (`aws`, which logs in to the cluster, takes a token from a "
        "file only)",
        TypeAdapter(_WebIdentity),
        ("webIdentityTokenFile",),
        "<file>",
        "/.+",
    ),
    ROLES: Kind("a list of objects with roleArn", TypeAdapter(list[_Role]), (0, "roleArn"), "<arn>", _ARN),
    DEFAULT_TAGS: Kind("an object with nothing but tags", TypeAdapter(_Tags), ("tags", "<key>"), "<value>", "(?!)"),
    "endpoints": Kind("a list of objects", TypeAdapter(list[dict[str, Text]]), (0, "<service>"), "<url>", "(?!)"),
    "forbiddenAccountIds": _ACCOUNTS,
    "ignoreTags": Kind("an object with keys and keyPrefixes", _OBJECT, ("keys", 0), "<key>"),
    "maxRetries": Kind("a number", TypeAdapter(int), (), 25, "[0-9]{1,4}"),
    CONFIG_FILES: _FILES,
    CREDENTIALS_FILES: _FILES,
    "skipCredentialsValidation": _YES_NO,
    "skipMetadataApiCheck": _YES_NO,
    "skipRegionValidation": _YES_NO,
    "skipRequestingAccountId": _YES_NO,
    "useDualstackEndpoint": _YES_NO,
    "useFipsEndpoint": _YES_NO,
}


def read_key(key: str, text: str) -> Any:
    """The value of a key from the text that Pulumi keeps.

    Args:
        key: one of `KINDS`.
        text: as `pulumi.Config("aws").get(key)` has it.

    Raises:
        InvalidValueError: it is something else; does not quote it, as it may be a secret.
    """
    kind = KINDS[key]
    try:
        # Numbers among texts stay right: `--path` stores the digits of an account as a number.
        return kind.takes.dump_python(kind.takes.validate_json(text, strict=True), by_alias=True)
    except ValidationError as error:
        reason = f"is not {kind.what}"
        raise InvalidValueError(reason) from error


def aws_key_problems(machine: Machine, stack: StackFile) -> list[Problem]:
    """Every such key of a stack that holds something else."""
    problems: list[Problem] = []
    for key in KINDS:
        full = f"aws:{key}"
        text = machine.config(full)
        if text is None:
            continue
        try:
            read_key(key, text)
        except InvalidValueError as error:
            value = None if machine.is_secret(full) else parsed(text)
            problems.append(Problem((full,), str(error), tuple(_commands(key, value, stack))))
    return problems


def readable(machine: Machine, key: str) -> Any:
    """The value of a key; None where there is none, or a wrong one, which `aws_key_problems` says."""
    try:
        return read_key(key, text) if (text := machine.config(f"aws:{key}")) else None
    except InvalidValueError:
        return None


def _commands(key: str, value: object, stack: StackFile) -> list[str]:
    full, kind = f"aws:{key}", KINDS[key]
    meant = _meant(key, value) or {kind.inside: kind.example}
    first = [stack.remove((full,))] if value is None or isinstance(value, dict | list) else []
    if key == WEB_IDENTITY:
        meant = {("roleArn",): "<arn>", kind.inside: kind.example, **meant}
    return [*first, *(stack.set((full, *inside), each) for inside, each in meant.items())]


def _meant(key: str, value: object) -> Mapping[Path, object]:
    """What was probably meant, by its place in the key's value; empty if nobody can tell."""
    kind = KINDS[key]
    if key in (ROLES, WEB_IDENTITY) and isinstance(value, dict):
        top: Path = (0,) if key == ROLES else ()
        return {
            (*top, name): each
            for name, each in _texts(cast("object", value)).items()
            if name in ("roleArn", *kind.inside)
        }
    if key == DEFAULT_TAGS:
        pair = re.fullmatch(r"([^{}=,]+)=([^{}=,]*)", value) if isinstance(value, str) else None
        given = {pair[1]: pair[2]} if pair else _texts(value)
        return {("tags", name): each for name, each in given.items()}
    if isinstance(value, list):  # of which a list of objects is made of the first
        value = cast("list[object]", value)[0] if value else None
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text.lower() if kind is _YES_NO else text
    if isinstance(value, dict) or value is None or not re.fullmatch(kind.lone, text):
        return {}
    return {kind.inside: text}


def _texts(value: object) -> dict[str, str]:
    given = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return {key: each for key, each in given.items() if isinstance(each, str)}
