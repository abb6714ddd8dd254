"""The language host as a process, with programs that need no provider.

What this does not prove: how the real engine shows it all; `tests/e2e` does.
"""

import json
import platform
import sys
from collections.abc import Generator
from importlib.metadata import version
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from pulumi.runtime.proto import language_pb2, plugin_pb2

from sandbox.engine import launchers
from tests.plugins.engine import Client, Engine, plugin, serving


class Host:
    """A language host and a project for it."""

    def __init__(self, stub: Client, project: Path, engine: Engine) -> None:
        self.stub = stub
        self.project = project
        self.engine = engine
        self.info = language_pb2.ProgramInfo(
            root_directory=str(project), program_directory=str(project), entry_point="."
        )

    def run(self, program: str) -> language_pb2.RunResponse:
        """Run a program text."""
        (self.project / "__main__.py").write_text(program)
        return self.stub.ask("Run", language_pb2.RunResponse,
            language_pb2.RunRequest(
                project="p", stack="s", organization="o", pwd=str(self.project), dryRun=True, parallel=4,
                monitor_address=self.engine.address, info=self.info,
                config={"p:word": "hello", "p:pin": "1234"}, configSecretKeys=["p:pin"],
            )
        )  # fmt: skip


@pytest.fixture
def host(tmp_path: Path) -> Generator[Host]:
    launchers.install_language_host(tmp_path / "bin", Path(sys.executable))
    project = tmp_path / "project"
    project.mkdir()
    environment = {"PULUMI_PYTHON_CMD": sys.executable}
    with (
        serving() as engine,
        plugin(tmp_path / "bin/pulumi-language-python", engine, cwd=project, environment=environment) as (channel, _),
    ):
        yield Host(Client(channel, "LanguageRuntime"), project, engine)


def test_a_program_sees_its_stack_its_configuration_and_its_secrets(host: Host) -> None:
    answer = host.run(
        "import pulumi\n"
        "c = pulumi.Config()\n"
        "pulumi.log.info(f'{pulumi.get_project()} {pulumi.get_stack()} {pulumi.get_organization()}')\n"
        "pulumi.log.info(f'{c.require(\"word\")} {pulumi.runtime.is_dry_run()}')\n"
        "pulumi.log.info(str(pulumi.runtime.is_config_secret('p:pin')))\n"
    )
    assert (answer.error, answer.bail) == ("", False)
    assert host.engine.texts("INFO") == ["p s o", "hello True", "True"]
    assert host.engine.registered == ["pulumi:pulumi:Stack"]


def test_a_run_error_is_its_text_without_a_traceback(host: Host) -> None:
    answer = host.run("import pulumi\nraise pulumi.RunError('app.port is wrong')\n")
    assert answer.error == "program exited with non-zero exit code: 1"
    assert host.engine.texts("ERROR") == ["app.port is wrong"]


def test_another_exception_is_shown_from_the_programs_first_line_on(host: Host) -> None:
    answer = host.run("def f():\n    raise ValueError('broken')\nf()\n")
    assert answer.bail
    (text,) = host.engine.texts("ERROR")
    assert text.startswith("Program failed with an unhandled exception:\nTraceback")
    assert "ValueError: broken" in text
    assert "program_runner" not in text


def test_a_folder_without_a_program_is_named(host: Host) -> None:
    host.info.entry_point = "empty"
    (host.project / "empty").mkdir()
    assert host.run("").bail
    (text,) = host.engine.texts("ERROR")
    assert text.startswith("unable to find main python program `__main__.py` in `")


def test_a_program_that_told_the_user_itself_only_ends_the_run(host: Host) -> None:
    answer = host.run("import sys\nsys.exit(32)\n")
    assert (answer.bail, answer.error) == (True, "")


def test_the_programs_folder_comes_first_and_the_hosts_own_modules_are_not_there(host: Host) -> None:
    (host.project / "launchers.py").write_text("NAME = 'mine'")
    host.run("import launchers, pulumi\npulumi.log.info(launchers.NAME)\n")
    (host.project / "launchers.py").unlink()
    assert host.engine.texts("INFO") == ["mine"]
    host.run("import launchers\n")
    assert "No module named 'launchers'" in host.engine.texts("ERROR")[0]


def test_a_missing_virtual_environment_is_told_before_anything_runs(host: Host) -> None:
    host.info.options.update({"virtualenv": ".venv"})
    with pytest.raises(grpc.RpcError, match=r"\.venv does not exist.*Type: python3 -m venv"):
        host.stub.ask(
            "GetRequiredPackages",
            language_pb2.GetRequiredPackagesResponse,
            language_pb2.GetRequiredPackagesRequest(info=host.info),
        )
    with pytest.raises(grpc.RpcError, match=r"\.venv does not exist.*Type: python3 -m venv"):
        host.run("print('must not run')")


def test_every_installed_provider_is_required(host: Host) -> None:
    answer = host.stub.ask(
        "GetRequiredPackages",
        language_pb2.GetRequiredPackagesResponse,
        language_pb2.GetRequiredPackagesRequest(info=host.info),
    )
    listed: list[dict[str, str]] = MessageToDict(answer)["packages"]
    found = {package["name"]: (package["kind"], package["version"]) for package in listed}
    assert found["docker"] == ("resource", f"v{version('pulumi-docker')}")
    assert {"aws", "gcp", "azure-native", "kubernetes"} <= set(found)


def test_the_host_tells_about_its_python(host: Host) -> None:
    about = host.stub.ask("About", language_pb2.AboutResponse, language_pb2.AboutRequest(info=host.info))
    assert (about.executable, about.version) == (sys.executable, platform.python_version())
    assert host.stub.ask("GetPluginInfo", plugin_pb2.PluginInfo, empty_pb2.Empty()).version == version("pulumi")
    request = language_pb2.GetProgramDependenciesRequest(info=host.info, transitiveDependencies=False)
    names = [
        dependency.name
        for dependency in host.stub.ask(
            "GetProgramDependencies", language_pb2.GetProgramDependenciesResponse, request
        ).dependencies
    ]
    assert "pulumi-docker" in names
    assert "pulumi" not in names


def test_the_parameters_of_a_provider_reach_the_engine(host: Host) -> None:
    package = host.project / "pulumi_random"
    package.mkdir()
    parameter = {"name": "random", "version": "3.7.2", "value": "eA=="}
    described = {"resource": True, "name": "terraform-provider", "version": "0.10.0", "parameterization": parameter}
    (package / "pulumi-plugin.json").write_text(json.dumps(described))
    metadata = host.project / "pulumi_random-3.7.2.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: pulumi_random\nVersion: 3.7.2\n")
    answer = host.stub.ask(
        "GetRequiredPackages",
        language_pb2.GetRequiredPackagesResponse,
        language_pb2.GetRequiredPackagesRequest(info=host.info),
    )
    listed: list[dict[str, object]] = MessageToDict(answer)["packages"]
    (found,) = [each for each in listed if each["name"] == "terraform-provider"]
    assert found == {
        "name": "terraform-provider", "kind": "resource", "version": "v0.10.0", "parameterization": parameter,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "request_", "words"),
    [
        ("GenerateProgram", language_pb2.GenerateProgramRequest(), r"pulumi import.*--generate-code=false"),
        ("GenerateProject", language_pb2.GenerateProjectRequest(target_directory="/t"), "pulumi convert, to /t"),
        ("GeneratePackage", language_pb2.GeneratePackageRequest(directory="/t"), "generates no SDKs .*to /t"),
        ("Pack", language_pb2.PackRequest(package_directory="/t"), "pulumi package pack-sdk, of /t"),
        ("Link", language_pb2.LinkRequest(), "adds no SDKs to a program"),
    ],
)
def test_what_the_host_does_not_do_is_refused_with_what_to_do(
    host: Host, method: str, request_: Message, words: str
) -> None:
    with pytest.raises(grpc.RpcError, match=f"{words}.*install the official Pulumi") as caught:
        host.stub.ask(method, empty_pb2.Empty, request_)
    assert "UNIMPLEMENTED" in str(caught.value)


def test_a_debugger_is_refused_before_the_program_runs(host: Host) -> None:
    (host.project / "__main__.py").write_text("raise SystemExit('must not run')")
    request = language_pb2.RunRequest(pwd=str(host.project), info=host.info, attach_debugger=True)
    answer = host.stub.ask("Run", language_pb2.RunResponse, request)
    assert "attaches no debugger (--attach-debugger); install the official Pulumi" in answer.error
