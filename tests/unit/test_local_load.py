"""A local stack without a registry: what loads its image, and what is said before anything is built."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from components.errors import ConfigError
from components.kubeconfig import Context
from components.platforms.choice import check_platform
from components.platforms.contract import Platform, PullKind
from components.platforms.local_load import ClusterLoader, Tool, cluster_of
from components.settings import Secrets
from components.stack_file import StackFile
from tests.engine import run_program
from tests.unit.local_machine import Machine, settings, start_machine

IMAGE = "loaded.invalid/web:0123"
STACK = StackFile("local")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with start_machine(tmp_path) as machine:
        yield machine


def program(folder: Path, name: str, script: str = "exit 0") -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def refusal(tool: str, secrets: Secrets | None = None, **image: str) -> str:
    own = {"image": {"repository": "web", "context": "webapi", **image}}
    stack = settings("local", cluster={"context": "kind-dev"}, registry={"load": tool}, **own)
    with pytest.raises(ConfigError) as caught:
        check_platform(stack, secrets or Secrets(), STACK)
    return str(caught.value)


def context(cluster: str, text: str = "") -> Context:
    return Context("any", "https://127.0.0.1:6443", proxied=False, text=text, cluster=cluster)


def loader(tool: Tool = "kind") -> ClusterLoader:
    return ClusterLoader(tool, "dev", "linux/amd64", STACK)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (context("kind-dev"), ("kind", "dev")),
        (context("k3d-k3s-default"), ("k3d", "k3s-default")),
        (context("minikube"), ("minikube", "minikube")),
        (context("team", "extension: {provider: minikube.sigs.k8s.io}"), ("minikube", "team")),
        (context("docker-desktop"), None),
        (context("sandbox"), None),
    ],
)
def test_a_cluster_is_known_by_its_own_name_whatever_the_context_is_called(
    found: Context, expected: tuple[str, str] | None
) -> None:
    assert cluster_of(found) == expected


def test_the_platform_loads_and_names_no_registry_and_no_login(machine: Machine) -> None:
    program(machine.folder, "kind")
    machine.docker_login("ci", "canary-password")
    made: list[Platform] = []
    stack = settings("local", cluster={"context": "kind-dev"}, registry={"load": "kind"})
    run_program(lambda: made.append(check_platform(stack, Secrets(), STACK)()))
    (platform,) = made
    assert platform.registry.loader == ClusterLoader("kind", "dev", "linux/amd64", STACK)
    assert (platform.registry.prefix, platform.registry.username) == ("loaded.invalid", None)
    assert (platform.pull_grant.kind, platform.pull_grant.pull_secret) == (PullKind.ANONYMOUS, None)
    assert platform.pull_grant.facts == {"cluster": "dev"}  # for the commands of a diagnosis
    assert "docker image ls loaded.invalid/web" in platform.leaves[0]
    assert machine.handler.seen == []  # no registry was asked


def test_a_program_that_is_missing_is_named_with_how_it_is_installed(machine: Machine) -> None:
    assert machine.folder
    said = refusal("kind")
    assert "registry.load: kind is not installed, or not on PATH" in said
    assert "https://kind.sigs.k8s.io/docs/user/quick-start/#installation" in said


def test_a_cluster_of_another_tool_is_named_with_its_own(machine: Machine) -> None:
    program(machine.folder, "k3d")
    said = refusal("k3d")
    assert (
        "registry.load: k3d loads into its own clusters, and the cluster of context 'kind-dev' is one of kind" in said
    )
    assert "pulumi config set --path registry.load kind -s local" in said


def test_what_is_for_a_registry_is_named_all_at_once(machine: Machine) -> None:
    program(machine.folder, "kind")
    said = refusal("kind", Secrets(SecretStr("canary-password")), digest=f"sha256:{'0' * 64}")
    assert "2 mistakes" in said
    assert "image.digest: names an image of a registry" in said
    assert "pulumi config rm --path image.digest -s local" in said
    assert "registryPassword: is for a registry, and kind loads the image" in said
    assert "pulumi config rm registryPassword -s local" in said
    assert "canary" not in said


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("kind", f"load docker-image {IMAGE} --name dev"),
        ("minikube", f"image load {IMAGE} --profile dev"),
        ("k3d", f"image import {IMAGE} --cluster dev"),
    ],
)
def test_each_tool_gets_its_own_words(tool: Tool, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    program(tmp_path, tool, f'echo "$@" > {tmp_path}/words')
    loader(tool).load(IMAGE)
    assert (tmp_path / "words").read_text() == f"{words}\n"


def test_a_load_that_fails_is_told_with_what_it_said_and_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    program(tmp_path, "kind", "echo 'ctr: content digest sha256:1: not found' >&2; exit 3")
    with pytest.raises(ConfigError) as caught:
        loader().load(IMAGE)
    lines = str(caught.value).splitlines()
    assert lines[:2] == [
        f"not loaded: kind load docker-image {IMAGE} --name dev: exit code 3",
        "    ctr: content digest sha256:1: not found",
    ]
    assert any(
        f"docker save --platform linux/amd64 -o image.tar {IMAGE} && kind load image-archive" in each for each in lines
    )
    assert any("pulumi up -s local --replace '**docker:index/image:Image::**'" in each for each in lines)


def test_a_tool_that_is_gone_since_preview_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match=r"not loaded: k3d image import .*: k3d cannot be started: No such file"):
        loader("k3d").load(IMAGE)


def test_by_hand_k3d_is_told_to_say_what_fails() -> None:
    assert loader("k3d").fixes(IMAGE)[0][1] == f"k3d image import {IMAGE} --cluster dev --mode direct"
    assert len(loader("minikube").fixes(IMAGE)) == 2
