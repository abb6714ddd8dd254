"""The nodes' image credential provider, run as a kubelet runs it, and how the kubelet is told of it."""

import json
import subprocess
import sys
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.clouds import node_login
from sandbox.node_logins import kubelet_flags
from sandbox.site import Site, free_port
from sandbox.state import Options, State, new_record
from tests.stack_files import ROOT

ACR = "contoso.azurecr.io/team/web@sha256:1"
ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:v1"
GOOGLE = "europe-west1-docker.pkg.dev/my-project/web/web:v1"
LOGIN = {"username": "me", "password": "hunter2"}


@dataclass
class Service:
    """Answers for the clouds' service, and what it was asked."""

    status: int = 200
    body: bytes = json.dumps(LOGIN).encode()
    port: int = 0
    asked: list[str] = field(default_factory=list[str])


@pytest.fixture
def service() -> Generator[Service]:
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            made.asked.append(f"{url.path} {parse_qs(url.query)['image'][0]} {self.headers['Authorization']}")
            self.send_response(made.status)
            self.send_header("Content-Length", str(len(made.body)))
            self.end_headers()
            self.wfile.write(made.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def site(tmp_path: Path, service: Service) -> Site:
    """A sandbox whose clouds are served."""
    state = State(tmp_path)
    record = new_record(Options(), "embedded", "", ROOT)
    record.ports["clouds-metadata"] = service.port
    state.secret("clouds-metadata")
    return Site(state, record, {})


def program(site: Site) -> list[str]:
    """What the kubelet runs, by its flags."""
    flags = dict(flag.removeprefix("--image-credential-provider-").split("=", 1) for flag in kubelet_flags(site))
    (provider,) = json.loads(Path(flags["config"]).read_text())["providers"]
    return [f"{flags['bin-dir']}/{provider['name']}"]


def run(command: list[str], image: str) -> subprocess.CompletedProcess[str]:
    request = {"apiVersion": node_login.API_VERSION, "kind": "CredentialProviderRequest", "image": image}
    environment = {"PATH": "/usr/bin:/bin", "http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
    return subprocess.run(
        command, input=json.dumps(request), capture_output=True, text=True, timeout=30, check=False, env=environment
    )


def answer(command: list[str], image: str) -> dict[str, object]:
    done = run(command, image)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.mark.parametrize("image", [ECR, GOOGLE, "gcr.io/my-project/web:v1"])
def test_a_kubelet_gets_the_login_of_the_nodes_for_the_images_registry(
    site: Site, service: Service, image: str
) -> None:
    assert answer(program(site), image) == {
        "apiVersion": "credentialprovider.kubelet.k8s.io/v1",
        "kind": "CredentialProviderResponse",
        "cacheKeyType": "Registry",
        "cacheDuration": "0s",
        "auth": {image.partition("/")[0]: LOGIN},
    }
    assert service.asked == [f"/node-login {image} Bearer {site.state.secret('clouds-metadata')}"]


def test_of_azure_it_gets_the_empty_login_too_with_which_anybodys_registry_is_read(site: Site) -> None:
    empty = {"username": "", "password": ""}
    assert answer(program(site), ACR)["auth"] == {"contoso.azurecr.io": LOGIN, "*.azurecr.*": empty}


@pytest.mark.parametrize("image", [ACR, ECR])
def test_nodes_that_get_no_login_fail_as_the_real_providers_do(site: Site, service: Service, image: str) -> None:
    service.status, service.body = 204, b""
    done = run(program(site), image)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"the nodes' identity gets no login for {image}" in done.stderr


def test_of_google_nodes_that_get_no_login_pull_as_nobody(site: Site, service: Service) -> None:
    service.status, service.body = 204, b""
    assert answer(program(site), GOOGLE)["auth"] == {}


@pytest.mark.parametrize("status", [403, 500])
def test_a_service_that_is_none_of_ours_gives_no_login(site: Site, service: Service, status: int) -> None:
    service.status = status
    assert answer(program(site), ECR)["auth"] == {}


def test_without_clouds_there_is_no_login(site: Site) -> None:
    site.record.ports["clouds-metadata"] = free_port(set())
    assert answer(program(site), ECR)["auth"] == {}


def test_a_sandbox_that_never_had_clouds_has_no_secret_and_no_login(site: Site) -> None:
    (site.state.folder / "secrets" / "clouds-metadata").unlink()
    assert answer(program(site), ECR)["auth"] == {}


def test_it_needs_nothing_but_python_itself() -> None:
    command = [sys.executable, "-I", "-S", "-X", "importtime", node_login.__file__, "1", "/nonexistent"]
    done = run(command, ECR)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert loaded - set(sys.stdlib_module_names) <= {"imported package", "__main__"}


def test_the_kubelet_asks_for_the_clouds_registries_only(site: Site) -> None:
    kubelet_flags(site)
    config = json.loads((site.state.folder / "node-logins" / "config.json").read_text())
    assert (config["apiVersion"], config["kind"]) == ("kubelet.config.k8s.io/v1", "CredentialProviderConfig")
    (provider,) = config["providers"]
    assert provider["apiVersion"] == node_login.API_VERSION
    assert provider["defaultCacheDuration"] == "0s"
    for name in ("contoso.azurecr.io", "1.dkr.ecr.us-east-1.amazonaws.com", "us-docker.pkg.dev", "eu.gcr.io", "gcr.io"):
        assert matches(provider["matchImages"], name)
    for name in ("docker.io", "127.0.0.1", "quay.io", "public.ecr.aws", "azurecr.io", "a.b.azurecr.io"):
        assert not matches(provider["matchImages"], name)


def matches(patterns: list[str], host: str) -> bool:
    """As the kubelet compares: label by label (kubernetes/kubernetes: pkg/credentialprovider/keyring.go, URLsMatch)."""

    def same(pattern: str) -> bool:
        labels, names = pattern.split("."), host.split(".")
        return len(labels) == len(names) and all(map(fnmatchcase, names, labels))

    return any(map(same, patterns))


def test_a_second_start_changes_nothing(site: Site) -> None:
    first = program(site)
    before = Path(first[0]).stat().st_mtime_ns
    assert program(site) == first
    assert Path(first[0]).stat().st_mtime_ns == before
    assert Path(first[0]).stat().st_mode & 0o777 == 0o700
