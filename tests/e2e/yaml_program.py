"""A program in YAML that uses the package, in a folder that has nothing else of this project."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml
from rich.console import Console

from sandbox import registry
from sandbox.bootstrap_venv import UV_VERSION
from sandbox.cache_home import cache_home
from sandbox.environment import UNSET, variables
from sandbox.state import State
from sandbox.toolchain import Origin, ensure_tools
from tests.e2e.project import ROOT, Run, run
from tests.unit.clouds_page import blocks
from tests.unit.docs_pages import text_of

PAGE, PACKAGE = "package.md", ROOT / "package"
TOKEN = "hush-hush-hush"
_INDEX = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"

_PULL_SECRET = {
    "type": "kubernetes:core/v1:Secret",
    "properties": {
        "metadata": {"namespace": "${namespace.metadata.name}", "name": "pull"},
        "type": "kubernetes.io/dockerconfigjson",
        "stringData": {".dockerconfigjson": "${login}"},
    },
    "options": {"provider": "${cluster}"},
}


def language_host() -> list[str]:
    """The folder of Pulumi's YAML host, if it did not come with Pulumi; built by the first test that wants it."""
    console = Console(stderr=True)
    if ensure_tools(["pulumi"], console)["pulumi"].origin is not Origin.BUILT:
        return []  # every release has it
    return [str(ensure_tools(["pulumi-yaml"], console)["pulumi-yaml"].path.parent)]


def _secret(file: Path) -> dict[str, Any]:
    return {"fn::secret": {"fn::readFile": str(file)}}


def base_image(state: State) -> str:
    """By digest, the image with Python that the sandbox's registry has from its start."""
    record = state.read()
    assert record is not None
    host = registry.host_at(record.options.registry_port)
    login = (registry.USER, state.secret("registry-password"))
    found = httpx.head(
        f"http://{host}/v2/sandbox/python/manifests/3", auth=login, headers={"Accept": _INDEX}, trust_env=False
    )
    found.raise_for_status()
    return f"{host}/sandbox/python@{found.headers['Docker-Content-Digest']}"


@dataclass(frozen=True)
class YamlProgram:
    """The folder, its stack and the shell to use it from."""

    folder: Path
    state: State
    stack: str
    image: str
    port: int
    environment: dict[str, str]

    def pulumi(self, *words: str) -> Run:
        """Run pulumi without questions."""
        return run(["pulumi", *words, "--non-interactive"], cwd=self.folder, environment=self.environment)

    def on_stack(self, *words: str) -> Run:
        """Likewise, on the stack."""
        return self.pulumi(*words, "-s", self.stack)

    def write(self, **changed: Any) -> None:
        """Write the program of the page, with names of the sandbox and these arguments of the app changed.

        What `package add` wrote stays.
        """
        file = self.folder / "Pulumi.yaml"
        added = yaml.safe_load(file.read_text())
        (page,) = [each for each in blocks("yaml", text_of(PAGE)) if each.startswith("name:")]
        document = {**yaml.safe_load(page), **{key: added[key] for key in ("name", "packages")}}
        document["variables"] = {"kubeconfig": _secret(self.state.kubeconfig), "login": _secret(self.logins)}
        resources = document["resources"]
        resources["cluster"]["properties"]["context"] = "sandbox"
        resources["namespace"]["properties"]["metadata"]["name"] = self.stack
        resources["pull"] = _PULL_SECRET
        resources["web"]["properties"] |= {**self._arguments(), **changed}
        file.write_text(yaml.safe_dump(document, sort_keys=False))

    @property
    def logins(self) -> Path:
        """The docker configuration with the registry's login."""
        return self.state.docker_config / "config.json"

    def _arguments(self) -> dict[str, Any]:
        return {
            "image": self.image,
            "imagePullSecrets": ["${pull.metadata.name}"],
            "command": ["python3", "-m", "http.server", "8080"],
            "readyPath": "/",
            "healthPath": "/",
            "replicas": 1,
            "drainSeconds": 1,
            "shutdownSeconds": 1,
            "minReadySeconds": 0,
            "ingress": {"className": "traefik", "host": f"{self.stack}.localhost", "urlPort": self.port},
            "guard": {"kubeconfig": "${kubeconfig}", "context": "sandbox", "target": "local"},
        }

    def answer(self) -> httpx.Response:
        """What the app says at its URL."""
        host = f"{self.stack}.localhost:{self.port}"
        return httpx.get(f"http://127.0.0.1:{self.port}/", headers={"Host": host}, timeout=5, trust_env=False)

    def kubectl(self, *words: str) -> Run:
        """Run kubectl."""
        return run(["kubectl", "--context", "sandbox", *words], cwd=self.folder, environment=self.environment)

    def package_processes(self) -> list[psutil.Process]:
        """Those that serve the package."""
        return [each for each in psutil.process_iter(["cmdline"]) if str(PACKAGE) in (each.info["cmdline"] or [])]


def make_program(folder: Path, state: State) -> YamlProgram:
    """A folder with a project file of two lines, and a stack."""
    record = state.read()
    assert record is not None
    given = {name: value for name, value in os.environ.items() if name not in {*UNSET, "PYTHONPATH"}}
    environment = {**given, **variables(state), "UV_SYSTEM_CERTS": "1"}
    # Pip would take half a minute for the package's environment, uv takes what it has.
    others = [*language_host(), str(cache_home() / f"uv-{UV_VERSION}" / "bin")]
    environment["PATH"] = ":".join([environment["PATH"], *others])
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: from-yaml\nruntime: yaml\n")
    made = YamlProgram(
        folder, state, f"e2e-{secrets.token_hex(3)}", base_image(state), record.options.http_port, environment
    )
    for words in (("stack", "init", made.stack), ("config", "set", "--secret", "token", TOKEN, "-s", made.stack)):
        done = made.pulumi(*words)
        assert done.code == 0, done.output
    return made
