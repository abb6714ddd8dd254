"""The pure rules of the language host: which Python, which plug-ins, which command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pulumi.runtime.proto import language_pb2

from sandbox.engine import launchers
from sandbox.engine.dependency_install import commands, install
from sandbox.engine.installed_packages import InstalledPackage, Parameterization, Plugin, installed, plugin_of
from sandbox.engine.program_process import arguments, configuration
from sandbox.engine.python_toolchain import ToolchainError, resolve


def test_the_virtual_environment_is_relative_to_the_project(tmp_path: Path) -> None:
    toolchain = resolve(tmp_path, tmp_path / "program", {"virtualenv": "env"})
    assert toolchain.virtualenv == tmp_path / "env"


def test_a_missing_virtual_environment_comes_with_the_command_that_makes_it(tmp_path: Path) -> None:
    toolchain = resolve(tmp_path, tmp_path, {"virtualenv": "env"})
    with pytest.raises(ToolchainError, match=r"env does not exist.*Type: python3 -m venv .*env && .*pip install -r"):
        toolchain.python()
    (tmp_path / "env").mkdir()
    with pytest.raises(ToolchainError, match="has no bin/python"):
        toolchain.python()


def test_the_virtual_environment_is_activated() -> None:
    toolchain = resolve(Path("/p"), Path("/p"), {"virtualenv": ".venv"})
    environment = toolchain.environment({"PATH": "/usr/bin", "PYTHONHOME": "/x", "A": "b"})
    assert environment == {"PATH": "/p/.venv/bin:/usr/bin", "VIRTUAL_ENV": "/p/.venv", "A": "b"}


def test_a_lock_file_of_uv_above_the_program_chooses_uv(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").touch()
    toolchain = resolve(tmp_path, tmp_path / "deep" / "program", {})
    assert (toolchain.name, toolchain.virtualenv) == ("uv", tmp_path / ".venv")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"toolchain": "poetry"}, "poetry is not supported.*toolchain: pip"),
        ({"toolchain": "conda"}, "unsupported toolchain option: conda"),
        ({"virtualenv": 1}, "virtualenv option must be a string"),
        ({"typechecker": "mypy"}, "runtime.options.typechecker"),
    ],
)
def test_options_that_cannot_be_honoured_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ToolchainError, match=message):
        resolve(Path("/p"), Path("/p"), options)


def test_without_a_virtual_environment_the_command_of_the_environment_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_PYTHON_CMD", sys.executable)
    assert resolve(Path("/p"), Path("/p"), {}).python() == Path(sys.executable)
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "no-such-python")
    with pytest.raises(ToolchainError, match="PULUMI_PYTHON_CMD is 'no-such-python'"):
        resolve(Path("/p"), Path("/p"), {}).python()


@pytest.mark.parametrize(
    ("package", "plugin"),
    [
        (("pulumi-docker", "5.2.0", {"resource": True, "name": "docker"}), Plugin("docker", "v5.2.0", "")),
        (("x", "1.0", {"resource": True, "name": "y", "version": "2.0.1", "server": "s"}), Plugin("y", "v2.0.1", "s")),
        (("pulumi-old", "1.2", None), Plugin("old", "v1.2.0", "")),
        (("pulumi-old", "3.1.0a2", None), Plugin("old", "v3.1.0-alpha.2", "")),
        (("pulumi-old", "1.2.0b1605583329", None), Plugin("old", "v1.2.0-beta.1605583329", "")),
        (("pulumi-old", "1.2rc3", None), Plugin("old", "v1.2.0-rc.3", "")),
        (("pulumi-old", "1.2.3.4", None), Plugin("old", "v1.2.3.4", "")),
        (("pulumi-old", "1.2.3.post4", None), Plugin("old", "v1.2.3+post4", "")),
        (("pulumi-old", "1.2.3a1.post4.dev5", None), Plugin("old", "v1.2.3-alpha.1+post4dev5", "")),
        (("pulumi-old", "1.2.3.dev5", None), Plugin("old", "v1.2.3+dev5", "")),
        (("pulumi-old", "1!2.3.4", None), None),
        (("pulumi-old", "1.2.3+local", None), None),
        (("pulumi-component", "1.0.0", {"resource": False}), None),
        (("pulumi-policy", "1.21.0", None), None),
        (("requests", "2.0.0", None), None),
    ],
)
def test_a_pulumi_package_names_its_plug_in(package: tuple[str, str, dict[str, object] | None], plugin: object) -> None:
    name, version, described = package
    assert plugin_of(InstalledPackage(name, version, described, needed_by_others=False)) == plugin


def test_the_parameters_of_a_provider_are_passed_on() -> None:
    given = {"name": "random", "version": "3.7.2", "value": "eyJhIjoxfQ=="}
    plugin = plugin_of(_package({"parameterization": given, "extensionParameterization": {**given, "name": "more"}}))
    assert plugin is not None
    assert plugin.parameterization == Parameterization("random", "3.7.2", b'{"a":1}')
    assert plugin.extension == Parameterization("more", "3.7.2", b'{"a":1}')


@pytest.mark.parametrize("given", ["random", ["random"], {"value": "no base64!"}, {"value": 5}])
def test_parameters_that_cannot_be_understood_are_told_with_the_package(given: object) -> None:
    with pytest.raises(
        ToolchainError, match=r"pulumi-plugin\.json of pulumi-random 3\.7\.2 has a wrong parameterization"
    ):
        plugin_of(_package({"parameterization": given}))


def test_installed_packages_are_read_from_the_interpreter() -> None:
    packages = {package.name: package for package in installed(Path(sys.executable), os.environ)}
    docker = plugin_of(packages["pulumi-docker"])
    assert docker is not None
    assert (docker.name, docker.version) == ("docker", f"v{packages['pulumi-docker'].version}")
    assert packages["pulumi"].needed_by_others
    assert not packages["pulumi-docker"].needed_by_others


def test_the_program_gets_the_official_command_line() -> None:
    request = language_pb2.RunRequest(
        project="p", stack="s", pwd="/w", dryRun=True, parallel=8, monitor_address="m:1", organization="o",
        info=language_pb2.ProgramInfo(root_directory="/r", program_directory="/w", entry_point="."),
        config={"p:a": "1"}, configSecretKeys=["p:a"], args=["x"],
    )  # fmt: skip
    assert " ".join(arguments(request, "e:1")) == (
        "--monitor m:1 --engine e:1 --project p --root_directory /r --stack s --pwd /w --dry_run true --parallel 8 "
        "--organization o . x"
    )
    environment = configuration(request)
    assert json.loads(environment["PULUMI_CONFIG"]) == {"p:a": "1"}
    assert json.loads(environment["PULUMI_CONFIG_SECRET_KEYS"]) == ["p:a"]


def test_the_requirements_of_a_program_in_another_folder_are_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    program = tmp_path / "program"
    program.mkdir()
    (tmp_path / "requirements.txt").touch()
    toolchain = resolve(tmp_path, program, {"virtualenv": "env"})
    assert [words[:3] for words in commands(toolchain)] == [["python3", "-m", "venv"]]
    (program / "requirements.txt").touch()
    assert commands(toolchain)[-1][-2:] == ["-r", str(program / "requirements.txt")]
    assert toolchain.make_command().endswith(f"/env/bin/pip install -r {program}/requirements.txt")


def test_uv_and_pip_run_in_the_programs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, folder = tmp_path / "program", tmp_path / "bin"
    for each in (program, folder):
        each.mkdir()
    (folder / "uv").write_text("#!/bin/sh\npwd\n")
    (folder / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    lines = list(install(resolve(tmp_path, program, {"toolchain": "uv"})))
    assert f"{program}\n".encode() in lines


def test_installing_makes_the_virtual_environment_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    (tmp_path / "requirements.txt").touch()
    toolchain = resolve(tmp_path, tmp_path, {"virtualenv": "env"})
    assert [words[:3] for words in commands(toolchain)] == [
        ["python3", "-m", "venv"],
        [str(tmp_path / "env/bin/python"), "-m", "pip"],
    ]
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "bin" / "python").touch()
    assert len(commands(toolchain)) == 1


def test_a_launcher_works_from_any_folder_and_takes_nothing_from_it(tmp_path: Path) -> None:
    folder = tmp_path / "with space"
    launchers.install_language_host(folder, Path(sys.executable))
    (tmp_path / "grpc.py").write_text("raise SystemExit('imported from the program')")
    with subprocess.Popen(
        [folder / "pulumi-language-python", "127.0.0.1:1"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
    ) as host:
        assert host.stdout is not None
        assert int(host.stdout.readline()) > 0
        host.terminate()
        assert host.wait(10) == 0


def _package(described: dict[str, object]) -> InstalledPackage:
    return InstalledPackage("pulumi-random", "3.7.2", {"resource": True, **described}, needed_by_others=False)
