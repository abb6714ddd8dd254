"""`python -m ops doctor` as a whole: a project in a folder, a fake pulumi, a registry and a cluster that answer."""

import base64
import contextvars
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from ops.__main__ import app
from ops.checks import pulumi_values
from ops.checks.finding import Name, State
from tests.stack_files import PROJECT, ROOT
from tests.unit.local_machine import serving
from tests.unit.plain_api import Asked, PlainApi, Reply, plain_api

Json = dict[str, Any]
PASSWORD = "canary-password"
RIGHT = "Basic " + base64.b64encode(f"ci:{PASSWORD}".encode()).decode()
READY_NODE = {
    "status": {
        "nodeInfo": {"operatingSystem": "linux", "architecture": "amd64"},
        "conditions": [{"type": "Ready", "status": "True"}],
    }
}


class Registry(BaseHTTPRequestHandler):
    """Takes pushes of one login."""

    def _answer(self) -> None:
        right = self.headers.get("Authorization") == RIGHT
        status = {"POST": 202, "DELETE": 204}.get(self.command, 404) if right else 401
        self.send_response(status)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.send_header("Location", f"{self.path}1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - named by http.server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        pass


def cluster(asked: Asked) -> Reply | None:
    """One whose user may do everything."""
    if asked.method == "POST":
        user = {"userInfo": {"username": "admin"}}
        return Reply(201, {"status": user if "selfsubjectreviews" in asked.path else {"allowed": True}})
    items = [{"metadata": {"name": "traefik"}}] if asked.path.endswith("ingressclasses") else [READY_NODE]
    return Reply(200, {"items": items})


@dataclass
class Place:
    """A machine and a project on it."""

    folder: Path
    registry: str
    api: PlainApi
    programs: Path
    values: Json = field(default_factory=dict[str, Any])

    def write(self, stack: str = "local", **changes: Json) -> None:
        """The stack file, with changes of its objects."""
        document = {f"{PROJECT}:{key}": value for key, value in self.values.items()}
        for key, change in changes.items():
            document[f"{PROJECT}:{key}"] = {**document.get(f"{PROJECT}:{key}", {}), **change}
        (self.folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": document}))

    def program(self, name: str, script: str) -> None:
        """A command on PATH."""
        file = self.programs / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def docker_login(self, password: str) -> None:
        auth = base64.b64encode(f"ci:{password}".encode()).decode()
        (self.folder / "config.json").write_text(json.dumps({"auths": {self.registry: {"auth": auth}}}))


def pulumi(*more: str) -> str:
    """A script that answers what is asked of a stack; `more` cases come before."""
    cases = (
        *more,
        "version*) echo v3.274.1 ;;",
        '"stack export"*) echo "{}" ;;',
        '"stack --show-name"*) echo local ;;',
        '*) echo "error: unexpected $*" >&2; exit 1 ;;',
    )
    return "\n".join(['case "$*" in', *cases, "esac"])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    folder, programs = tmp_path / "project", tmp_path / "bin"
    (folder / "webapi").mkdir(parents=True)
    programs.mkdir()
    (folder / "webapi" / "Dockerfile").write_text("FROM scratch\n")
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    shutil.copy(ROOT / "requirements.txt", folder)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    for name in ("PULUMI_ACCESS_TOKEN", "PULUMI_DEBUG_PROVIDERS", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    with serving(Registry) as registry, plain_api(cluster) as api:
        for name, value in {
            "PATH": f"{programs}:/usr/bin:/bin",
            "HOME": str(tmp_path),
            "KUBECONFIG": str(folder / "kubeconfig"),
            "DOCKER_CONFIG": str(folder),
            "DOCKER_HOST": "ssh://nobody@nowhere.invalid",
            "PULUMI_HOME": str(tmp_path / "pulumi"),
            "PULUMI_BACKEND_URL": f"file://{tmp_path}",
            "PULUMI_CONFIG_PASSPHRASE": "canary-passphrase",
        }.items():
            monkeypatch.setenv(name, value)
        (folder / "kubeconfig").write_text(api.kubeconfig)
        made = Place(folder, registry, api, programs)
        made.values = {
            "target": "local",
            "image": {"repository": "web", "context": "webapi"},
            "app": {"name": "web", "host": "web.localhost"},
            "cluster": {"context": "c"},
            "registry": {"host": registry},
        }
        made.write()
        made.docker_login(PASSWORD)
        made.program("pulumi", pulumi())
        made.program("kubectl", "echo Client Version: v1.34.1")
        yield made


@dataclass(frozen=True)
class Seen:
    code: int
    findings: list[Json]
    text: str

    def of(self, check: Name) -> list[Json]:
        return [each for each in self.findings if each["check"] == check]

    def only(self, check: Name) -> Json:
        (each,) = self.of(check)
        return each

    def states(self) -> dict[str, str]:
        return {each["check"]: each["state"] for each in self.findings}


def invoke(*words: str) -> tuple[int, str, str]:
    # Pulumi's configuration is of the context: it must not reach other tests.
    done = contextvars.copy_context().run(CliRunner().invoke, app, ["doctor", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def doctor(*words: str) -> Seen:
    code, out, _ = invoke("--json", *words)
    document: Json = json.loads(out)
    for secret in (PASSWORD, "canary-passphrase", RIGHT):
        assert secret not in out
    assert code == (3 if document["verdict"] == "problems" else 0)
    return Seen(code, document["findings"], out)


@pytest.mark.usefixtures("place")
def test_where_all_is_well_each_part_says_so() -> None:
    seen = doctor("-s", "local")
    wrong = [each for each in seen.findings if each["state"] not in ("ok", "unknown") and each["check"] != Name.PLUGINS]
    assert (seen.code, wrong) == (0, [])
    assert {Name.PYTHON, Name.PULUMI, Name.SETTINGS, Name.SECRETS, Name.LOCK, Name.DOCKER, Name.CONTEXT} <= set(
        seen.states()
    )
    assert {Name.REGISTRY, Name.PUSH, Name.PULL, Name.CLUSTER, Name.RIGHTS, Name.NODES, Name.INGRESS} <= set(
        seen.states()
    )
    assert seen.only(Name.PULUMI)["what"] == "v3.274.1"


def test_it_leaves_everything_as_it_was(place: Place) -> None:
    def files() -> dict[str, tuple[int, bytes]]:
        found = [each for each in place.folder.rglob("*") if each.is_file() and ".venv" not in each.parts]
        return {str(each): (each.stat().st_mtime_ns, each.read_bytes()) for each in found}

    before = files()
    doctor("-s", "local")
    assert files() == before
    reviews = ("/selfsubjectaccessreviews", "/selfsubjectreviews")
    assert [each for each in place.api.of("POST") if not each.endswith(reviews)] == []
    assert place.api.of("DELETE") == []


@pytest.mark.usefixtures("place")
def test_without_a_name_the_selected_stack_is_looked_at() -> None:
    assert json.loads(doctor().text)["stack"] == "local"


def test_no_selected_stack_is_one_line_with_those_that_have_a_file(place: Place) -> None:
    place.program("pulumi", "echo 'error: no stack selected' >&2; exit 1")
    code, out, error = invoke()
    assert (code, out) == (1, "")
    assert error == (
        "error: no stack is selected; there are files of local; type: .venv/bin/python -m ops doctor -s local\n"
    )


@pytest.mark.usefixtures("place")
def test_a_folder_without_a_project_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, error = invoke("-s", "local")
    assert code == 1
    assert error.startswith(f"error: there is no Pulumi.yaml in {tmp_path}")


@pytest.mark.usefixtures("place")
def test_a_misspelt_stack_is_told_with_the_nearest() -> None:
    seen = doctor("-s", "lcoal")
    found = seen.only(Name.STACK)
    assert (found["state"], found["what"]) == ("problem", "there is no Pulumi.lcoal.yaml; there are local")
    assert found["commands"] == [".venv/bin/python -m ops doctor -s local"]


@pytest.mark.usefixtures("place")
def test_the_organization_before_a_name_is_no_part_of_the_files_name() -> None:
    assert json.loads(doctor("-s", "organization/monadic-pipeline/local").text)["stack"] == "local"


def test_another_organization_is_kept_in_all_that_pulumi_is_asked_and_that_is_typed(place: Place) -> None:
    asked = place.folder / "asked"
    place.program("pulumi", f'echo "$*" >>{asked}\n{pulumi()}')
    place.write(app={"replica": 2}, image={"target": "x"})
    seen = doctor("-s", "acme/monadic-pipeline/local")
    about = [each for each in asked.read_text().splitlines() if each.startswith(("stack", "config"))]
    assert about
    assert [each for each in about if "-s acme/monadic-pipeline/local" not in each] == []
    typed = [word for each in seen.findings for word in each["commands"] if word.startswith("pulumi ")]
    assert [each for each in typed if "config" in each]
    assert [each for each in typed if " -s " in each and "-s acme/monadic-pipeline/local" not in each] == []


def test_the_selected_stack_of_another_organization_is_asked_for_with_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://api.pulumi.com")
    selected = '"stack --show-name --fully-qualify-stack-names"*) echo acme/monadic-pipeline/local ;;'
    asked = place.folder / "asked"
    place.program("pulumi", f'echo "$*" >>{asked}\n{pulumi(selected)}')
    doctor()
    assert "stack export --show-secrets -s acme/monadic-pipeline/local" in asked.read_text()


def test_a_program_that_only_uses_the_components_has_its_machine_looked_at(place: Place) -> None:
    (place.folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    seen = doctor()
    assert seen.only(Name.STACK)["state"] == "unknown"
    assert {Name.PYTHON, Name.PULUMI} <= set(seen.states())
    assert not {Name.SETTINGS, Name.CLUSTER} & set(seen.states())


def test_each_mistake_of_the_stack_file_is_one_finding_in_preflights_words(place: Place) -> None:
    place.write(app={"replicas": -1, "hots": "x"})
    seen = doctor("-s", "local")
    found = seen.of(Name.SETTINGS)
    assert [each["what"].partition(":")[0] for each in found] == ["app.hots", "app.replicas"]
    assert "pulumi config rm --path app.hots -s local" in found[0]["commands"]
    # The rest is looked at all the same.
    assert seen.only(Name.CLUSTER)["state"] == "ok"
    assert seen.only(Name.PUSH)["state"] == "ok"


def test_what_has_mistakes_is_not_looked_at_by_its_stand_in(place: Place) -> None:
    place.write(cluster={"contexts": "c"}, registry={"hots": "x"}, image={"platform": "windows"})
    seen = doctor("-s", "local")
    assert len(seen.of(Name.SETTINGS)) == 3
    checks = set(seen.states())
    assert not {Name.CLUSTER, Name.REGISTRY, Name.PUSH, Name.DOCKER, Name.CONTEXT, Name.NODES} & checks


def test_nodes_are_not_compared_with_the_stand_in_of_a_broken_platform(place: Place) -> None:
    place.write(image={"platform": "windows"})
    seen = doctor("-s", "local")
    assert seen.only(Name.RIGHTS)["state"] == "ok"
    assert Name.NODES not in seen.states()


def test_a_word_that_old_yaml_takes_for_a_boolean_is_read_as_pulumi_reads_it(place: Place) -> None:
    text = (place.folder / "Pulumi.local.yaml").read_text()
    (place.folder / "Pulumi.local.yaml").write_text(text.replace("name: web", "name: web\n    rehearsal: off"))
    assert doctor("-s", "local").only(Name.SETTINGS)["state"] == "ok"


def test_a_file_that_is_no_yaml_is_told_by_its_place_and_never_quoted(place: Place) -> None:
    (place.folder / "Pulumi.local.yaml").write_text(f"config:\n  a: [{PASSWORD}\n")
    found = doctor("-s", "local").only(Name.SETTINGS)
    assert found["state"] == "problem"
    assert found["what"].startswith("Pulumi.local.yaml is no YAML at line ")


def test_a_refused_password_is_a_problem_and_the_rest_goes_on(place: Place) -> None:
    place.docker_login("wrong")
    seen = doctor("-s", "local")
    found = seen.only(Name.LOGIN)
    assert found["what"] == f"{place.registry} refuses the password of user 'ci'"
    assert found["commands"][0] == f"docker login {place.registry}"
    assert seen.only(Name.CLUSTER)["state"] == "ok"
    assert seen.code == 3


def test_a_registry_that_is_down_is_a_problem(place: Place) -> None:
    place.write(registry={"host": "127.0.0.1:1"})
    found = doctor("-s", "local").only(Name.REGISTRY)
    assert found["what"].startswith("127.0.0.1:1 does not answer: ")
    assert found["state"] == "problem"


def test_a_context_that_is_not_there_is_a_problem_with_the_nearest(place: Place) -> None:
    place.write(cluster={"context": "othre"})
    seen = doctor("-s", "local")
    found = seen.only(Name.CLUSTER_CONTEXT)
    assert "pulumi config set --path cluster.context other -s local" in found["commands"]
    assert Name.CLUSTER not in seen.states()


@pytest.mark.usefixtures("place")
def test_no_login_of_pulumi_is_a_problem_and_the_file_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    seen = doctor("-s", "local")
    assert seen.only(Name.STACK)["commands"][0] == "pulumi login"
    assert seen.only(Name.SETTINGS)["state"] == "ok"


@pytest.mark.usefixtures("place")
def test_no_passphrase_is_a_problem_of_a_state_that_needs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)
    assert doctor("-s", "local").only(Name.SECRETS)["state"] == "problem"
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://api.pulumi.com")
    assert doctor("-s", "local").only(Name.SECRETS)["state"] == "ok"


def test_a_wrong_passphrase_is_a_problem(place: Place) -> None:
    place.program("pulumi", "echo 'error: incorrect passphrase' >&2; exit 1")
    found = doctor("-s", "local").only(Name.SECRETS)
    assert found["state"] == "problem"
    assert "PULUMI_CONFIG_PASSPHRASE" in found["what"]


def test_a_stack_that_is_not_made_yet_is_a_warning(place: Place) -> None:
    place.program("pulumi", "echo \"error: no stack named 'local' found\" >&2; exit 1")
    seen = doctor("-s", "local")
    found = seen.only(Name.STACK)
    assert (found["state"], found["commands"]) == ("warning", ["pulumi stack init local"])
    assert Name.SECRETS not in seen.states()


SEALED = {"secure": "v1:abc"}


def test_an_encrypted_password_comes_from_pulumi_and_is_shown_nowhere(place: Place) -> None:
    (place.folder / "config.json").unlink()
    place.values["registryPassword"] = SEALED
    place.write(registry={"username": "ci"})
    given = {**place.values, "registry": {"host": place.registry, "username": "ci"}, "registryPassword": PASSWORD}
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
    values = {f"{PROJECT}:{key}": {"value": text, "secret": key == "registryPassword"} for key, text in texts.items()}
    (place.folder / "answer.json").write_text(json.dumps(values))
    place.program("pulumi", pulumi('"config --json"*) cat answer.json ;;'))
    assert doctor("-s", "local").only(Name.PUSH)["state"] == "ok"


def test_a_password_that_nobody_can_decrypt_is_tried_nowhere(place: Place) -> None:
    place.values["registryPassword"] = SEALED
    place.write(registry={"username": "ci"})
    place.program("pulumi", pulumi('"config --json"*) echo "error: incorrect passphrase" >&2; exit 1 ;;'))
    seen = doctor("-s", "local")
    assert seen.only(Name.REGISTRY)["state"] == "unknown"
    assert "problem" in [each["state"] for each in seen.of(Name.SECRETS)]
    assert seen.only(Name.SETTINGS)["state"] == "ok"


def test_a_pulumi_that_hangs_is_told_and_left(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi_values, "SECONDS", 0.2)
    place.program("pulumi", pulumi('"stack export"*) sleep 60 ;;'))
    found = doctor("-s", "local").only(Name.STACK)
    assert (found["state"], found["what"]) == (
        "unknown",
        "Pulumi does not give the stack: pulumi did not answer within 0.2 s",
    )


def test_a_machine_without_pulumi_is_one_problem(place: Place) -> None:
    (place.programs / "pulumi").unlink()
    seen = doctor("-s", "local")
    problems = [each["check"] for each in seen.findings if each["state"] == State.PROBLEM]
    assert problems == [Name.PULUMI]


@pytest.mark.usefixtures("place")
def test_a_state_that_somebody_holds_is_a_problem(tmp_path: Path) -> None:
    locks = tmp_path / ".pulumi" / "locks" / "organization" / PROJECT / "local"
    locks.mkdir(parents=True)
    lock = {"pid": 1, "username": "ann", "hostname": "elsewhere", "timestamp": "2026-01-05T10:00:00Z"}
    (locks / "one.json").write_text(json.dumps(lock))
    found = doctor("-s", "local").only(Name.LOCK)
    assert found["state"] == "problem"
    assert "ann@elsewhere" in found["what"]
    assert found["commands"][0].startswith("pulumi cancel -s local")


def test_a_person_reads_what_why_and_what_to_type(place: Place) -> None:
    place.docker_login("wrong")
    code, out, _ = invoke("-s", "local")
    assert code == 3
    lines = out.splitlines()
    at = next(number for number, each in enumerate(lines) if each.startswith("problem  registry.login"))
    assert lines[at].endswith(f"{place.registry} refuses the password of user 'ci'")
    assert lines[at + 1].strip() == "why   the image is pushed with this login, and nodes pull with it"
    assert lines[at + 2].split() == ["type", "docker", "login", place.registry]
    assert PASSWORD not in out
    assert "\x1b" not in out


@pytest.mark.usefixtures("place")
def test_a_person_who_may_deploy_reads_how() -> None:
    assert invoke("-s", "local")[1].splitlines()[-1] == "next: pulumi up -s local"


def test_the_help_has_an_example() -> None:
    assert "python -m ops doctor -s local" in CliRunner().invoke(app, ["doctor", "--help"]).stdout


@pytest.mark.usefixtures("place")
def test_a_mistake_of_the_doctor_itself_is_one_line_without_a_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        message = f"password={PASSWORD}"
        raise RuntimeError(message)

    monkeypatch.setattr("ops.checks.examine.settle", breaks)
    code, out, error = invoke("-s", "local")
    assert (code, out) == (1, "")
    assert error == "error: doctor itself failed: RuntimeError: password=***\n"


def test_a_service_outside_that_does_not_answer_is_a_problem_and_one_that_does_is_named(place: Place) -> None:
    place.write(services={"llm": {"mode": "external", "address": "http://127.0.0.1:1"}})
    found = doctor("-s", "local").only(Name.SERVICES)
    assert found["state"] == "problem"
    assert found["what"].startswith("services.llm.address: http://127.0.0.1:1 does not answer")
    place.write(services={"llm": {"mode": "external", "address": place.api.url}})
    found = doctor("-s", "local").only(Name.SERVICES)
    assert (found["state"], found["what"]) == ("ok", f"{place.api.url} answers")
