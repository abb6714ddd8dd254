"""The pure rules of the docker provider: check, diff, preview, names, docker's words and what it prints."""

import json
import stat
from pathlib import Path

import pytest

from sandbox.engine import build_output, docker_config, image_check, image_diff, property_values
from sandbox.engine.image_build import build_words
from sandbox.engine.image_inputs import Build, ImageError, Registry, build_of
from sandbox.engine.image_names import DOCKER_HUB, login_server, repository
from sandbox.engine.image_preview import builds_on_preview
from sandbox.engine.property_values import UNKNOWN, Properties, Value

NAME = "registry.test:5000/team/web:v1"
LOGIN = Registry("registry.test:5000", "me", "pa55word")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(**inputs: Value) -> tuple[Properties, list[str]]:
    told: list[str] = []
    return image_check.checked({"imageName": NAME, **inputs}, told.append), told


def build_options(checked: Properties) -> Properties:
    return property_values.as_object(checked["build"])


def test_check_fills_in_what_was_not_given(project: Path) -> None:
    assert project
    checked, told = check(build={"context": "app"})
    options = build_options(checked)
    assert options["dockerfile"] == "app/Dockerfile"
    assert options["platform"] == image_check.host_platform()
    assert len(str(options["contextDigest"])) == 64
    assert checked["buildOnPreview"] is False
    assert "consider explicitly setting the `platform` field" in told[0]


def test_check_keeps_what_was_given(project: Path) -> None:
    (project / "other").write_text("FROM scratch")
    checked, told = check(build={"context": "app", "dockerfile": "other", "platform": "linux/arm64"})
    assert build_options(checked)["dockerfile"] == "other"
    assert build_options(checked)["platform"] == "linux/arm64"
    assert told == []


def test_check_does_not_hash_what_is_not_known_yet(project: Path) -> None:
    assert project
    checked, _ = check(build={"context": UNKNOWN, "dockerfile": UNKNOWN})
    assert "contextDigest" not in build_options(checked)
    assert build_options(checked)["context"] == UNKNOWN


def test_check_leaves_a_build_alone_that_is_not_known_yet(project: Path) -> None:
    (project / "Dockerfile").unlink(missing_ok=True)
    checked, told = check(build=UNKNOWN)
    assert (checked["build"], told) == (UNKNOWN, [])


def test_check_accepts_a_build_argument_that_is_not_known_yet(project: Path) -> None:
    assert project
    checked, _ = check(build={"context": "app", "args": {"VERSION": UNKNOWN}})
    assert build_options(checked)["args"] == {"VERSION": UNKNOWN}


@pytest.mark.parametrize(
    ("dockerfile", "message"),
    [
        ("Dockerfile", 'relative path "Dockerfile". Try setting `dockerfile` to "app/Dockerfile"'),
        ("nowhere", 'relative path "nowhere": stat nowhere: no such file or directory'),
        ("/nowhere", 'expected a relative Dockerfile path; got "/nowhere" instead'),
    ],
)
def test_a_missing_dockerfile_is_named_as_the_official_provider_names_it(
    project: Path, dockerfile: str, message: str
) -> None:
    assert project
    with pytest.raises(ImageError) as refused:
        check(build={"context": "app", "dockerfile": dockerfile})
    assert message in str(refused.value)


def test_a_name_that_is_pushed_must_be_fully_qualified(project: Path) -> None:
    assert project
    with pytest.raises(ImageError, match="requires all image names to be fully qualified"):
        check(imageName="web:v1", build={"context": "app"})
    checked, _ = check(imageName="web:v1", build={"context": "app"}, skipPush=True)
    assert checked["imageName"] == "web:v1"


def test_unknown_properties_are_refused_by_name() -> None:
    found = image_check.failures({"build": {"contxt": "app"}, "registry": {"user": "me"}, "tag": "1"})
    assert [one.property for one in found] == ["tag", "build.contxt", "registry.user", "imageName"]
    assert "it has context, dockerfile" in found[1].reason


@pytest.mark.parametrize(
    ("build", "message"),
    [
        ({"builderVersion": "3"}, "invalid Docker Builder version"),
        ({"cacheFrom": {}}, "cacheFrom requires an `images` field"),
        ({"cacheFrom": {"images": "x"}}, "the `images` field must be a list of strings"),
    ],
)
def test_build_options_are_refused_as_the_official_provider_refuses_them(build: Properties, message: str) -> None:
    with pytest.raises(ImageError, match=message):
        build_of({"build": build})


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
