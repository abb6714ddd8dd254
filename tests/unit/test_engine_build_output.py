"""What the docker provider tells of a build and a push, and the login that it lends to docker."""

import json
import stat
from pathlib import Path

import pytest

from sandbox.engine import build_output, docker_config
from sandbox.engine.image_inputs import Registry

NAME = "registry.test:5000/team/web:v1"
LOGIN = Registry("registry.test:5000", "me", "pa55word")

CLASSIC = [
    "Step 1/2 : FROM scratch", " ---> 0a1b", "Step 2/2 : RUN make", " ---> Running in 0a1b", "gcc: no input",
    "The command '/bin/sh -c make' returned a non-zero code: 4",
]  # fmt: skip
BUILDKIT = [
    "#4 [1/2] FROM scratch", "#4 CACHED", "#5 [2/2] RUN make", "#5 sha256:0a1b", "#5 0.287 gcc: no input",
    "#5 ERROR: executor failed running [/bin/sh -c make]: exit code: 4", "------", "> [2/2] RUN make:", "------",
    "executor failed running [/bin/sh -c make]: exit code: 4",
]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (CLASSIC, ["Step 2/2 : RUN make", "gcc: no input", CLASSIC[-1]]),
        (BUILDKIT, ["[2/2] RUN make", "gcc: no input", BUILDKIT[-1]]),
        (["unable to prepare context"], ["unable to prepare context"]),
    ],
)
def test_a_failed_build_names_its_step_what_it_printed_and_the_verdict(lines: list[str], expected: list[str]) -> None:
    assert build_output.failed_build(lines).splitlines() == ["error building image:", *(f"  {one}" for one in expected)]


def test_a_long_step_is_cut_in_the_middle() -> None:
    lines = ["Step 1/1 : RUN make", *(f"line {number}" for number in range(100)), "failed"]
    told = build_output.failed_build(lines).splitlines()
    assert len(told) < 30
    assert told[1] == "  Step 1/1 : RUN make"
    assert told[-1] == "  failed"


def test_a_refused_push_says_which_login_to_look_at() -> None:
    lines = ["0a1b: Preparing", "unauthorized: authentication required", ""]
    with_login = build_output.failed_push(lines, registry="r.test", has_login=True)
    assert with_login.endswith("r.test refused the push: check registry.username and registry.password of the image")
    assert "docker login r.test" in build_output.failed_push(lines, registry="r.test", has_login=False)
    assert "refused" not in build_output.failed_push(["connection reset"], registry="r.test", has_login=True)


def test_the_digest_is_the_last_one_that_the_registry_answered_with() -> None:
    one, two = "sha256:" + "1" * 64, "sha256:" + "2" * 64
    assert build_output.pushed_digest([f"v1: digest: {one} size: 5", f"v1: digest: {two} size: 5"]) == two
    assert build_output.pushed_digest(["nothing"]) == ""


def test_a_password_in_dockers_output_is_blanked() -> None:
    output = build_output.Output("pa55word")
    assert output.take("login me:pa55word failed\n") == "login me:[secret] failed"
    assert output.lines == ["login me:[secret] failed"]


def test_the_programs_login_comes_before_the_users_and_past_a_credential_store() -> None:
    users = {"auths": {"registry.test:5000": {"auth": "old"}, "b": {}}, "credsStore": "pass", "currentContext": "far"}
    made = docker_config.with_login(users, LOGIN, NAME)
    assert made == {
        "auths": {"registry.test:5000": {"auth": "bWU6cGE1NXdvcmQ="}, "b": {}},
        "credsStore": "pass",
        "credHelpers": {"registry.test:5000": ""},
    }


def test_the_login_lives_in_a_private_folder_only_as_long_as_the_build(tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.mkdir()
    (users / "config.json").write_text('{"auths": {}}')
    with docker_config.configuration(LOGIN, NAME, {"DOCKER_CONFIG": str(users)}) as environment:
        folder = Path(environment["DOCKER_CONFIG"])
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "config.json").stat().st_mode) == 0o600
        assert "registry.test:5000" in json.loads((folder / "config.json").read_text())["auths"]
    assert not folder.exists()
    assert (users / "config.json").read_text() == '{"auths": {}}'


def test_half_a_login_is_told_in_the_official_words() -> None:
    assert docker_config.half_login(Registry(password="x")).startswith("username was not set")
    assert docker_config.half_login(Registry(username="x")).startswith("password was not set")
    assert docker_config.half_login(LOGIN) == ""
