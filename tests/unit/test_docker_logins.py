"""The user's docker logins work in the sandbox's shell, and never stand in its registry's way."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from components.docker_login import find_login
from sandbox import docker_logins, processes, registry
from sandbox.site import Site
from sandbox.state import Options, State, new_record

HOST = "127.0.0.1:5050"
AUTH = "dXNlcjpwYXNz"  # user:pass
OWN = {"auths": {HOST: {"auth": AUTH}}}
THEIRS = {"ghcr.io": {"auth": "bWU6dG9rZW4="}}  # me:token


# A part outlives the object that started it: that is what the sandbox is for.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[object], Path]:
    def write(document: object) -> Path:
        file = tmp_path / "config.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        return file

    return write


def test_the_users_file_is_never_the_sandboxs_own() -> None:
    home, own = Path("/home/me"), Path("/state/docker-config")
    assert docker_logins.users_file({}, home, own) == home / ".docker/config.json"
    assert docker_logins.users_file({"DOCKER_CONFIG": "/mine"}, home, own) == Path("/mine/config.json")
    assert docker_logins.users_file({"DOCKER_CONFIG": f"{own}/"}, home, own) == home / ".docker/config.json"


def test_logins_and_helpers_are_taken_and_nothing_else(
    write: Callable[[object], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for helper in ("gcloud", "desktop"):
        (tmp_path / f"docker-credential-{helper}").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    document = {
        "auths": {**THEIRS, "https://index.docker.io/v1/": {}},
        "credHelpers": {"gcr.io": "gcloud"},
        "credsStore": "desktop",
        "currentContext": "colima",
        "HttpHeaders": {"X": "y"},
    }
    users, problem = docker_logins.read(write(document))
    assert users == {"auths": THEIRS, "credHelpers": {"gcr.io": "gcloud"}, "credsStore": "desktop"}
    assert problem == ""


def test_a_helper_that_is_not_there_is_left_out_and_named(write: Callable[[object], Path]) -> None:
    document = {"auths": THEIRS, "credHelpers": {"gcr.io": "no-such", "r.io": ""}, "credsStore": "no-such"}
    users, problem = docker_logins.read(write(document))
    assert users == {"auths": THEIRS, "credHelpers": {"r.io": ""}}
    assert "docker-credential-no-such are not used, as that is not on PATH" in problem


def test_without_a_file_there_are_no_logins_and_nothing_is_said(tmp_path: Path) -> None:
    assert docker_logins.read(tmp_path / "missing.json") == ({}, "")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("{", "line 1 column 2"),
        ([], "the file must be an object"),
        ({"auths": ["hunter2"]}, "auths must be an object"),
        ({"auths": {"r.io": "hunter2"}}, "auths.r.io must be an object"),
        ({"auths": {"r.io": {"password": ["hunter2"]}}}, "auths.r.io.password must be text"),
        ({"auths": {"r.io": {"auth": "hunter2!"}}}, "auths.r.io.auth must be user:password in base64"),
        ({"auths": {"r.io": {"auth": "aHVudGVyMg=="}}}, "auths.r.io.auth must be user:password in base64"),
        ({"credHelpers": {"r.io": 5}}, "credHelpers.r.io must be text"),
        ({"credsStore": ["hunter2"]}, "credsStore must be text"),
    ],
)
def test_a_broken_file_is_ignored_with_a_hint_that_shows_no_password(
    write: Callable[[object], Path], document: object, reason: str
) -> None:
    file = write(document)
    users, problem = docker_logins.read(file)
    assert users == {}
    assert problem.startswith(f"docker's logins in {file} are not used: ")
    assert reason in problem
    assert "hunter2" not in problem


def test_a_file_that_is_not_utf_8_is_ignored_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(b'{"auths": "\xe9"}')
    users, problem = docker_logins.read(tmp_path / "config.json")
    assert users == {}
    assert "are not used: " in problem


def test_the_sandboxs_own_host_comes_last_and_wins() -> None:
    users = {"auths": {HOST: {"auth": "b2xkOm9sZA=="}, **THEIRS}}
    made = docker_logins.with_login(users, HOST, AUTH)
    assert json.dumps(made) == json.dumps({"auths": {**THEIRS, HOST: {"auth": AUTH}}})
    assert docker_logins.with_login({}, HOST, AUTH) == OWN


@pytest.mark.parametrize("users", [{"credsStore": "missing"}, {"credHelpers": {HOST: "missing", "r.io": "missing"}}])
def test_no_helper_is_asked_for_the_sandboxs_own_host(
    users: dict[str, object], write: Callable[[object], Path]
) -> None:
    login = find_login(HOST, write(docker_logins.with_login(users, HOST, AUTH)))
    assert login is not None
    assert (login.username, login.password) == ("user", "pass")


def test_the_context_that_the_user_chose_is_read(write: Callable[[object], Path], tmp_path: Path) -> None:
    assert docker_logins.current_context(write({"currentContext": "colima"})) == "colima"
    for text in ("{}", "{", "[]", '{"currentContext": 5}'):
        assert docker_logins.current_context(write(text)) == ""
    assert docker_logins.current_context(tmp_path / "missing") == ""


def _runs(*_: object) -> bool:
    return True


def _refuses(*_: object) -> int:
    return 401


class _Started:
    """A sandbox whose registry does not really start."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Site, "keep_running", _runs)
        monkeypatch.setattr(registry, "_status", _refuses)
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.delenv("DOCKER_CONFIG", raising=False)
        self.said: list[str] = []
        state = State(folder / "state")
        record = new_record(Options(), "embedded", "for a test", folder)
        self.site = Site(state, record, tools={}, say=self.said.append)
        self.file = state.docker_config / "config.json"
        self.users = folder / ".docker" / "config.json"
        self.users.parent.mkdir()

    def up(self) -> dict[str, dict[str, object]]:
        """The configuration that the sandbox's docker then has."""
        registry.up(self.site)
        return json.loads(self.file.read_text())


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Started:
    return _Started(tmp_path, monkeypatch)


def test_the_machines_login_works_in_the_sandboxs_shell_too(started: _Started) -> None:
    started.users.write_text(json.dumps({"auths": THEIRS}))
    assert list(started.up()["auths"]) == ["ghcr.io", HOST]
    assert started.file.stat().st_mode & 0o777 == 0o600
    login = find_login("ghcr.io", started.file)
    assert login is not None
    assert login.password == "token"
    assert json.loads(started.users.read_text()) == {"auths": THEIRS}
    assert started.said == []


def test_a_login_that_the_user_gave_up_is_gone_at_the_next_start(started: _Started) -> None:
    started.users.write_text(json.dumps({"auths": THEIRS}))
    started.up()
    started.users.write_text("{}")
    assert list(started.up()["auths"]) == [HOST]


def test_a_broken_users_file_leaves_the_sandboxs_own_login_and_is_told(started: _Started) -> None:
    started.users.write_text("{")
    assert list(started.up()["auths"]) == [HOST]
    (said,) = started.said
    assert str(started.users) in said


def test_no_part_gets_the_logins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = State(tmp_path / "state")
    monkeypatch.setenv("DOCKER_CONFIG", str(state.docker_config))
    site = Site(state, new_record(Options(), "embedded", "for a test", tmp_path), tools={})
    site.keep_running("kubelet-node-1", ["sleep", "60"], lambda: True, home=state.nodes("node-1") / "home")
    try:
        environment = processes.leaders(state.folder)["kubelet-node-1"].environ()
    finally:
        processes.kill(process for _, process in processes.marked(state.folder))
    assert "DOCKER_CONFIG" not in environment
    assert not state.docker_config.is_relative_to(Path(environment["HOME"]))
