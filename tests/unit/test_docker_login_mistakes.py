"""Docker configurations of a shape that docker never writes, and helpers that misbehave: a message, never a crash."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import docker_login
from components.docker_login import Login, find_login
from components.errors import InvalidValueError

HOST = "localhost:5001"
VALUE = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just("Y2k6cHc="))
ENTRY = st.one_of(VALUE, st.dictionaries(st.sampled_from(["auth", "username", "password", "identitytoken"]), VALUE))
ANY = st.fixed_dictionaries(
    {},
    optional={
        "auths": st.one_of(VALUE, st.lists(VALUE, max_size=1), st.dictionaries(st.just(HOST), ENTRY)),
        "credHelpers": st.one_of(VALUE.filter(lambda value: not isinstance(value, str)), st.just({HOST: ""})),
    },
)


def write(folder: Path, document: object) -> Path:
    file = folder / "config.json"
    file.write_text(json.dumps(document))
    return file


def entry(auth: str) -> dict[str, Any]:
    return {"auths": {HOST: {"auth": auth}}}


@pytest.mark.parametrize("document", [[], "canary", 3, None, {}, {"auths": None}, {"auths": {HOST: {}}}])
def test_a_file_without_logins_is_no_login(document: object, tmp_path: Path) -> None:
    assert find_login(HOST, write(tmp_path, document)) is None


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({"auths": ["canary"]}, "auths"),
        ({"auths": {HOST: "canary"}}, f"auths.{HOST}"),
        ({"credHelpers": ["canary"]}, "credHelpers"),
        ({"auths": {HOST: {"auth": 3}}}, f"auths.{HOST}.auth"),
    ],
)
def test_what_has_the_wrong_shape_is_named_with_its_place_and_not_shown(
    document: object, where: str, tmp_path: Path
) -> None:
    file = write(tmp_path, document)
    with pytest.raises(InvalidValueError) as caught:
        find_login(HOST, file)
    assert str(caught.value).startswith(f"cannot read docker's logins in {file}: {where} must be ")
    assert "canary" not in str(caught.value)


@given(ANY)
def test_no_document_ends_in_a_crash(tmp_path_factory: pytest.TempPathFactory, document: object) -> None:
    try:
        found = find_login(HOST, write(tmp_path_factory.getbasetemp(), document))
    except InvalidValueError:
        return
    assert found is None or isinstance(found.password, str)


def base64_of(text: bytes) -> str:
    return base64.b64encode(text).decode()


@pytest.mark.parametrize(
    "auth",
    ["A", "ci:canary", "Y2k6!!cHc=", "\u00fc", *map(base64_of, (b"\xff:x", b"canary", b":canary", b"ci:", b"ci:\0"))],
)
def test_a_login_that_is_not_user_and_password_in_base64_is_refused_without_showing_it(
    auth: str, tmp_path: Path
) -> None:
    file = write(tmp_path, entry(auth))
    with pytest.raises(InvalidValueError) as caught:
        find_login(HOST, file)
    wanted = f"auths.{HOST}.auth must be user:password in base64, as `docker login` writes it"
    assert str(caught.value) == f"cannot read docker's logins in {file}: {wanted}"
    assert caught.value.__cause__ is None


def test_line_ends_in_a_login_are_skipped_as_docker_does(tmp_path: Path) -> None:
    folded = "\r\n".join(base64_of(b"ci:pw"))
    assert find_login(HOST, write(tmp_path, entry(folded))) == Login("ci", "pw")


def test_the_zeros_that_old_dockers_pad_with_are_no_part_of_the_password(tmp_path: Path) -> None:
    padded = base64.b64encode(b"ci:pw\0\0").decode()
    assert find_login(HOST, write(tmp_path, entry(padded))) == Login("ci", "pw")


def test_a_login_in_clear_is_one_too(tmp_path: Path) -> None:
    document = {"auths": {HOST: {"username": "ci", "password": "pw"}}}
    assert find_login(HOST, write(tmp_path, document)) == Login("ci", "pw")


def test_a_token_that_only_docker_can_use_is_not_taken_for_a_password(tmp_path: Path) -> None:
    document = {"auths": {HOST: {"auth": base64.b64encode(b"0:").decode(), "identitytoken": "canary"}}}
    with pytest.raises(InvalidValueError, match="only docker itself can use") as caught:
        find_login(HOST, write(tmp_path, document))
    assert "canary" not in str(caught.value)


def test_a_helper_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "docker-credential-slow"
    program.write_text("#!/bin/sh\nexec sleep 30\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(docker_login, "_HELPER_SECONDS", 0.2)
    before = time.monotonic()
    with pytest.raises(InvalidValueError, match="docker-credential-slow does not work"):
        find_login(HOST, write(tmp_path, {"credHelpers": {HOST: "slow"}}))
    assert time.monotonic() - before < 10
