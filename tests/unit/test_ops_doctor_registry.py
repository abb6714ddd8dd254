"""What the doctor finds at a registry: it is asked for an upload that is called off, and for tags."""

import base64
import json
import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from pydantic import SecretStr

from components.platforms import foreign as foreign_registry
from components.platforms.contract import Target
from components.platforms.registry_answer import refuses_login
from components.settings import Secrets
from components.settings_models import Settings
from components.stack_file import StackFile
from ops.checks.cloud import check_preflight
from ops.checks.finding import Finding, Name, State
from ops.checks.project import Project
from ops.checks.registry import check_registry
from ops.checks.settled import Settled
from tests.unit.local_machine import cloud_settings, serving, settings
from tests.unit.registry_server import registry as readable

PASSWORD, TOKEN = "canary-password", "canary-token"
BASIC = "Basic " + base64.b64encode(f"ci:{PASSWORD}".encode()).decode()
BEARER = f"Bearer {TOKEN}"
BODY = json.dumps({"errors": [{"code": "DENIED", "message": f"no right for {PASSWORD}"}]}).encode()
DIGEST = f"sha256:{'1' * 64}"


@dataclass
class Asked:
    """What a registry is to answer, and what it was asked."""

    statuses: dict[str, int] = field(default_factory=dict[str, int])
    """By method, once the login is right; the token service's under `token`."""
    tokens: bool = False
    location: str = "/v2/team/web/blobs/uploads/1"
    log: list[tuple[str, str, str | None]] = field(default_factory=list[tuple[str, str, str | None]])

    def of(self, method: str) -> list[str]:
        return [path for verb, path, _ in self.log if verb == method]


def handler(asked: Asked) -> type[BaseHTTPRequestHandler]:
    class Registry(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            given = self.headers.get("Authorization")
            asked.log.append((self.command, self.path, given))
            if self.path.startswith("/token"):
                status = asked.statuses.get("token", 200 if given == BASIC else 401)
                self._reply(status, json.dumps({"token": TOKEN}).encode() if status == 200 else BODY)
            elif given != (BEARER if asked.tokens else BASIC):
                self._reply(401, BODY)
            else:
                usual = {"POST": 202, "DELETE": 204}.get(self.command, 200)
                self._reply(asked.statuses.get(self.command, usual), BODY)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - named by http.server

        def _reply(self, status: int, body: bytes) -> None:
            host = self.headers["Host"]
            scope = 'scope="repository:team/web:pull,push"'
            bearer = f'Bearer realm="http://{host}/token",service="tests",{scope}'
            self.send_response(status)
            self.send_header("WWW-Authenticate", bearer if asked.tokens else 'Basic realm="tests"')
            self.send_header("Location", asked.location)
            self.send_header("Content-Length", str(len(body) if status != 204 else 0))
            self.end_headers()
            if status != 204:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
            pass

    return Registry


@contextmanager
def registry(asked: Asked) -> Generator[str]:
    with serving(handler(asked)) as host:
        yield host


@pytest.fixture(autouse=True)
def _no_logins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))


def settled(given: Settings, password: str | None = PASSWORD, *, sealed: bool = False) -> Settled:
    secrets = Secrets(SecretStr(password) if password is not None else None)
    return Settled(Project(Path(), "shop"), StackFile("local"), given, secrets, sealed)


def local(host: str, **image: object) -> Settings:
    return settings(
        "local",
        cluster={"context": "c"},
        registry={"host": host, "username": "ci"},
        image={"repository": "team/web", "context": "webapi", **image},
    )


def found(host: str, password: str = PASSWORD, **image: object) -> list[Finding]:
    results = check_registry(settled(local(host, **image), password))
    assert PASSWORD not in str(results) + str([each.commands for each in results])
    assert TOKEN not in str(results)
    return results


def states(results: list[Finding]) -> dict[str, State]:
    return {each.check: each.state for each in results}


@pytest.mark.parametrize("tokens", [False, True])
def test_a_registry_that_takes_the_push_and_gives_the_tags_is_well(tokens: bool) -> None:
    asked = Asked(tokens=tokens)
    with registry(asked) as host:
        results = found(host)
    assert states(results) == {Name.REGISTRY: State.OK, Name.PUSH: State.OK, Name.PULL: State.OK}
    assert [each.what for each in results[1:]] == [f"{host}/team/web may be pushed to", f"{host}/team/web may be read"]


def test_the_upload_is_called_off_with_the_same_login() -> None:
    asked = Asked()
    with registry(asked) as host:
        found(host)
    assert [(verb, given) for verb, _, given in asked.log if verb == "DELETE"] == [("DELETE", BASIC)]
    assert asked.of("DELETE") == ["/v2/team/web/blobs/uploads/1"]


@pytest.mark.parametrize("location", ["", "http://127.0.0.1:1/upload", "http://[", "/elsewhere"])
def test_an_upload_elsewhere_is_left_alone_and_no_login_goes_there(location: str) -> None:
    asked = Asked(location=location)
    with registry(asked) as host:
        assert states(found(host))[Name.PUSH] is State.OK
    assert asked.of("DELETE") == (["/elsewhere"] if location == "/elsewhere" else [])


def test_a_registry_that_cannot_call_off_is_well_all_the_same() -> None:
    with registry(Asked({"DELETE": 405})) as host:
        assert states(found(host))[Name.PUSH] is State.OK


def test_nothing_of_an_image_is_sent() -> None:
    asked = Asked()
    with registry(asked) as host:
        found(host)
    assert {verb for verb, _, _ in asked.log} == {"POST", "DELETE", "GET"}
    assert set(asked.of("POST")) == {"/v2/team/web/blobs/uploads/"}


@pytest.mark.parametrize("tokens", [False, True])
def test_a_wrong_password_is_a_problem_of_the_login(tokens: bool) -> None:
    with registry(Asked(tokens=tokens)) as host:
        (only,) = found(host, password="wrong")
    assert (only.check, only.state) == (Name.LOGIN, State.PROBLEM)
    assert only.what == f"{host} refuses the password of user 'ci'"
    assert only.commands[0] == f"docker login {host}"


def test_a_registry_that_wants_a_login_where_there_is_none_is_told_so() -> None:
    with registry(Asked()) as host:
        given = settings("local", cluster={"context": "c"}, registry={"host": host})
        (only,) = check_registry(settled(given, None))
    assert (only.check, only.what) == (Name.LOGIN, f"{host} wants a login, and there is none for it")


@pytest.mark.parametrize(("method", "check"), [("POST", Name.PUSH), ("GET", Name.PULL)])
@pytest.mark.parametrize("tokens", [False, True])
def test_a_missing_right_is_told_with_who_and_where(method: str, check: Name, tokens: bool) -> None:
    with registry(Asked({method: 403}, tokens=tokens)) as host:
        results = found(host)
    (wrong,) = [each for each in results if each.state is State.PROBLEM]
    verb = "push to" if check is Name.PUSH else "read"
    assert wrong.check is check
    assert wrong.what == f"user 'ci' may not {verb} {host}/team/web: DENIED: no right for ***"
    assert states(results)[Name.REGISTRY] is State.OK


def test_a_repository_that_must_be_made_first_is_told() -> None:
    with registry(Asked({"POST": 404})) as host:
        assert states(found(host))[Name.PUSH] is State.PROBLEM


@pytest.mark.parametrize(("status", "state"), [(429, State.WARNING), (500, State.PROBLEM)])
def test_a_registry_that_is_busy_or_broken_is_told_as_that(status: int, state: State) -> None:
    with registry(Asked({"POST": status})) as host:
        (only,) = found(host)
    assert (only.check, only.state) == (Name.REGISTRY, state)


def test_a_registry_that_is_not_there_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_name(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    (silent,) = found("127.0.0.1:1")
    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    (unknown,) = found("registry.example.com")
    assert {each.check: each.state for each in (silent, unknown)} == {Name.REGISTRY: State.PROBLEM}
    assert silent.what == "127.0.0.1:1 does not answer: Connection refused"
    assert "Name or service not known" in unknown.what


def test_a_password_without_its_user_is_refused_in_preflights_words() -> None:
    given = settings("local", cluster={"context": "c"}, registry={"host": "127.0.0.1:1"})
    (only,) = check_registry(settled(given))
    assert only.what == "registry.username: is missing: whose password registryPassword is"


def test_the_registry_of_a_cloud_without_a_login_is_refused_for_its_nodes() -> None:
    given = settings("local", cluster={"context": "c"}, registry={"host": "acme.azurecr.io"})
    (only,) = check_registry(settled(given, None))
    assert only.check is Name.REGISTRY
    assert "may pull without a login" in only.what


@pytest.mark.parametrize("target", [each for each in Target if each is not Target.LOCAL])
def test_a_registry_that_the_stack_makes_is_not_there_to_be_asked(target: Target) -> None:
    assert check_registry(settled(cloud_settings(target), None)) == []


def test_a_sealed_password_is_sent_nowhere() -> None:
    asked = Asked()
    with registry(asked) as host:
        (only,) = check_registry(settled(local(host), "sealed", sealed=True))
    assert (only.state, asked.log) == (State.UNKNOWN, [])


# An image that was built before


@pytest.mark.parametrize(("platform", "state"), [("linux/amd64", State.OK), ("linux/arm64", State.PROBLEM)])
def test_a_digest_that_is_deployed_must_be_there_for_the_platform(platform: str, state: State) -> None:
    with readable() as served:
        digest = served.push_image("team/web", "1", platform)
        given = settings(
            "local",
            cluster={"context": "c"},
            registry={"host": served.host},
            image={"repository": "team/web", "digest": digest},
        )
        results = check_registry(settled(given, None))
        assert {each.method for each in served.asked} == {"GET"}
    assert states(results)[Name.IMAGE] is state


def test_a_digest_that_is_not_there_is_a_problem() -> None:
    with readable() as served:
        given = settings(
            "local",
            cluster={"context": "c"},
            registry={"host": served.host},
            image={"repository": "team/web", "digest": DIGEST},
        )
        results = check_registry(settled(given, None))
    (wrong,) = [each for each in results if each.state is State.PROBLEM]
    assert wrong.check is Name.IMAGE
    assert DIGEST in wrong.what


@pytest.mark.parametrize("password", [PASSWORD, None])
def test_the_login_of_a_registry_of_others_is_preflights_business(password: str | None) -> None:
    given = settings(
        "aks",
        cluster={"mode": "existing", "name": "prod", "resourceGroup": "prod"},
        registry={"mode": "foreign", "host": "ghcr.io"},
    )
    assert check_registry(settled(given, password)) == []


def test_a_registry_of_others_is_asked_with_its_login() -> None:
    asked = Asked()
    with registry(asked) as host:
        given = settings(
            "aks",
            image={"repository": "team/web", "context": "webapi"},
            cluster={"mode": "existing", "name": "prod", "resourceGroup": "prod"},
            registry={"mode": "foreign", "host": host, "username": "ci"},
        )
        assert states(check_registry(settled(given)))[Name.PUSH] is State.OK
    assert (asked.of("POST"), asked.log[1][2]) == (["/v2/team/web/blobs/uploads/"] * 2, BASIC)


def as_if_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry of these tests is on this machine, and preflight really asks it."""

    def fits(*_: object, **__: object) -> None:
        pass

    monkeypatch.setattr(foreign_registry, "registry_mismatch", fits)
    monkeypatch.setattr(foreign_registry, "refuses_login", refuses_login)


@pytest.mark.parametrize("target", ["aks", "eks", "gke"])
@pytest.mark.parametrize("username", ["ci", None])
def test_a_wrong_password_for_a_registry_of_others_is_told_once(
    target: str, username: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_if_elsewhere(monkeypatch)
    with registry(Asked()) as host:
        login = base64.b64encode(b"ci:wrong").decode()
        (tmp_path / "config.json").write_text(json.dumps({"auths": {host: {"auth": login}}}))
        given = foreign(target, host, username)
        of_stack = settled(given, "wrong" if username else None)
        told = [*check_preflight(of_stack), *check_registry(of_stack)]
    (wrong,) = [each for each in told if "refuses the password" in each.what]
    assert (wrong.check, wrong.what) == (Name.LOGIN, f"{host} refuses the password of user 'ci'")


def test_a_sealed_password_is_sent_to_no_registry_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    as_if_elsewhere(monkeypatch)
    asked = Asked()
    with registry(asked) as host:
        of_stack = settled(foreign("eks", host, "ci"), "sealed", sealed=True)
        told = [*check_preflight(of_stack), *check_registry(of_stack)]
    assert {each.check: each.state for each in told}[Name.REGISTRY] is State.UNKNOWN
    assert (asked.log, [each for each in told if "refuses the password" in each.what]) == ([], [])


def foreign(target: str, host: str, username: str | None) -> Settings:
    return cloud_settings(
        target,
        image={"repository": "team/web", "context": "webapi"},
        registry={"mode": "foreign", "host": host, "username": username},
    )


def test_another_host_that_an_upload_names_is_asked_nothing() -> None:
    other = Asked()
    with registry(other) as elsewhere, registry(Asked(location=f"http://{elsewhere}/upload")) as host:
        assert states(found(host))[Name.PUSH] is State.OK
    assert other.log == []
