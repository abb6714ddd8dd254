"""A machine to run the local platform on: a kubeconfig, docker logins, and servers that really answer."""

import base64
import json
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pulumi
import pytest
import yaml
from pydantic import TypeAdapter

from components.errors import ConfigError
from components.platforms.choice import check_platform
from components.platforms.contract import Platform
from components.settings import Secrets
from components.settings_models import Settings
from components.stack_file import StackFile
from tests.engine import run_program
from tests.graph import Graph

PASSWORD = "canary-password"
STACK = StackFile("local")


class Registry(BaseHTTPRequestHandler):
    """Takes one login, or anybody when `open_` is set."""

    open_ = False
    seen: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        given = self.headers.get("Authorization")
        right = given == "Basic " + base64.b64encode(f"ci:{PASSWORD}".encode()).decode()
        type(self).seen.append(given)
        self.send_response(200 if right or self.open_ else 401)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        pass


class ForbiddingApi(BaseHTTPRequestHandler):
    """An API server whose user may see nothing."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        pass


class Machine:
    """A machine with a kubeconfig, a cluster that answers, a registry, and perhaps a docker login."""

    def __init__(self, folder: Path, registry: str, handler: type[Registry], api_server: str) -> None:
        self.folder = folder
        self.registry = registry
        self.handler = handler
        self.write_kubeconfig(api_server)

    def write_kubeconfig(self, server: str) -> None:
        document = {
            "current-context": "production",
            "contexts": [
                {"name": name, "context": {"cluster": name, "user": name}} for name in ("production", "kind-dev")
            ],
            "clusters": [
                {"name": "production", "cluster": {"server": "https://production.invalid"}},
                {"name": "kind-dev", "cluster": {"server": server}},
            ],
            "users": [{"name": name, "user": {"token": f"{name}-token"}} for name in ("production", "kind-dev")],
        }
        (self.folder / "kubeconfig").write_text(yaml.safe_dump(document))

    def docker_login(self, username: str, password: str) -> None:
        auth = base64.b64encode(f"{username}:{password}".encode()).decode()
        (self.folder / "config.json").write_text(json.dumps({"auths": {self.registry: {"auth": auth}}}))

    def run(self, secrets: Secrets | None = None, **registry: str) -> tuple[Platform, Graph]:
        """Create the platform in a program; `registry` is added to that object of the stack file."""
        made: list[Platform] = []

        def program() -> None:
            platform = check_platform(self.settings(**registry), secrets or Secrets(), STACK)()
            made.append(platform)
            pulumi.export("password", platform.registry.password)
            pulumi.export("pullSecret", platform.pull_grant.pull_secret)
            pulumi.export("kubeconfig", platform.cluster.kubeconfig)

        graph = run_program(program)
        return made[0], graph

    def settings(self, **registry: str) -> Settings:
        return settings("local", cluster={"context": "kind-dev"}, registry={"host": self.registry, **registry})

    def refusal(self, secrets: Secrets | None = None, **registry: str) -> str:
        with pytest.raises(ConfigError) as caught:
            self.run(secrets, **registry)
        assert PASSWORD not in str(caught.value)
        return str(caught.value)


_CLOUD_CLUSTERS = {
    "aks": {"name": "prod", "resourceGroup": "prod"},
    "eks": {"name": "prod", "region": "eu-central-1"},
    "gke": {"name": "prod", "project": "my-project", "location": "europe-west1"},
}


def cloud_settings(target: str, **own: object) -> Settings:
    """The least of a cloud's stack file."""
    cluster = {"mode": "existing", **_CLOUD_CLUSTERS[target]}
    return settings(target, **{"cluster": cluster, "registry": {"mode": "create"}, **own})


def settings(target: str, **own: object) -> Settings:
    document = {
        "target": target,
        "image": {"repository": "web", "context": "webapi"},
        "app": {"name": "web"},
        **own,
    }
    return TypeAdapter[Settings](Settings).validate_json(json.dumps(document))


@contextmanager
def start_machine(folder: Path) -> Generator[Machine]:
    """Write the files into a folder and run the servers; the variables that name the folder are the caller's."""
    handler = type("OwnRegistry", (Registry,), {"open_": False, "seen": []})
    with serving(handler) as registry, serving(ForbiddingApi) as api_server:
        yield Machine(folder, registry, handler, f"http://{api_server}")


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Generator[str]:
    """A server on this machine, as `host:port`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
