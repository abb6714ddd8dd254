"""Keys of `aws:` that hold something else than they should: named, with commands after which they hold it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.platforms.aws_keys import KINDS, aws_key_problems, read_key
from components.platforms.eks_provider import OBJECTS
from components.platforms.machine import Machine
from components.stack_file import Problem, StackFile
from tests.stack_files import engine_config
from tests.unit.settings_typed import after

STACK = StackFile("prod")
ARN = "arn:aws:iam::123456789012:role/ci"
WRONG: Mapping[str, tuple[str, object, object]] = {
    "account": ("allowedAccountIds", "012345678901", ["012345678901"]),
    "account, as Pulumi stores a number": ("forbiddenAccountIds", "123456789012", ["123456789012"]),
    "account that is none": ("allowedAccountIds", "acme", ["<account>"]),
    "ARN": ("assumeRoles", ARN, [{"roleArn": ARN}]),
    "list of ARNs": ("assumeRoles", [ARN], [{"roleArn": ARN}]),
    "role outside of a list": ("assumeRoles", {"roleArn": ARN}, [{"roleArn": ARN}]),
    "role without a name": ("assumeRoles", [{"arn": ARN}], [{"roleArn": "<arn>"}]),
    "word for a number": ("maxRetries", "many", 25),
    "fraction": ("maxRetries", "1.5", 25),
    "word for yes": ("skipRegionValidation", "True", True),
    "other word": ("useFipsEndpoint", "yes", True),
    "pair for a tag": ("defaultTags", "owner=x", {"tags": {"owner": "x"}}),
    "tags without that word": ("defaultTags", {"owner": "x"}, {"tags": {"owner": "x"}}),
    "tag and that word": ("defaultTags", {"tags": {"a": "b"}, "owner": "x"}, {"tags": {"owner": "x"}}),
    "no tag at all": ("defaultTags", "owner", {"tags": {"<key>": "<value>"}}),
    "file": ("sharedCredentialsFiles", "/etc/aws", ["/etc/aws"]),
    "two files": ("sharedConfigFiles", ["/a", "/b"], ["/a"]),
    "token itself": (
        "assumeRoleWithWebIdentity",
        {"roleArn": ARN, "webIdentityToken": "canary"},
        {"roleArn": ARN, "webIdentityTokenFile": "<file>"},
    ),
    "ignored tag": ("ignoreTags", "owner", {"keys": ["owner"]}),
    "address": ("endpoints", "http://127.0.0.1", [{"<service>": "<url>"}]),
}
RIGHT: Mapping[str, object] = {
    "allowedAccountIds": [123456789012, "012345678901"],
    "assumeRoles": [{"roleArn": ARN, "externalId": "x", "duration": "1h"}],
    "assumeRoleWithWebIdentity": {"roleArn": ARN, "webIdentityTokenFile": "/t", "sessionName": "s"},
    "defaultTags": {"tags": {"owner": "x", "cost": 5}},
    "ignoreTags": {"keyPrefixes": ["x"]},
    "maxRetries": 3,
    "useDualstackEndpoint": False,
    "sharedConfigFiles": ["~/x"],
    "endpoints": [{"ecr": "http://127.0.0.1"}],
}


def problems(values: Mapping[str, Any], secret: tuple[str, ...] = ()) -> list[Problem]:
    config = engine_config(dict(values))
    return aws_key_problems(Machine({}, Path("/"), config.get, lambda _: True, "", secret.__contains__), STACK)


@pytest.mark.parametrize(("key", "value", "meant"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_named_and_what_is_offered_is_right(key: str, value: object, meant: object) -> None:
    values = {f"aws:{key}": value}
    (problem,) = problems(values)
    assert problem.path == (f"aws:{key}",)
    assert problem.message == f"is not {KINDS[key].what}"
    assert "canary" not in str(problem)
    typed = after(values, (), [*problem.commands])[0]
    assert read_key(key, engine_config(typed)[f"aws:{key}"]) == meant


@pytest.mark.parametrize(("key", "value"), RIGHT.items())
def test_a_right_value_is_none(key: str, value: object) -> None:
    assert problems({f"aws:{key}": value}) == []


def test_digits_that_were_stored_as_a_number_are_texts() -> None:
    assert read_key("allowedAccountIds", "[123456789012]") == ["123456789012"]
    assert read_key("defaultTags", '{"tags": {"cost": 5}}') == {"tags": {"cost": "5"}}


def test_what_is_kept_secret_is_not_offered() -> None:
    (problem,) = problems({"aws:assumeRoles": ARN}, secret=("aws:assumeRoles",))
    assert ARN not in str(problem)
    assert problem.commands[-1] == "pulumi config set --path 'aws:assumeRoles[0].roleArn' '<arn>' -s prod"


def test_all_of_them_are_named_at_once() -> None:
    values = {f"aws:{key}": json.dumps("{") for key in KINDS}
    assert [each.path[0] for each in problems(values)] == [f"aws:{key}" for key in KINDS]


def test_every_key_that_is_handed_on_is_known() -> None:
    assert {key for key, _ in OBJECTS} | {"defaultTags"} == set(KINDS)
