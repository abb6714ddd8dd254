"""What the doctor finds on a machine and in a project's folder."""

import contextvars
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from components.platforms.contract import Target
from components.settings_models import ImageSettings
from components.stack_file import StackFile
from ops.checks import source, tools
from ops.checks.backend import backend_of, missing_passphrase
from ops.checks.command import Ran
from ops.checks.finding import Finding, Name, State
from ops.checks.project import Project, read_project, read_stack_file, stacks_of, values_of
from ops.checks.pulumi_values import failure
from ops.checks.settled import settle
from ops.checks.source import check_context, check_docker
from ops.checks.tools import check_kubectl, check_plugins, check_pulumi, check_python, version_of
from tests.stack_files import ROOT
from tests.unit.engines import OK, engine

STACK = StackFile("local")
Programs = Callable[[str, str], None]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Makes commands on a PATH that has nothing else but a shell's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/nowhere")

    def make(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return make


def project(folder: Path, **more: Any) -> Project:
    return Project(folder, "shop", **more)


def only(found: list[Finding]) -> Finding:
    (each,) = found
    return each


# Python


def venv(folder: Path, **packages: str) -> Path:
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").touch()
    for name, version in packages.items():
        info = folder / ".venv" / "lib" / "python3.11" / "site-packages" / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return folder


def test_packages_that_are_missing_or_of_another_version_are_a_problem(tmp_path: Path) -> None:
    venv(tmp_path, pydantic="2.0", httpx="0.28.1")
    (tmp_path / "requirements.txt").write_text("# why\npydantic==2.14.4\nhttpx==0.28.1\nPy_YAML==6.0.4 ; x\n-r other\n")
    found = only(check_python(project(tmp_path, virtualenv=".venv")))
    assert found.state is State.PROBLEM
    assert found.what == f"{tmp_path}/.venv lacks pydantic 2.14.4 (has 2.0), Py_YAML 6.0.4"
    assert found.commands == ("python3 -m venv .venv && .venv/bin/pip install -r requirements.txt",)


def test_a_virtual_environment_that_has_all_is_well_whatever_it_has_beside(tmp_path: Path) -> None:
    venv(tmp_path, PyYAML="6.0.4", more="1")
    (tmp_path / "requirements.txt").write_text("pyyaml==6.0.4\n")
    assert only(check_python(project(tmp_path, virtualenv=".venv"))).state is State.OK


def test_a_virtual_environment_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    found = only(check_python(project(tmp_path, virtualenv=".venv")))
    assert found.state is State.PROBLEM
    assert str(tmp_path / ".venv" / "bin" / "python") in found.what


def test_the_python_of_this_checkout_has_all_of_its_requirements() -> None:
    assert only(check_python(read_project(ROOT))).state is State.OK


# Pulumi and kubectl


@pytest.mark.parametrize(
    ("says", "state"), [("v3.244.0", State.OK), ("v3.1000.0-alpha", State.OK), ("v3.243.9", State.PROBLEM)]
)
def test_pulumi_must_be_as_new_as_the_project_wants(
    says: str, state: State, programs: Programs, tmp_path: Path
) -> None:
    programs("pulumi", f"echo {says}")
    assert only(check_pulumi(project(tmp_path, pulumi=(3, 244, 0)))).state is state


def test_a_pulumi_that_is_not_there_is_a_problem_and_one_that_breaks_unknown(
    programs: Programs, tmp_path: Path
) -> None:
    assert only(check_pulumi(project(tmp_path))).state is State.PROBLEM
    programs("pulumi", "echo 'cannot run here' >&2; exit 1")
    found = only(check_pulumi(project(tmp_path)))
    assert (found.state, "cannot run here" in found.what) == (State.UNKNOWN, True)


def test_kubectl_is_only_good_to_have(programs: Programs) -> None:
    assert only(check_kubectl()).state is State.WARNING
    programs("kubectl", "echo Client Version: v1.34.1; echo Kustomize Version: v5.0.0")
    assert only(check_kubectl()) == Finding(Name.KUBECTL, State.OK, "v1.34.1")


@pytest.mark.parametrize(
    ("text", "numbers"), [("v3.244.0", (3, 244, 0)), ("3.1000.0-alpha.2", (3, 1000, 0)), ("dev", ())]
)
def test_versions_are_compared_by_their_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert version_of(text) == numbers


# Plug-ins


def plugins(tmp_path: Path, target: Target = Target.LOCAL, *, builds: bool = True, **environment: str) -> Finding:
    given = {"PULUMI_HOME": str(tmp_path), "PATH": "/nowhere", **environment}
    return only(check_plugins(target, given, tmp_path, builds=builds))


@pytest.fixture
def _versions(monkeypatch: pytest.MonkeyPatch) -> None:
    def sdk(_: str) -> str:
        return "1.2.3"

    monkeypatch.setattr(tools, "_sdk", sdk)


@pytest.mark.usefixtures("_versions")
def test_plug_ins_are_looked_for_by_name_and_version(tmp_path: Path) -> None:
    for name in ("kubernetes", "docker"):
        (tmp_path / "plugins" / f"resource-{name}-v1.2.3").mkdir(parents=True)
    found = plugins(tmp_path)
    assert (found.state, found.what) == (State.OK, "kubernetes 1.2.3, docker 1.2.3")
    found = plugins(tmp_path, Target.GKE)
    assert (found.state, found.commands) == (State.WARNING, ("pulumi plugin install resource gcp 1.2.3",))


@pytest.mark.usefixtures("_versions")
def test_a_missing_plug_in_is_a_problem_only_where_pulumi_may_not_fetch_it(tmp_path: Path) -> None:
    assert plugins(tmp_path).state is State.WARNING
    found = plugins(tmp_path, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION="true")
    assert (found.state, len(found.commands)) == (State.PROBLEM, 2)
    assert len(plugins(tmp_path, builds=False).commands) == 1


@pytest.mark.usefixtures("_versions")
def test_a_plug_in_that_is_attached_or_on_the_path_is_there(tmp_path: Path) -> None:
    (tmp_path / "pulumi-resource-docker").write_text("#!/bin/sh\n")
    (tmp_path / "pulumi-resource-docker").chmod(0o755)
    found = plugins(tmp_path, PATH=str(tmp_path), PULUMI_DEBUG_PROVIDERS="aws:123,kubernetes:124")
    assert found.state is State.OK


# The docker engine


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name: a socket's path has 107 bytes at most."""
    with TemporaryDirectory() as name:
        yield Path(name)


def image(**given: Any) -> ImageSettings:
    return ImageSettings.model_validate({"repository": "web", "context": "webapi", **given})


def answer(document: Mapping[str, str]) -> bytes:
    body = json.dumps(document)
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


@pytest.mark.parametrize(("machine", "state"), [("x86_64", State.OK), ("aarch64", State.WARNING), ("", State.OK)])
def test_an_engine_of_another_processor_is_a_warning(
    machine: str, state: State, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine(short / "s", OK, answer({"Version": "28.1"}), answer({"Architecture": machine})) as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        found = only(check_docker(image(), STACK))
    assert found.state is state
    assert found.what.startswith("28.1 ")


def test_no_engine_is_a_problem_with_what_to_type(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{short}/nowhere")
    found = only(check_docker(image(), STACK))
    assert found.state is State.PROBLEM
    assert found.what.startswith(f"no docker engine answers at unix://{short}/nowhere")
    assert "nothing was changed" not in found.what
    assert found.commands[0] == "sudo systemctl start docker  # Linux"


def test_an_image_that_was_built_before_needs_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/s")
    built = image(context=None, digest=f"sha256:{'1' * 64}")
    assert only(check_docker(built, STACK)).state is State.OK
    assert check_context(built, STACK, Path()) == []


# The build


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCKER_HOST", "ssh://nobody@nowhere.invalid")
    (tmp_path / ".git").mkdir()
    (tmp_path / "webapi").mkdir()
    (tmp_path / "webapi" / "Dockerfile").write_text("FROM scratch\n")
    return tmp_path


def test_a_context_that_may_be_built_is_measured_and_not_staged(checkout: Path) -> None:
    found = check_context(image(), STACK, checkout)
    assert (found[0].check, found[0].state) == (Name.CONTEXT, State.OK)
    assert found[0].what == "webapi: 1 file, 13 bytes, for linux/amd64"
    assert not (checkout / ".build").exists()


def test_a_key_in_the_context_is_refused_in_preflights_words(checkout: Path) -> None:
    (checkout / "webapi" / ".env").write_text("PASSWORD=canary-password\n")
    found = only(check_context(image(), STACK, checkout))
    assert (found.check, found.state) == (Name.CONTEXT, State.PROBLEM)
    assert ".env" in found.what
    assert "canary" not in str(found)
    assert found.commands[0].startswith("printf ")


def test_a_context_outside_of_the_repository_is_refused(checkout: Path) -> None:
    (checkout / "deploy").mkdir()
    (checkout / "deploy" / ".git").mkdir()
    found = check_context(image(context="../webapi"), STACK, checkout / "deploy")
    assert {each.state for each in found} == {State.PROBLEM}
    assert "outside of this repository" in found[0].what


def test_a_disk_without_room_is_a_problem(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "SPARE", shutil.disk_usage(checkout).total * 2)
    found = check_context(image(), STACK, checkout)[-1]
    assert (found.check, found.state) == (Name.DISK, State.PROBLEM)
    assert found.commands == ("docker system prune",)


def test_dockers_own_disk_is_asked_for(checkout: Path, short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = answer({"DockerRootDir": str(checkout)})
    with engine(short / "s", OK, there, there) as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        found = check_context(image(), STACK, checkout)[-1]
    assert (found.check, found.state) == (Name.DISK, State.OK)
    assert found.what.endswith(f" free in {checkout}")


# The state


@pytest.mark.parametrize(
    ("environment", "of_project", "login", "url"),
    [
        ({"PULUMI_BACKEND_URL": "s3://a"}, "gs://b", "file://~", "s3://a"),
        ({}, "gs://b", "file://~", "gs://b"),
        ({}, "", "file://~", "file://~"),
        ({"PULUMI_ACCESS_TOKEN": "canary"}, "", None, "https://api.pulumi.com"),
        ({}, "", None, None),
    ],
)
def test_the_state_is_where_pulumi_would_look(
    environment: dict[str, str], of_project: str, login: str | None, url: str | None, tmp_path: Path
) -> None:
    if login is not None:
        (tmp_path / ".pulumi").mkdir()
        (tmp_path / ".pulumi" / "credentials.json").write_text(json.dumps({"current": login}))
    assert backend_of(project(tmp_path, backend=of_project), environment, tmp_path) == url


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"current": 1}', '{"current": ""}'])
def test_a_file_of_logins_that_is_none_is_no_login(text: str, tmp_path: Path) -> None:
    (tmp_path / "credentials.json").write_text(text)
    assert backend_of(project(tmp_path), {"PULUMI_HOME": str(tmp_path)}, tmp_path) is None


def test_a_passphrase_is_needed_only_where_it_encrypts(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    assert missing_passphrase("file://~", {}, {}) is not None
    assert missing_passphrase("file://~", {"secretsprovider": "awskms://x"}, {}) is None
    assert missing_passphrase("https://api.pulumi.com", {}, {}) is None
    assert missing_passphrase("file://~", {}, {"PULUMI_CONFIG_PASSPHRASE": ""}) is None
    given = {"PULUMI_CONFIG_PASSPHRASE_FILE": str(file)}
    found = missing_passphrase("file://~", {}, given)
    assert found is not None
    assert "cannot be read" in found.what
    file.touch()
    assert missing_passphrase("file://~", {}, given) is None


@pytest.mark.parametrize(
    ("said", "check", "state"),
    [
        ("error: no stack named 'local' found", Name.STACK, State.WARNING),
        ("error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive", Name.STACK, State.PROBLEM),
        ("error: incorrect passphrase", Name.SECRETS, State.PROBLEM),
        ("error: constructing secrets manager: passphrase must be set with PULUMI_CONFIG", Name.SECRETS, State.PROBLEM),
        ("error: the moon is wrong: password=hunter2-Is-The-Passw0rd", Name.STACK, State.UNKNOWN),
    ],
)
def test_what_pulumi_says_is_told_as_what_it_means(said: str, check: Name, state: State, tmp_path: Path) -> None:
    found = failure(Ran(255, "", said), project(tmp_path), STACK)
    assert (found.check, found.state) == (check, state)
    assert found.commands
    assert "hunter2" not in found.what


def test_the_commands_of_a_sentence_stand_by_themselves(tmp_path: Path) -> None:
    found = failure(Ran(255, "", "error: incorrect passphrase"), project(tmp_path), STACK)
    assert found.commands[-1] == 'eval "$(.venv/bin/python -m sandbox env)"  # for the sandbox'
    assert "export PULUMI_CONFIG_PASSPHRASE_FILE=FILE" in found.commands


# The stack file


def test_values_are_as_the_engine_sends_them_and_encrypted_ones_are_marked() -> None:
    config = {
        "a:text": "1",
        "a:number": 2,
        "a:on": True,
        "a:object": {"x": [1]},
        "a:none": None,
        "a:password": {"secure": "v1:x"},
        "a:secrets": {"DB": {"secure": "v1:y"}, "n": 1},
    }
    values, secret = values_of({"config": config})
    assert secret == {"a:password", "a:secrets"}
    assert values["a:text"] == "1"
    assert (values["a:number"], values["a:on"], values["a:object"]) == ("2", "true", '{"x": [1]}')
    assert "v1:" not in str(values)


def test_every_committed_stack_file_is_well() -> None:
    here = read_project(ROOT)
    assert here.is_ours
    assert here.virtualenv == ".venv"
    for name in stacks_of(here):
        document, wrong = read_stack_file(here, StackFile(name))
        assert wrong is None
        values, secret = values_of(document)
        context = contextvars.Context()
        settled = context.run(settle, here, StackFile(name), values, secret, sealed=bool(secret))
        assert [each.state for each in settled.findings] == [State.OK], settled.findings


def test_every_text_in_a_secret_is_hidden(tmp_path: Path) -> None:
    secrets = {"shop:registryPassword": "canary-1", "shop:appSecrets": '{"DB": "canary-2", "N": 12345}'}
    found = contextvars.Context().run(settle, project(tmp_path), STACK, secrets, frozenset(secrets), sealed=False)
    assert {"canary-1", "canary-2", "12345"} <= found.texts_to_hide()
    assert "canary" not in repr(found)
