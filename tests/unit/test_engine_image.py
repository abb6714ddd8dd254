"""The pure rules of the docker provider: names, diffs, previews, and docker's words."""

import pytest

from sandbox.engine import image_diff, property_values
from sandbox.engine.image_build import build_words
from sandbox.engine.image_inputs import Build, ImageError
from sandbox.engine.image_names import DOCKER_HUB, login_server, repository
from sandbox.engine.image_preview import builds_on_preview
from sandbox.engine.property_values import UNKNOWN, Properties

NAME = "registry.test:5000/team/web:v1"


@pytest.mark.parametrize(
    ("name", "server"),
    [
        (NAME, "registry.test:5000"),
        ("127.0.0.1:5050/web", "127.0.0.1:5050"),
        ("localhost/web", "localhost"),
        ("docker.io/team/web:1", DOCKER_HUB),
        ("abc.azurecr.io/a/b@sha256:" + "0" * 64, "abc.azurecr.io"),
    ],
)
def test_the_registry_of_a_name_is_its_first_part(name: str, server: str) -> None:
    assert login_server("", name) == server


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("web", "must be canonical"),
        ("team/web:1", "must be canonical"),
        ("docker.io/web", "must be canonical"),
        ("registry.test/Team/web", "must be lowercase"),
        ("registry.test/web:", "invalid reference format"),
        ("", "invalid reference format"),
    ],
)
def test_a_name_without_a_registry_is_refused(name: str, reason: str) -> None:
    with pytest.raises(ImageError, match=reason):
        login_server("", name)


def test_a_given_server_comes_before_the_name() -> None:
    assert login_server("https://other.test/v2/", "web") == "other.test"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (NAME, "registry.test:5000/team/web"),
        ("localhost/web", "localhost/web"),
        ("r.test/a@sha256:" + "0" * 64, "r.test/a"),
    ],
)
def test_a_repository_has_neither_tag_nor_digest(name: str, expected: str) -> None:
    assert repository(name) == expected


OLD: Properties = {"imageName": NAME, "registry": {"server": "a", "username": "u", "password": "p"}}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD, {}),
        ({**OLD, "registry": {"server": "a", "username": "v", "password": "q"}}, {}),
        ({**OLD, "registry": {"server": "b", "username": "u", "password": "p"}}, {"registry": "update"}),
        ({**OLD, "build": {"context": "."}}, {"build": "add"}),
        ({"imageName": NAME}, {"registry": "delete"}),
        ({**OLD, "imageName": UNKNOWN}, {"imageName": "update"}),
    ],
)
def test_a_changed_login_is_no_change_and_everything_else_is(new: Properties, expected: dict[str, str]) -> None:
    assert image_diff.changes(OLD, new) == expected


@pytest.mark.parametrize(
    ("inputs", "builds", "told"),
    [
        ({"buildOnPreview": False}, False, ""),
        ({}, False, ""),
        ({"buildOnPreview": UNKNOWN}, False, "buildOnPreview is unresolved"),
        ({"buildOnPreview": True, "build": {"args": {"A": UNKNOWN}}}, False, "Minimum inputs for build"),
        ({"buildOnPreview": True, "imageName": NAME, "build": {"context": "."}}, True, ""),
    ],
)
def test_a_preview_builds_only_when_asked_and_everything_is_known(inputs: Properties, builds: bool, told: str) -> None:
    warnings: list[str] = []
    assert builds_on_preview(inputs, warnings.append) is builds
    assert told in "".join(warnings)
    assert bool(told) == bool(warnings)


def test_secrets_are_read_through_their_wrapper_and_nulls_are_dropped() -> None:
    struct = property_values.write({"a": property_values.secret({"b": "x"}), "c": None, "d": [1.0]})
    assert property_values.read(struct) == {"a": {"b": "x"}, "d": [1.0]}


def test_build_arguments_stay_out_of_the_command_line_except_where_their_name_is_taken() -> None:
    build = Build(
        "app", "app/Dockerfile", arguments={"TOKEN": "s3cret", "PATH": "/x"}, target="run", platform="linux/amd64"
    )
    words = build_words(NAME, build, "Dockerfile", {"PATH"})
    assert words[:5] == ["build", "--tag", NAME, "--file", "Dockerfile"]
    assert words[-1] == "-"
    assert words[words.index("--build-arg") : words.index("--build-arg") + 2] == ["--build-arg", "TOKEN"]
    assert "PATH=/x" in words
    assert not [word for word in words if "s3cret" in word]
