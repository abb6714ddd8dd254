"""A registry of another provider on the local target: its names, its logins that end, and a wrong password."""

import base64
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from pydantic import SecretStr

from components.docker_login import Login
from components.platforms import local_checks, registry_answer
from components.platforms.registry_answer import ask_registry, refuses_login
from components.settings import Secrets
from tests.unit.local_machine import PASSWORD, Machine, serving, start_machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with start_machine(tmp_path) as machine:
        yield machine


@pytest.fixture
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No registry is there to be asked."""

    def nothing(*_: object) -> None:
        pass

    monkeypatch.setattr(local_checks, "ask_registry", nothing)


@pytest.mark.usefixtures("unasked")
def test_a_name_that_docker_hub_does_not_take_is_said_before_the_push(machine: Machine) -> None:
    said = machine.refusal(Secrets(SecretStr(PASSWORD)), host="docker.io", username="acme")
    assert "image.repository: 'web' is no name for Docker Hub" in said
    assert "pulumi config set --path image.repository acme/web -s local" in said


@pytest.mark.usefixtures("unasked")
@pytest.mark.parametrize(
    ("host", "username", "what"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "AWS", "Amazon ECR, which ends after 12 hours"),
        ("acme.azurecr.io", "00000000-0000-0000-0000-000000000000", "Azure, which ends after 3 hours"),
    ],
)
def test_a_clouds_token_makes_no_pull_secret_here_either(machine: Machine, host: str, username: str, what: str) -> None:
    auth = base64.b64encode(f"{username}:{PASSWORD}".encode()).decode()
    (machine.folder / "config.json").write_text(json.dumps({"auths": {host: {"auth": auth}}}))
    assert f"the docker login for {host} is a token of {what}" in machine.refusal(host=host)


class Tokens(BaseHTTPRequestHandler):
    """A registry whose token service forbids a wrong password, as GHCR's does."""

    def do_GET(self) -> None:
        right = self.headers.get("Authorization") == "Basic Y2k6cmlnaHQ="
        status = 401 if self.path == "/v2/" else 200 if right else 403
        self.send_response(status)
        self.send_header("WWW-Authenticate", f'Bearer realm="http://{self.headers["Host"]}/token",service="x"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        pass


def test_a_token_service_that_forbids_refuses_the_password() -> None:
    with serving(Tokens) as host:
        assert ask_registry(host, Login("ci", "right")) is None
        assert ask_registry(host, Login("ci", "wrong")) == f"the registry {host} refuses the password of user 'ci'"
        assert refuses_login(host, Login("ci", "right")) is None
        assert refuses_login(host, Login("ci", "wrong")) == f"the registry {host} refuses the password of user 'ci'"
    assert refuses_login(host, Login("ci", "wrong")) is None  # silent by now: nobody refused it


def test_docker_hub_is_asked_where_it_serves_and_only_with_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Tokens) as host:
        monkeypatch.setattr(registry_answer, "_HUB_API", host)
        assert ask_registry("docker.io", Login("ci", "right")) is None
        said = ask_registry("docker.io", Login("ci", "wrong"))
    assert said == "the registry docker.io refuses the password of user 'ci'"
    assert ask_registry("docker.io", None) is None
