"""Mistakes: each ends in one message that says what, where and what to type, before anything is registered."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from components.platforms import local_checks
from components.platforms.cluster_facts import Facts
from tests.engine import RefusedError
from tests.program.conftest import KUBECONFIG, Project
from tests.program.stack_mistakes import IMAGE, SETTINGS
from tests.unit.local_machine import ForbiddingApi, serving

ask = local_checks.ask


def refusal(project: Project, **changes: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        project.run("local", **changes)
    assert caught.value.code == 32  # the user was told: Pulumi adds nothing
    message = str(caught.value)
    assert "Traceback" not in message
    assert commands(message)
    return message


def commands(message: str) -> list[str]:
    """What a message says to type, without the words behind it."""
    lines = message.splitlines()
    assert not [line for line, after in pairwise([*lines, ""]) if _is_mistake(line) and not _is_command(after)]
    return [line.partition("  # ")[0].strip() for line in lines if _is_command(line)]


def _is_mistake(line: str) -> bool:
    return line.startswith("  ") and not _is_command(line)


def _is_command(line: str) -> bool:
    return line.startswith(" " * 6)


@pytest.fixture
def registry() -> Iterator[str]:
    """A registry that refuses every login."""

    class Refuse(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
            pass

    with HTTPServer(("127.0.0.1", 0), Refuse) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def api_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Project) -> Iterator[Callable[[str], None]]:
    """Real checks, with an API server that answers; the function sets its URL."""
    assert project.root.is_dir()  # first: it has the checks answer, and a kubeconfig of its own
    monkeypatch.setattr(local_checks, "ask", ask)

    def use(url: str) -> None:
        document = KUBECONFIG | {"clusters": [{"name": "sandbox", "cluster": {"server": url}}]}
        (tmp_path / "kubeconfig").write_text(yaml.safe_dump(document))

    with serving(ForbiddingApi) as host:
        use(f"http://{host}")
        yield use


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


@pytest.mark.parametrize("mistake", SETTINGS)
def test_a_mistake_in_the_stack_file_is_named_with_its_key_and_what_to_type(mistake: str, project: Project) -> None:
    changes, reason, typed = SETTINGS[mistake]
    message = refusal(project, **changes)
    assert message.startswith("Pulumi.local.yaml: 1 mistake, nothing was changed")
    assert reason in message
    assert commands(message) == [f"pulumi config {each} -s local" for each in typed]


def test_a_context_outside_of_the_repository_is_refused(project: Project, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "Dockerfile").touch()
    message = refusal(project, image=IMAGE | {"context": "../other"})
    assert "outside of this repository" in message
    assert "pulumi config set --path image.allowOutside true -s local" in message


def test_an_environment_file_in_the_context_is_refused(project: Project) -> None:
    (project.root / "webapi" / ".dockerignore").unlink()
    (project.root / "webapi" / ".env").write_text("PASSWORD=canary\n")
    message = refusal(project)
    assert "image.context: webapi: would put into the image: .env (16 bytes" in message
    assert commands(message) == [f"printf '%s\\n' '' .env >> {project.root}/webapi/.dockerignore"]
    assert "canary" not in message


def test_no_docker_engine_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    message = refusal(project)
    assert "no docker engine answers at unix:///nowhere/docker.sock" in message
    assert commands(message) == [
        "sudo systemctl start docker",
        "open -a Docker",
        "make up",
        "pulumi config set --path image.digest 'sha256:…' -s local",
        "DOCKER_HOST=ssh://preview.invalid pulumi preview -s local",
    ]


def test_a_context_of_the_kubeconfig_that_does_not_exist_is_refused(project: Project) -> None:
    message = refusal(project, cluster={"context": "sandbx"})
    assert "cluster.context: no context 'sandbx'" in message
    assert "pulumi config set --path cluster.context sandbox -s local" in message


def test_a_cluster_that_does_not_answer_is_refused(project: Project, api_server: Callable[[str], None]) -> None:
    port = free_port()
    api_server(f"https://127.0.0.1:{port}")
    message = refusal(project, registry={"host": f"127.0.0.1:{free_port()}"})
    assert message.startswith("Pulumi.local.yaml: 2 mistakes")
    assert f"the cluster of context 'sandbox' does not answer at https://127.0.0.1:{port}" in message
    assert "Connection refused" in message
    assert commands(message)[:2] == ["make up", "kubectl --context sandbox version"]


@pytest.mark.usefixtures("api_server")
def test_a_registry_that_is_down_is_refused(project: Project) -> None:
    host = f"127.0.0.1:{free_port()}"
    message = refusal(project, registry={"host": host})
    assert message.startswith("Pulumi.local.yaml: 1 mistake")
    assert f"registry: the registry {host} does not answer (Connection refused)" in message
    assert commands(message)[:2] == ["make up", f"docker login {host}"]


@pytest.mark.usefixtures("api_server")
def test_a_wrong_registry_password_is_refused_without_showing_it(project: Project, registry: str) -> None:
    message = refusal(
        project,
        registry={"host": registry, "username": "ci"},
        registryPassword="password-canary",
        secret=("registryPassword",),
    )
    assert f"the registry {registry} refuses the password of user 'ci'" in message
    assert commands(message)[-1] == (
        "pulumi config set --path registry.username ci -s local && pulumi config set --secret registryPassword -s local"
    )
    assert "canary" not in message


@pytest.mark.usefixtures("api_server")
def test_a_registry_that_wants_a_login_and_gets_none_is_refused(project: Project, registry: str) -> None:
    message = refusal(project, registry={"host": registry})
    assert f"the registry {registry} wants a login, and there is none for it" in message
    assert f"docker login {registry}" in commands(message)


NONE = "unix:///nowhere/docker.sock"


def test_mistakes_of_every_kind_come_in_one_message(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", NONE)
    message = refusal(
        project,
        app={"name": "2web", "environment": {"API_KEY": "canary", "HOOK": "https://a:canary@b"}},
        cluster={"context": "sandbx"},
        ingress={"port": 0},
    )
    assert message.startswith("Pulumi.local.yaml: 5 mistakes, nothing was changed\n")
    for reason in (
        "app.name: '2web' cannot name a Service",
        "app.environment.API_KEY: API_KEY looks like a secret",
        "app.environment.HOOK: HOOK looks like a secret (an address with a password)",
        "ingress.port: 0 is not a port",
        "cluster.context: no context 'sandbx'",
        f"docker: no docker engine answers at {NONE}",
    ):
        assert reason in message
    assert "canary" not in message


@pytest.mark.usefixtures("api_server")
def test_a_mistake_in_the_settings_hides_no_registry_that_is_down(project: Project) -> None:
    host = f"127.0.0.1:{free_port()}"
    message = refusal(project, app={"name": "web", "replicas": -1}, registry={"host": host})
    assert message.startswith("Pulumi.local.yaml: 2 mistakes")
    assert f"registry: the registry {host} does not answer" in message


def test_what_is_right_beside_a_mistake_is_judged(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = Facts(("nginx",), ("linux/arm64",))

    def answer(*_: object) -> local_checks.Finding:
        return local_checks.Finding(None, None, facts)

    monkeypatch.setattr(local_checks, "ask", answer)
    app = {"name": "2web", "host": "web.localhost"}
    message = refusal(project, app=app, ingress={"port": 0}, image=IMAGE | {"contextLimit": "big"})
    assert message.startswith("Pulumi.local.yaml: 5 mistakes")
    for key in ("app.name", "ingress.port", "image.contextLimit", "ingress.className", "image.platform"):
        assert f"\n  {key}: " in message
        assert f"pulumi config set --path {key} " in message
    bad_host = refusal(project, app=app | {"host": "a_b"}, image=IMAGE | {"platform": "arm64"})
    assert bad_host.startswith("Pulumi.local.yaml: 3 mistakes")  # name, host, platform


def test_what_is_wrong_is_not_judged_by_what_stands_in_for_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = Facts(("nginx",), ("linux/arm64",))

    def answer(*_: object) -> local_checks.Finding:
        return local_checks.Finding(None, None, facts)

    monkeypatch.setattr(local_checks, "ask", answer)
    broken = refusal(project, image=IMAGE | {"platform": "arm64"}, ingress={"className": "A B"})
    assert broken.startswith("Pulumi.local.yaml: 2 mistakes")
    assert "image.platform: must be 'linux/amd64' or 'linux/arm64'" in broken
    assert "ingress.className: 'A B' cannot name an object" in broken


@pytest.mark.parametrize("key", ["cluster", "registry", "registryPassword"])
def test_a_platform_with_mistakes_is_not_looked_for(
    key: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> local_checks.Finding:
        pytest.fail("asked")

    monkeypatch.setattr(local_checks, "ask", never)
    monkeypatch.setenv("DOCKER_HOST", NONE)
    message = refusal(project, **{key: "canary" if key == "registryPassword" else {"x": 1}})
    assert "no docker engine answers" in message  # the rest is


def test_a_context_of_a_cloud_is_refused_with_the_stack_to_use(
    project: Project, api_server: Callable[[str], None]
) -> None:
    api_server("https://prod-1a2b.hcp.westeurope.azmk8s.io:443")
    message = refusal(project, registry={"host": f"127.0.0.1:{free_port()}"})
    assert (
        "cluster.context: context 'sandbox' is an AKS cluster (https://prod-1a2b.hcp.westeurope.azmk8s.io:443)"
        in message
    )
    assert "pulumi up -s aks" in commands(message)
    assert "does not answer at" not in message  # it was not asked
