"""What the bootstrap decides, and one run of it on a machine where nothing is installed."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.bootstrap_apt import lists_are_fresh
from sandbox.bootstrap_checks import VENV_MODULE, Machine, disk_gb, missing_packages, problems
from sandbox.bootstrap_run import run_logged
from sandbox.bootstrap_venv import venv_is_current, venv_key
from sandbox.errors import SandboxError

ROOT = Path(__file__).resolve().parents[2]
READY = Machine(
    sandbox=True,
    system="Linux",
    root=True,
    apt=True,
    missing=(),
    docker_cli_package=False,
    python="3.11",
    go_problem=None,
    venv_is_current=True,
    free_gb=50.0,
    tools_gb=0.0,
)


def test_a_machine_with_everything_has_no_problem() -> None:
    assert problems(READY) == []


def test_what_apt_can_add_is_no_problem_for_root() -> None:
    machine = replace(READY, missing=("dockerd", "docker", "etcd", VENV_MODULE))
    assert problems(machine) == []
    assert missing_packages(machine) == ["docker.io", "etcd-server", "python3.11-venv"]


def test_the_docker_client_is_its_own_package_where_debian_has_it_so() -> None:
    machine = replace(READY, missing=("docker",), docker_cli_package=True)
    assert missing_packages(machine) == ["docker-cli", "docker.io"]


def test_without_root_the_command_to_type_names_every_package() -> None:
    found = problems(replace(READY, root=False, missing=("runc", "nft")))
    assert len(found) == 2
    assert found[0].endswith("type: sudo make up")
    assert found[1] == "not installed: runc, nft; type: sudo apt-get install nftables runc"


def test_without_apt_the_packages_are_named() -> None:
    assert "packages runc" in problems(replace(READY, apt=False, missing=("runc",)))[0]


def test_every_problem_is_reported_at_once() -> None:
    machine = replace(READY, system="Darwin", go_problem="Go is not on PATH", free_gb=1.0, tools_gb=9.0)
    found = "\n".join(problems(machine))
    for part in ("needs Linux", "Go is not on PATH", "9.0 GB of disk"):
        assert part in found


def test_the_virtual_environment_alone_needs_neither_root_nor_go() -> None:
    machine = replace(READY, sandbox=False, system="Darwin", root=False, go_problem="Go is too old", tools_gb=99.0)
    assert problems(machine) == []


def test_disk_is_asked_only_for_what_is_still_to_be_made() -> None:
    assert disk_gb(READY, []) == 0.0
    assert disk_gb(replace(READY, venv_is_current=False), ["runc"]) == 2.5


def test_package_lists_of_yesterday_are_not_fresh(tmp_path: Path) -> None:
    now = time.time()
    assert not lists_are_fresh(tmp_path, now)
    (tmp_path / "mirror_main_binary-amd64_Packages.lz4").touch()
    assert lists_are_fresh(tmp_path, now)
    assert not lists_are_fresh(tmp_path, now + 90_000)


def test_another_pin_makes_the_virtual_environment_stale(tmp_path: Path) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("a==1\n")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    assert not venv_is_current(tmp_path)
    (tmp_path / ".venv/made-from").write_text(venv_key(tmp_path))
    assert venv_is_current(tmp_path)
    (tmp_path / "requirements.txt").write_text("a==2\n")
    assert not venv_is_current(tmp_path)


def test_a_long_command_shows_a_sign_of_life(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_logged("working", ["sh", "-c", "echo step one; sleep 0.6"], tmp_path / "log", every=0.2)
    assert "s  step one" in capsys.readouterr().out


def test_a_failed_command_is_one_message_with_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(SandboxError) as caught:
        run_logged("working", ["sh", "-c", "echo noise; echo 'E: no such package'; exit 1"], tmp_path / "log")
    assert "E: no such package" in str(caught.value)
    assert "noise" not in str(caught.value)


def test_on_a_bare_machine_the_run_names_all_that_is_missing(tmp_path: Path) -> None:
    """No command is on PATH, so neither uv, apt-get nor Go are; the exit code is 1 and nothing is made."""
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.bootstrap", "all"],
        cwd=ROOT,
        env={"PATH": str(tmp_path), "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Go is not on PATH; install Go" in done.stderr
    assert "docker.io" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_mode_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox.bootstrap", "everything"]
    done = subprocess.run(command, cwd=ROOT, env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "error: type one of: all, python, test\n")
