"""Starting the simulated clouds and the shell that meets them, with stand-ins for docker, pulumi and the processes."""

import json
import subprocess
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from sandbox import __main__ as command
from sandbox import base_image, docker_engine, environment, health, holder, kubectl, processes, pulumi_home, status
from sandbox.clouds import shell, start
from sandbox.clouds.place import PORTS, Place
from sandbox.errors import SandboxError
from sandbox.site import Site
from sandbox.state import Options, State, new_record

PROXY = "http://proxy.example:3128"


@dataclass
class Machine:
    """A sandbox of which nothing runs; what would be started is noted."""

    site: Site
    started: dict[str, tuple[list[str], Mapping[str, str]]] = field(
        default_factory=dict[str, tuple[list[str], Mapping[str, str]]]
    )
    stacks: list[str] = field(default_factory=list[str])
    applied: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])
    running: set[str] = field(default_factory=lambda: {"apiserver"})

    @property
    def place(self) -> Place:
        return Place(self.site.state)

    def service(self) -> tuple[list[str], Mapping[str, str]]:
        return self.started["clouds"]


def nothing(*words: object, **more: object) -> None:
    """In place of what would start something."""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    state = State(tmp_path / "state")
    record = new_record(Options(), "embedded", "asked for", tmp_path)
    state.write(record)
    machine = Machine(Site(state, record, {}))
    object.__setattr__(machine.site, "say", machine.said.append)

    def keep_running(
        site: Site, part: str, words: Sequence[str | Path], healthy: Callable[[], bool], **more: Mapping[str, str]
    ) -> bool:
        _ = site, healthy
        machine.started[part] = [str(word) for word in words], more["environment"]
        return True

    def run(state: State, *words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        assert words[0] == "apply"
        _ = state
        machine.applied.append(text or "")
        return subprocess.CompletedProcess([], 0, "", "")

    def running(folder: Path, part: str) -> psutil.Process | None:
        _ = folder
        return psutil.Process() if part in machine.running else None

    def make_stack(site: Site, stack: str, *, select: bool) -> None:
        assert site.state == machine.site.state
        assert not select  # or pulumi without -s would mean a cloud's stack
        machine.stacks.append(stack)

    monkeypatch.setattr(Site, "keep_running", keep_running)
    monkeypatch.setattr(kubectl, "run", run)
    monkeypatch.setattr(processes, "require", nothing)
    monkeypatch.setattr(processes, "running", running)
    monkeypatch.setattr(base_image, "up", nothing)
    monkeypatch.setattr(base_image, "stand_in", nothing)
    monkeypatch.setattr(pulumi_home, "make_stack", make_stack)
    monkeypatch.setattr(holder, "_MACHINE", tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    return machine


def test_a_service_an_engine_stacks_and_commands_are_made(machine: Machine) -> None:
    start.start(machine.site)
    words, values = machine.service()
    assert words[1:4] == ["-m", "sandbox.clouds.service", str(machine.site.state.folder)]
    assert Path(values["PYTHONPATH"], "sandbox/clouds/service.py").exists()
    assert machine.stacks == ["aks", "eks", "gke"]
    assert "simulated-deployer" in machine.applied[0]
    assert sorted(each.name for each in machine.place.commands.iterdir()) == [
        "aws",
        "gke-gcloud-auth-plugin",
        "kubelogin",
    ]
    kept = machine.site.state.read()
    assert kept is not None
    assert set(PORTS) <= set(kept.ports)


def test_the_engine_goes_by_the_clouds_proxy_and_trusts_their_authority(machine: Machine) -> None:
    start.start(machine.site)
    _, values = machine.started["docker"]
    assert values["HTTPS_PROXY"] == f"http://127.0.0.1:{machine.site.port('clouds-proxy')}"
    assert "127.0.0.1" in values["NO_PROXY"].split(",")
    assert values["SSL_CERT_FILE"] == str(machine.place.roots)


def test_a_second_time_the_cluster_is_not_asked_again(machine: Machine) -> None:
    start.start(machine.site)
    start.start(machine.site)
    assert len(machine.applied) == 1


def test_the_command_waits_for_another_one_and_goes_by_the_ports_that_it_chose(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "default_state", lambda: machine.site.state)
    with ThreadPoolExecutor() as pool:
        with holder.locked():
            asked = pool.submit(CliRunner().invoke, command.app, ["env", "--clouds"])
            with pytest.raises(TimeoutError):
                asked.result(timeout=0.5)
            other = machine.site.state.read()
            assert other is not None
            other.ports["clouds-proxy"] = 4711
            machine.site.state.write(other)
        done = asked.result(timeout=30)
    assert done.exit_code == 0, done.output
    assert done.stderr.startswith("waiting for another command that starts the sandbox …\n")
    assert "http://127.0.0.1:4711" in done.stdout
    kept = machine.site.state.read()
    assert kept is not None
    assert kept.ports["clouds-proxy"] == 4711


def test_a_cluster_that_is_not_the_sandboxs_own_is_refused_with_what_to_type(machine: Machine) -> None:
    machine.site.record.cluster = "context:kind-a"
    with pytest.raises(SandboxError, match="up --cluster embedded"):
        start.start(machine.site)
    assert machine.started == {}


def test_a_sandbox_that_does_not_run_is_said_with_what_to_type(machine: Machine) -> None:
    machine.running.clear()
    with pytest.raises(SandboxError, match=r"does not run.*type: .* up"):
        start.start(machine.site)


def test_only_a_sandbox_that_was_asked_for_clouds_has_them_repaired(machine: Machine) -> None:
    start.repair(machine.site)
    assert machine.started == {}
    start.start(machine.site)
    machine.started.clear()
    start.repair(machine.site)
    assert set(machine.started) == {"clouds", "docker"}


def test_the_way_out_is_that_of_the_first_shell(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    start.start(machine.site)
    assert machine.service()[1]["HTTPS_PROXY"] == PROXY
    # As in a shell that took over the clouds' variables.
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{machine.site.port('clouds-proxy')}")
    start.start(machine.site)
    assert machine.service()[1]["HTTPS_PROXY"] == PROXY


@pytest.mark.parametrize(("select", "words"), [(True, []), (False, ["--no-select"])])
def test_a_clouds_stack_is_made_once_and_not_selected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, select: bool, words: list[str]
) -> None:
    state, asked = State(tmp_path), list[tuple[str, ...]]()
    site = Site(state, new_record(Options(), "embedded", "", tmp_path), {})

    def run_pulumi(site: Site, *words: str) -> subprocess.CompletedProcess[str]:
        asked.append(words)
        file = site.state.pulumi_state / ".pulumi/stacks/monadic-pipeline/aks.json"
        file.parent.mkdir(parents=True)
        file.touch()
        return subprocess.CompletedProcess(words, 0, "", "")

    monkeypatch.setattr(pulumi_home, "run_pulumi", run_pulumi)
    pulumi_home.make_stack(site, "aks", select=select)
    pulumi_home.make_stack(site, "aks", select=select)
    assert asked == [("stack", "init", "aks", *words)]


def test_changed_code_is_another_command(machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    start.start(machine.site)
    before = machine.service()[0]
    start.start(machine.site)
    assert machine.service()[0] == before
    (tmp_path / "code").mkdir()
    (tmp_path / "code/cluster.yaml").write_text("simulated-deployer")
    monkeypatch.setattr(start, "_HERE", tmp_path / "code")
    start.start(machine.site)
    assert machine.service()[0][:-1] == before[:-1]
    assert machine.service()[0] != before


def test_the_shell_attaches_the_providers_and_is_signed_in(machine: Machine) -> None:
    start.start(machine.site)
    values = start.environment(machine.site, "/sandbox/bin:/usr/bin")
    ports = machine.site.record.ports
    assert values["PULUMI_DEBUG_PROVIDERS"] == (
        f"azure-native:{ports['clouds-azure-native']},aws:{ports['clouds-aws']},gcp:{ports['clouds-gcp']}"
    )
    assert values["PATH"] == f"/sandbox/bin:{machine.place.commands}:/usr/bin"
    assert values["DOCKER_HOST"] == docker_engine.own_host()
    assert {values[each] for each in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")} == {
        f"http://127.0.0.1:{ports['clouds-proxy']}"
    }
    assert values["NO_PROXY"] == values["no_proxy"]
    assert values["ARM_SUBSCRIPTION_ID"].startswith("33333333")
    assert json.loads(Path(values["GOOGLE_APPLICATION_CREDENTIALS"]).read_text())["project_id"] == "my-project"
    again = start.environment(machine.site, values["PATH"])
    assert again["PATH"] == values["PATH"]


def test_the_shell_trusts_the_machines_authorities_and_the_clouds(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("the company's\n")
    shell.write_roots(machine.place, {"SSL_CERT_FILE": str(tmp_path / "own.pem")})
    authority = (machine.place.certificates / "ca.pem").read_text()
    assert machine.place.roots.read_text() == f"the company's\n{authority}"
    # As in a shell that took over the clouds' variables: their own file is no source of itself.
    shell.write_roots(machine.place, {"SSL_CERT_FILE": str(machine.place.roots)})
    assert "the company's" not in machine.place.roots.read_text()
    assert machine.place.roots.read_text().count(authority) == 1


def test_the_command_prints_for_a_shell_on_standard_output_only(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "default_state", lambda: machine.site.state)
    done = CliRunner().invoke(command.app, ["env", "--clouds"])
    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines()[0].startswith("simulated clouds: no account is used")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("unset PULUMI_CONFIG_PASSPHRASE PULUMI_ACCESS_TOKEN AWS_PROFILE")
    assert all(line.startswith("export ") for line in lines[1:])
    assert any(line.startswith("export PULUMI_DEBUG_PROVIDERS=azure-native:") for line in lines)


def test_without_clouds_nothing_of_them_is_exported(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "default_state", lambda: machine.site.state)
    done = CliRunner().invoke(command.app, ["env"])
    assert "PULUMI_DEBUG_PROVIDERS" not in done.stdout
    assert done.stdout.splitlines()[0] == f"unset {' '.join(environment.UNSET)}"
    assert machine.started == {}


def test_clouds_that_were_asked_for_are_a_part_that_must_run(machine: Machine) -> None:
    site = machine.site
    assert "clouds" not in status._expected(site.state, site.record)  # pyright: ignore[reportPrivateUsage]
    assert "clouds" not in health._checks(site)  # pyright: ignore[reportPrivateUsage]
    start.start(site)
    assert "clouds" in status._expected(site.state, site.record)  # pyright: ignore[reportPrivateUsage]
    assert "clouds" in health._checks(site)  # pyright: ignore[reportPrivateUsage]


@contextmanager
def sleeping(folder: Path, **variables: str) -> Generator[subprocess.Popen[bytes]]:
    log = folder / "log"
    process = processes.start(folder, "docker", ["sleep", "60"], log=log, environment=variables, cwd=folder)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("proxy", "ends"), [("", True), ("http://127.0.0.1:1", True), (PROXY, False)])
def test_an_engine_with_another_environment_is_started_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str, ends: bool
) -> None:
    state = State(tmp_path)
    site = Site(state, new_record(Options(), "embedded", "", tmp_path), {})
    monkeypatch.setattr(Site, "keep_running", nothing)
    monkeypatch.setattr(processes, "require", nothing)
    with sleeping(tmp_path, HTTPS_PROXY=proxy, PATH="/bin") as process:
        docker_engine.up_with(site, {"HTTPS_PROXY": PROXY})
        assert (process.poll() is not None) is ends
