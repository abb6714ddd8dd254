"""The login that docker would use for a registry."""

import base64
import json
from pathlib import Path

import pytest

from components.docker_login import Login, docker_config, find_login
from components.errors import InvalidValueError

HOST = "localhost:5001"
AUTH = base64.b64encode(b"ci:pass:word").decode()


def write(folder: Path, document: object) -> Path:
    file = folder / "config.json"
    file.write_text(json.dumps(document))
    return file


def helper(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "docker-credential-fake"
    program.write_text(f"#!/bin/sh\ncat > /dev/null\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize("key", [HOST, f"https://{HOST}/v1/", f"http://{HOST}"])
def test_a_login_in_the_file_is_found_under_every_way_to_write_its_host(tmp_path: Path, key: str) -> None:
    assert find_login(HOST, write(tmp_path, {"auths": {key: {"auth": AUTH}}})) == Login("ci", "pass:word")


def test_no_file_and_no_entry_are_no_login(tmp_path: Path) -> None:
    assert find_login(HOST, tmp_path / "config.json") is None
    assert find_login(HOST, write(tmp_path, {"auths": {"other:1": {"auth": AUTH}}})) is None


def test_a_helper_of_the_host_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper(tmp_path, monkeypatch, """echo '{"Username": "helper", "Secret": "s"}'""")
    document = {"credHelpers": {HOST: "fake"}, "auths": {HOST: {"auth": AUTH}}}
    assert find_login(HOST, write(tmp_path, document)) == Login("helper", "s")


def test_a_store_that_knows_nothing_leaves_it_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper(tmp_path, monkeypatch, "echo 'credentials not found in native keychain'; exit 1")
    assert find_login(HOST, write(tmp_path, {"credsStore": "fake", "auths": {HOST: {"auth": AUTH}}})) == Login(
        "ci", "pass:word"
    )


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo locked; exit 1", "docker-credential-fake failed: locked"),
        ("echo nonsense", "gave no login that could be read"),
        ("""echo '{"Username": "<token>", "Secret": "s"}'""", "only docker itself can use"),
    ],
)
def test_a_helper_that_fails_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    helper(tmp_path, monkeypatch, script)
    with pytest.raises(InvalidValueError, match=reason):
        find_login(HOST, write(tmp_path, {"credsStore": "fake"}))


def test_a_helper_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="docker-credential-missing does not work"):
        find_login(HOST, write(tmp_path, {"credsStore": "missing"}))


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(InvalidValueError, match=r"cannot read docker's logins in .*config\.json"):
        find_login(HOST, tmp_path / "config.json")


def test_the_configuration_is_where_docker_looks() -> None:
    assert docker_config({"DOCKER_CONFIG": "/d"}, Path("/h")) == Path("/d/config.json")
    assert docker_config({}, Path("/h")) == Path("/h/.docker/config.json")


def test_a_password_is_not_shown_by_accident() -> None:
    assert "canary" not in repr(Login("ci", "canary"))
