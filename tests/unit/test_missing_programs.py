"""A sandbox on a machine where programs are missing: each is named with what to type, without a traceback."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox import docker_engine, node, processes
from sandbox.bootstrap_checks import COMMANDS
from sandbox.errors import SandboxError
from sandbox.site import Site
from sandbox.state import Options, State, new_record

Lose = Callable[[str], None]


@pytest.fixture
def lose(monkeypatch: pytest.MonkeyPatch) -> Lose:
    """Makes one program missing, and every other one present."""

    def one(program: str) -> None:
        def which(name: str, path: str | None = None) -> str | None:
            _ = path
            return None if name == program else f"/there/{name}"

        monkeypatch.setattr(shutil, "which", which)

    return one


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(State(tmp_path), new_record(Options(), "embedded", "", tmp_path), {})


def start(folder: Path, program: str | Path, cwd: Path) -> None:
    processes.start(folder, "part", [program, "serve"], log=folder / "log", environment={"PATH": str(folder)}, cwd=cwd)


@pytest.mark.parametrize(
    ("program", "package"), [("docker-registry", "docker-registry"), ("etcd", "etcd-server"), ("dockerd", "docker.io")]
)
def test_a_part_whose_program_is_missing_names_its_package(tmp_path: Path, program: str, package: str) -> None:
    with pytest.raises(SandboxError) as refused:
        start(tmp_path, program, tmp_path)
    assert str(refused.value) == (
        f"{program} is not installed; it is in the Debian package {package}. "
        f"Type: make up, which installs what is missing (or: sudo apt-get install {package})"
    )


def test_a_tool_that_is_gone_from_the_cache_is_made_again_by_make_up(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"kube is not there; type: make up"):
        start(tmp_path, tmp_path / "kube", tmp_path)


def test_a_missing_folder_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"part cannot be started: .*'.*/none'"):
        start(tmp_path, "/bin/true", tmp_path / "none")


def test_a_program_that_may_not_be_run_is_named(tmp_path: Path) -> None:
    (tmp_path / "etcd").write_text("no program")
    with pytest.raises(SandboxError, match=r"part cannot be started: .*Permission denied: 'etcd'"):
        start(tmp_path, "etcd", tmp_path)


@pytest.mark.parametrize("program", ["/usr/lib/cni/bridge", "runc", "ctr"])
def test_a_node_is_not_started_without_what_its_pods_need(lose: Lose, site: Site, program: str) -> None:
    lose(program)
    with pytest.raises(SandboxError, match=f"{program} is not installed; .* {COMMANDS[program]}"):
        node.start_containerd(site, node.Node(1, debian=False))


def test_without_the_docker_client_no_engine_is_waited_for(lose: Lose, site: Site) -> None:
    lose("docker")
    with pytest.raises(SandboxError, match=r"docker is not installed; .* docker\.io"):
        docker_engine.up(site)
