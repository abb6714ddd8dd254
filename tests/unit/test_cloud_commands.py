"""The stand-ins for the clouds' commands, run as a Kubernetes client runs them; the service only notes requests."""

import json
import subprocess
import sys
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sandbox.clouds import commands

FILE = Path(commands.__file__)
AWS = ("--region", "eu-central-1", "eks", "get-token", "--cluster-name", "web", "--output", "json")
SERVER = ("get-token", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630", "--tenant-id", "t")
AKS = (*SERVER, "--login", "spn", "--use-azurerm-env-vars")
GKE = ("--use_application_default_credentials=true",)
LOGGED_IN = {
    "aws": {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"},
    "kubelogin": {"ARM_CLIENT_ID": "x", "ARM_CLIENT_SECRET": "x"},
    "gke-gcloud-auth-plugin": {"GOOGLE_APPLICATION_CREDENTIALS": "x"},
}


class Server(ThreadingHTTPServer):
    """Keeps (path, Authorization) of each request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Service)
        self.seen: list[tuple[str, str | None]] = []


class Service(BaseHTTPRequestHandler):
    """Knows one cluster, `web`, and one secret."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.seen.append((self.path, self.headers.get("Authorization")))
        known = not self.path.endswith("cluster=gone")
        body = {"token": "t-1", "expires": "2030-01-01T00:00:00Z"} if known else {"message": "no cluster gone"}
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        pass


@pytest.fixture
def service() -> Generator[Server]:
    with Server() as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("s3")
    return tmp_path / "secret"


def run(
    port: int, secret: Path, command: str, *words: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-I", "-S", str(FILE), str(port), str(secret), command, *words]
    shell = {"HTTP_PROXY": "http://127.0.0.1:1", **(LOGGED_IN[command] if environment is None else environment)}
    return subprocess.run(line, capture_output=True, text=True, env=shell, timeout=30, check=False)


@pytest.mark.parametrize(
    ("command", "words", "asked"),
    [
        ("aws", AWS, "cloud=aws&cluster=web"),
        ("aws", ("eks", "get-token", "--cluster-id=web"), "cloud=aws&cluster=web"),
        ("kubelogin", AKS, "cloud=azure&cluster="),
        ("gke-gcloud-auth-plugin", GKE, "cloud=google&cluster="),
        ("gke-gcloud-auth-plugin", (), "cloud=google&cluster="),
    ],
)
def test_a_credential_is_printed_for_the_cluster_that_was_asked(
    service: Server, secret: Path, command: str, words: tuple[str, ...], asked: str
) -> None:
    done = run(service.server_port, secret, command, *words)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "kind": "ExecCredential",
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "spec": {},
        "status": {"expirationTimestamp": "2030-01-01T00:00:00Z", "token": "t-1"},
    }
    assert service.seen == [(f"/cluster-token?{asked}", "Bearer s3")]


@pytest.mark.parametrize(
    ("info", "version"),
    [
        ('{"apiVersion": "client.authentication.k8s.io/v1"}', "client.authentication.k8s.io/v1"),
        ('{"apiVersion": "client.authentication.k8s.io/v1alpha1"}', "client.authentication.k8s.io/v1beta1"),
        ("no json", "client.authentication.k8s.io/v1beta1"),
        ("[]", "client.authentication.k8s.io/v1beta1"),
    ],
)
def test_the_version_is_the_one_that_the_client_asks_for(info: str, version: str) -> None:
    credential: dict[str, Any] = commands.exec_credential(
        {"expires": "e", "token": "t"}, {"KUBERNETES_EXEC_INFO": info}
    )
    assert credential["apiVersion"] == version


@pytest.mark.parametrize(
    ("command", "words", "text"),
    [
        ("aws", ("s3", "ls"), "aws: this is the sandbox's stand-in for aws"),
        ("aws", ("eks", "get-token"), "aws: the following arguments are required: --cluster-name"),
        ("aws", ("eks", "get-token", "--cluster-name", "gone"), "aws: no cluster gone"),
        ("kubelogin", ("get-token",), "kubelogin: Error: required flag --server-id is missing"),
        ("kubelogin", ("convert-kubeconfig",), "kubelogin: this is the sandbox's stand-in for kubelogin"),
        ("gke-gcloud-auth-plugin", ("login",), "this is the sandbox's stand-in"),
    ],
)
def test_what_is_no_login_fails_in_one_sentence(
    service: Server, secret: Path, command: str, words: tuple[str, ...], text: str
) -> None:
    done = run(service.server_port, secret, command, *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert text in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("command", "words", "text"),
    [
        ("aws", AWS, "Unable to locate credentials"),
        ("kubelogin", AKS, "az login"),
        ("gke-gcloud-auth-plugin", GKE, "could not find default credentials"),
    ],
)
def test_nobody_logs_in_without_the_deployers_login(
    service: Server, secret: Path, command: str, words: tuple[str, ...], text: str
) -> None:
    done = run(service.server_port, secret, command, *words, environment={})
    assert done.returncode == 1
    assert text in done.stderr
    assert service.seen == []


@pytest.mark.parametrize(
    ("command", "words", "environment"),
    [
        ("aws", AWS, {"AWS_ACCESS_KEY_ID": "x"}),
        ("gke-gcloud-auth-plugin", GKE, {"GOOGLE_CREDENTIALS": "{}"}),
        ("gke-gcloud-auth-plugin", GKE, {"GOOGLE_OAUTH_ACCESS_TOKEN": "x"}),
        ("kubelogin", (*SERVER, "--login", "azurecli"), LOGGED_IN["kubelogin"]),
        ("kubelogin", (*SERVER, "--login", "spn"), LOGGED_IN["kubelogin"]),
        ("kubelogin", AKS, {"ARM_CLIENT_ID": "x", "ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "x"}),
        ("kubelogin", SERVER, LOGGED_IN["kubelogin"]),
    ],
)
def test_a_login_that_the_real_command_does_not_know_is_none(
    service: Server, secret: Path, command: str, words: tuple[str, ...], environment: dict[str, str]
) -> None:
    assert run(service.server_port, secret, command, *words, environment=environment).returncode == 1
    assert service.seen == []


@pytest.mark.parametrize(
    ("command", "words", "environment"),
    [
        ("aws", AWS, {"AWS_PROFILE": "x"}),
        ("aws", AWS, {"AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "x", "AWS_ACCESS_KEY_ID": ""}),
        ("kubelogin", (*SERVER, "--login", "spn", "--client-id", "x"), {"AZURE_CLIENT_SECRET": "x"}),
        ("kubelogin", (*SERVER, "--login", "workloadidentity", "--federated-token-file", "/t"), {}),
        ("kubelogin", (*SERVER, "--login", "workloadidentity"), {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x"}),
    ],
)
def test_each_login_that_the_real_command_knows_is_one(
    service: Server, secret: Path, command: str, words: tuple[str, ...], environment: dict[str, str]
) -> None:
    done = run(service.server_port, secret, command, *words, environment=environment)
    assert done.returncode == 0, done.stderr


def test_a_service_that_does_not_run_is_one_sentence_with_what_to_type(secret: Path) -> None:
    done = run(1, secret, "aws", *AWS)
    assert done.returncode == 1
    assert 'eval "$(.venv/bin/python -m sandbox env --clouds)"' in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_version_names_what_it_is(secret: Path) -> None:
    assert run(1, secret, "aws", "--version").stdout == "aws/0.0.0 (simulated clouds of the sandbox)\n"


def test_only_the_standard_library_is_imported() -> None:
    listed = [sys.executable, "-I", "-S", "-X", "importtime", str(FILE), "1", "x", "aws", "--version"]
    done = subprocess.run(listed, capture_output=True, text=True, timeout=30, check=True)
    modules = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "http.client" in modules
    assert not {"sandbox", "pydantic", "httpx"} & modules
