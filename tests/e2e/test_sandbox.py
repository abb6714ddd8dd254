"""The sandbox itself: what it repairs, whom it refuses, and that nothing of it stays."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest

from sandbox import cgroups, mounts, network, processes
from sandbox.served import first_answer
from sandbox.state import RUNTIME, State, default_state, remove_tree
from tests.e2e.conftest import sandbox
from tests.e2e.machine import machine_state, of_a_sandbox
from tests.e2e.project import ROOT, Project
from tests.e2e.services import all_services, page, recalled, simulated
from tests.e2e.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.alone]

_AGAIN_SECONDS = 60.0


def _pids(state: State) -> dict[str, int]:
    return {part: process.pid for part, process in processes.leaders(state.folder).items()}


def _up() -> None:
    done = sandbox("up")
    assert done.returncode == 0, done.stdout


def test_a_second_up_starts_nothing(state: State) -> None:
    before = _pids(state)
    _up()
    assert _pids(state) == before
    assert "ingress" in before


def test_up_repairs_each_part_that_was_killed(state: State) -> None:
    for part, process in processes.leaders(state.folder).items():
        process.send_signal(signal.SIGKILL)
        process.wait(5)
        assert part not in _pids(state)
        _up()
        assert part in _pids(state)
    assert sandbox("status").returncode == 0


def test_status_names_a_part_that_runs_and_does_not_answer_and_up_repairs_it(state: State) -> None:
    ingress = processes.leaders(state.folder)["ingress"]
    ingress.suspend()
    done = sandbox("status")
    assert done.returncode == 1
    assert "ingress: does not answer; type: .venv/bin/python -m sandbox up" in done.stdout
    _up()
    assert sandbox("status").returncode == 0
    assert _pids(state)["ingress"] != ingress.pid


def test_up_repairs_a_sandbox_of_which_everything_was_killed_and_pods_run_again(project: Project) -> None:
    project.must_up()
    processes.kill([process for _, process in processes.marked(project.state.folder)])
    assert _pids(project.state) == {}
    _up()
    # Nothing has changed for Pulumi, so it does not wait for the pods that a kubelet starts again meanwhile.
    first_answer(project.must_up()["url"], "/ready", patience=_AGAIN_SECONDS)


def test_up_repairs_what_a_reboot_leaves_and_what_was_remembered_is_there(project: Project) -> None:
    vectors = all_services(simulated(project.state), deleteData=True)["vectors"]
    project.configure("services", vectors=vectors)
    project.must_up()
    page(project, "/remember", text="nodes start again")
    processes.kill([process for _, process in processes.marked(project.state.folder)])
    assert cgroups.remove() == []
    mounts.remove_below(RUNTIME)
    mounts.remove_below(project.state.folder)
    network.down()
    remove_tree(RUNTIME)
    _up()
    # Nothing has changed for Pulumi, so it does not wait for the pods that a kubelet starts again meanwhile.
    first_answer(project.must_up()["url"], "/ready", patience=_AGAIN_SECONDS)
    assert until(lambda: recalled(project, "nodes"), _AGAIN_SECONDS) == ["nodes start again"]


def _down() -> dict[str, list[str]]:
    """Take the sandbox down; the machine then, which has nothing that is a sandbox's."""
    folder = default_state().folder
    done = sandbox("down")
    assert done.returncode == 0, done.stdout
    machine = machine_state()
    assert of_a_sandbox(machine, folder) == {}
    assert not folder.exists()
    return machine


def test_down_leaves_nothing_and_up_starts_anew(project: Project) -> None:
    project.must_up()
    # What would be found if it stayed. Whether there are rules of iptables depends on the machine's own docker.
    found = set(of_a_sandbox(machine_state(), project.state.folder))
    assert found >= {"interfaces", "firewall tables", "mounts", "control groups", "processes", "files"}
    clean = _down()
    _up()
    assert _down() == clean
    _up()
    done = project.pulumi("stack", "init", "--no-select")  # the state went with the sandbox
    assert done.code == 0, done.output


def test_home_and_the_temporary_folder_stay_empty(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _down()
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    own = {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "XDG_CACHE_HOME": str(default_state().folder.parents[1]),
        # Go's settings, by which the built tools are found again, and where Go counts how often it is started.
        "XDG_CONFIG_HOME": os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config")),
    }
    for folder in (home, temporary):
        folder.mkdir()
    with monkeypatch.context() as shell:
        for name, value in own.items():
            shell.setenv(name, value)
        _up()
        user = replace(project, environment={**project.environment, **own})
        assert user.pulumi("stack", "init", "--no-select").code == 0
        user.must_up()
        assert user.kubectl("get", "pods")["items"] != []
        _down()
    assert [str(each) for folder in (home, temporary) for each in folder.rglob("*")] == []
    _up()
    assert project.pulumi("stack", "init", "--no-select").code == 0


def test_down_after_everything_was_killed_leaves_nothing(project: Project) -> None:
    clean = _down()
    _up()
    assert project.pulumi("stack", "init", "--no-select").code == 0
    project.must_up()
    processes.kill([process for _, process in processes.marked(project.state.folder)])
    assert _down() == clean
    _up()
    assert project.pulumi("stack", "init", "--no-select").code == 0


@pytest.mark.usefixtures("state")
def test_a_second_checkout_is_told_who_holds_the_sandbox(tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "sandbox", other / "sandbox")
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "up"], cwd=other, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert str(ROOT) in done.stderr
    assert "make down" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("state")
def test_a_port_that_is_taken_is_named_with_who_holds_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = sandbox("up", "--http-port", str(port))
    assert done.returncode == 1
    assert f"port {port} is in use by" in done.stdout
    assert f"--http-port {port + 1}" in done.stdout
    assert sandbox("up", "--http-port", "8080").returncode == 0


def test_the_registry_refuses_strangers_and_secrets_are_only_the_users(state: State) -> None:
    record = state.read()
    assert record is not None
    host = f"http://127.0.0.1:{record.options.registry_port}/v2/"
    assert httpx.get(host, trust_env=False).status_code == 401
    holders = [state.certificates, state.docker_config, state.folder / "secrets", state.folder / "kubeconfigs"]
    files = [state.kubeconfig, state.folder / "registry" / "htpasswd", *(f for each in holders for f in each.iterdir())]
    assert len(files) > 15
    assert [path for path in files if path.stat().st_mode & 0o077] == []
    assert state.folder.stat().st_mode & 0o077 == 0


def test_a_kubelet_has_no_docker_login_to_pull_with(state: State) -> None:
    kubelet = processes.leaders(state.folder)["kubelet-node-1"]
    home = Path(kubelet.environ()["HOME"])
    assert home.is_relative_to(state.folder)
    assert not list(home.rglob("config.json"))
    assert not list(Path(kubelet.cwd()).rglob(".docker*"))


def test_only_loopback_and_the_sandboxs_own_bridges_are_listened_on(state: State) -> None:
    ours = {process.pid for _, process in processes.marked(state.folder)}
    listening = [each for each in psutil.net_connections("inet") if each.pid in ours and each.status == "LISTEN"]
    # gRPC writes 127.0.0.1 as an address of IPv6.
    addresses = {str(each.laddr[0]).removeprefix("::ffff:") for each in listening if each.laddr}
    assert {each for each in addresses if not each.startswith(("127.", "10.244.0."))} == set()
