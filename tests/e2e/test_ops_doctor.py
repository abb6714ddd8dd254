"""`python -m ops doctor` on the sandbox: all is well before the first `up`, and each planted trouble is named."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.project import Project, run

pytestmark = pytest.mark.e2e


@dataclass(frozen=True)
class Answer:
    code: int
    findings: list[dict[str, Any]]

    def states(self) -> dict[str, str]:
        """By check; the first of each."""
        return {each["check"]: each["state"] for each in reversed(self.findings)}

    def problems(self) -> dict[str, dict[str, Any]]:
        return {each["check"]: each for each in self.findings if each["state"] == "problem"}


def doctor(project: Project, **extra: str) -> Answer:
    command = [str(project.folder / ".venv" / "bin" / "python"), "-m", "ops", "doctor", "-s", project.stack, "--json"]
    done = run(command, cwd=project.folder, environment={**project.environment, **extra})
    assert done.code in (0, 3), done.output
    passphrase = project.state.passphrase.read_text().strip()
    for secret in (passphrase, *(each["auth"] for each in project.own_logins().values())):
        assert secret not in done.output
    return Answer(done.code, json.loads(done.output)["findings"])


def kubectl(project: Project, *words: str) -> str:
    done = run(["kubectl", *words], cwd=project.folder, environment=project.environment)
    assert done.code == 0, done.output
    return done.output


def test_before_the_first_up_all_is_well_and_nothing_changes(project: Project) -> None:
    before = project.stack_file.read_bytes(), project.exported()
    answer = doctor(project)
    assert (answer.code, answer.problems()) == (0, {})
    assert set(answer.states().values()) == {"ok"}, answer.findings
    assert (project.stack_file.read_bytes(), project.exported()) == before
    # Not all of them: other tests make and delete theirs meanwhile.
    assert f"namespace/{project.namespace}\n" not in kubectl(project, "get", "namespaces", "-o", "name")
    assert not (project.folder / ".build").exists()


def test_after_an_up_all_is_well_too(project: Project) -> None:
    project.must_up()
    answer = doctor(project)
    assert (answer.code, answer.states()["stack.secrets"]) == (0, "ok")


def test_a_docker_engine_that_is_stopped_is_named_and_the_rest_is_looked_at(project: Project) -> None:
    answer = doctor(project, DOCKER_HOST="unix:///run/no-engine.sock")
    assert set(answer.problems()) == {"docker"}
    assert answer.states()["cluster.rights"] == "ok"


def test_a_wrong_password_of_the_registry_is_named(project: Project, tmp_path: Path) -> None:
    (host,) = project.own_logins()
    login = base64.b64encode(b"sandbox:wrong").decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {host: {"auth": login}}}))
    answer = doctor(project, DOCKER_CONFIG=str(tmp_path))
    assert set(answer.problems()) == {"registry.login"}
    assert answer.problems()["registry.login"]["what"] == f"{host} refuses the password of user 'sandbox'"


def test_a_context_that_is_not_there_is_named(project: Project) -> None:
    project.configure("cluster", context="sandbx")
    (found,) = doctor(project).problems().values()
    assert found["check"] == "cluster.context"
    assert f"pulumi config set --path cluster.context sandbox -s {project.stack}" in found["commands"]


def test_a_registry_and_a_cluster_that_are_down_are_named(project: Project, tmp_path: Path) -> None:
    project.configure("registry", host="127.0.0.1:1")
    document = yaml.safe_load(project.state.kubeconfig.read_text())
    for each in document["clusters"]:
        each["cluster"]["server"] = "https://127.0.0.1:1"
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(document))
    answer = doctor(project, KUBECONFIG=str(tmp_path / "kubeconfig"))
    assert set(answer.problems()) == {"registry", "cluster"}


def test_few_rights_are_named_with_who_has_them_and_what_an_administrator_types(
    project: Project, tmp_path: Path
) -> None:
    account = project.stack
    project.configure("services", traces={"mode": "in-cluster"})
    kubectl(project, "create", "namespace", project.namespace)
    try:
        kubectl(project, "-n", project.namespace, "create", "serviceaccount", account)
        few = ("create", "role", account, "--verb=create,patch", "--resource=deployments.apps,services")
        kubectl(project, "-n", project.namespace, *few)
        bind = (
            "create",
            "rolebinding",
            account,
            f"--role={account}",
            f"--serviceaccount={project.namespace}:{account}",
        )
        kubectl(project, "-n", project.namespace, *bind)
        token = kubectl(project, "-n", project.namespace, "create", "token", account).strip()
        document = yaml.safe_load(project.state.kubeconfig.read_text())
        for each in document["users"]:
            each["user"] = {"token": token}
        (tmp_path / "kubeconfig").write_text(yaml.safe_dump(document))
        answer = doctor(project, KUBECONFIG=str(tmp_path / "kubeconfig"))
    finally:
        kubectl(project, "delete", "namespace", project.namespace)
    assert set(answer.problems()) == {"cluster.rights"}
    found, beside = [
        each for each in answer.findings if (each["check"], each["state"]) == ("cluster.rights", "problem")
    ]
    user = f"system:serviceaccount:{project.namespace}:{account}"
    assert found["what"].startswith(f"{user} may not create and patch namespaces")
    assert "deployments" not in found["what"]
    assert any(f"--serviceaccount={project.namespace}:{account}" in each for each in found["commands"])
    assert f"in namespace {project.namespace}-services" in beside["what"]
    assert "deployments.apps" in beside["what"]
    make = f"kubectl create namespace {project.namespace}-services  # by an administrator"
    assert any(each.startswith(make) for each in beside["commands"])
    assert answer.states()["cluster.nodes"] == "unknown"
    assert token not in str(answer.findings)


def test_a_wrong_passphrase_is_named_once_there_is_something_to_read_with_it(project: Project, tmp_path: Path) -> None:
    done = project.pulumi("config", "set", "--secret", "--path", "appSecrets.DB_PASSWORD", "canary-secret")
    assert done.code == 0, done.output
    assert doctor(project).problems() == {}
    (tmp_path / "passphrase").write_text("wrong")
    answer = doctor(project, PULUMI_CONFIG_PASSPHRASE_FILE=str(tmp_path / "passphrase"))
    assert set(answer.problems()) == {"stack.secrets"}
    assert "canary-secret" not in str(answer.findings)


def test_each_mistake_of_the_stack_file_is_one_finding(project: Project) -> None:
    project.configure("app", replicas=-1, readyPaht="/ready")
    answer = doctor(project)
    mistakes = [each["what"] for each in answer.findings if each["check"] == "stack.settings"]
    assert [each.partition(":")[0] for each in mistakes] == ["app.readyPaht", "app.replicas"]
    assert answer.states()["cluster"] == "ok"
