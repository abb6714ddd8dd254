"""What the doctor finds of a cloud: preflight's words, and a command line that answers what it is told.

It proves nothing of the real command lines: their words are those of the vendors' documentation.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.platforms.contract import Target
from components.settings import Secrets
from components.settings_models import Settings
from components.stack_file import StackFile
from ops.checks import cloud, cloud_registry
from ops.checks.cloud import check_preflight, check_programs, check_question, cloud_questions, not_asked, version_line
from ops.checks.cloud_registry import check_cloud_registry
from ops.checks.finding import Finding, Name, State
from ops.checks.project import Project
from ops.checks.settled import Settled
from ops.checks.upload import Refused, Step
from pulls.registry.answer import Outcome
from pulls.registry.login import Login
from tests.unit.local_machine import settings

CLOUDS = [each for each in Target if each is not Target.LOCAL]
COMMANDS = {Target.AKS: "az", Target.EKS: "aws", Target.GKE: "gcloud"}
GOOD = {Target.AKS: "Running", Target.EKS: "ACTIVE", Target.GKE: "RUNNING"}
NEW: dict[str, dict[str, str]] = {
    "aks": {"name": "prod", "resourceGroup": "prod", "location": "westeurope"},
    "eks": {"name": "prod", "region": "eu-central-1"},
    "gke": {"name": "prod", "project": "my-project", "location": "europe-west1-b"},
}
Programs = Callable[[str, str], None]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Makes commands on a PATH that has nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("components.platforms.machine._hardware", str)  # which may be a cloud's
    for name in ("ARM_CLIENT_ID", "ARM_USE_OIDC", "ARM_USE_MSI", "ARM_CLIENT_SECRET", "AWS_ACCESS_KEY_ID",
                 "AWS_PROFILE", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)

    def make(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return make


def stack(target: str, *, mode: str = "existing", broken: frozenset[str] = frozenset()) -> Settled:
    cluster = {"mode": mode, **NEW[target]}
    if mode == "existing" and target == "aks":
        del cluster["location"]
    given: Settings = settings(target, cluster=cluster, registry={"mode": "create"})
    return Settled(Project(Path(), "shop"), StackFile(target), given, Secrets(), sealed=False, broken=broken)


def asked(settled: Settled) -> list[Finding]:
    return [finding for each in cloud_questions(settled) for finding in check_question(each, settled)]


def of(found: list[Finding], check: Name) -> Finding:
    (each,) = [each for each in found if each.check is check]
    return each


# Preflight


@pytest.mark.parametrize("target", CLOUDS)
@pytest.mark.usefixtures("programs")
def test_nobody_logged_in_and_a_missing_program_are_told_in_preflights_words(target: Target) -> None:
    found = check_preflight(stack(target, mode="create"))
    assert {(each.check, each.state) for each in found} == {(Name.CLOUD_LOGIN, State.PROBLEM)}
    assert any("not logged in" in each.what for each in found)
    assert all(each.commands for each in found)


def test_a_login_that_is_there_is_well_as_far_as_this_machine_tells(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs("aws", "exit 1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "canary")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-key")
    (found,) = check_preflight(stack("eks"))
    assert (found.check, found.state) == (Name.CLOUD_LOGIN, State.OK)
    assert "canary" not in str(found)


@pytest.mark.usefixtures("programs")
def test_a_mistake_that_only_the_cloud_has_rules_for_is_one_of_the_stack_file() -> None:
    given = settings(
        "eks",
        cluster={"mode": "create", **NEW["eks"], "nodeType": "t4g.medium"},
        registry={"mode": "create"},
    )
    settled = Settled(Project(Path(), "shop"), StackFile("eks"), given, Secrets(), sealed=False)
    found = of(check_preflight(settled), Name.SETTINGS)
    assert found.what.startswith("image.platform: is linux/amd64, and nodes of type t4g.medium run linux/arm64")


def test_of_a_stand_in_only_the_machine_is_told(programs: Programs) -> None:
    settled = stack("eks", broken=frozenset({"cluster"}))
    assert {each.check for each in check_preflight(settled)} == {Name.CLOUD_LOGIN}
    programs("aws", "exit 1")
    assert cloud_questions(settled) == ()


# Programs


def test_the_programs_that_are_here_are_listed_with_their_versions(programs: Programs) -> None:
    assert check_programs(Target.GKE) == []
    programs("gcloud", "echo Google Cloud SDK 500.0.0; echo core 2026.11.01")
    programs("gke-gcloud-auth-plugin", "echo Kubernetes v1.30.0-alpha+abc")
    assert check_programs(Target.GKE)[0].what == (
        "gcloud Google Cloud SDK 500.0.0, gke-gcloud-auth-plugin Kubernetes v1.30.0-alpha+abc"
    )


@pytest.mark.parametrize(
    ("program", "said", "line"),
    [
        ("az", '{\n  "azure-cli": "2.80.0",\n  "extensions": {}\n}', "azure-cli: 2.80.0"),
        ("aws", "aws-cli/2.31.0 Python/3.13.7", "aws-cli/2.31.0 Python/3.13.7"),
        (
            "kubelogin",
            "kubelogin version \ngit hash: v0.2.12/abc\nGo version: go1.24",
            "kubelogin git hash: v0.2.12/abc",
        ),
        ("az", "nothing", "az"),
    ],
)
def test_a_version_is_one_line_that_names_its_program(program: str, said: str, line: str) -> None:
    assert version_line(program, said) == line


# Questions


@pytest.mark.parametrize("target", CLOUDS)
def test_a_cluster_that_runs_is_well(target: Target, programs: Programs) -> None:
    programs(COMMANDS[target], f"echo {GOOD[target]}")
    found = asked(stack(target))
    assert of(found, Name.CLOUD_ACCOUNT).state is State.OK
    assert of(found, Name.CLOUD_CLUSTER) == Finding(Name.CLOUD_CLUSTER, State.OK, GOOD[target])


@pytest.mark.parametrize("target", CLOUDS)
def test_a_cluster_that_is_stopped_is_a_warning(target: Target, programs: Programs) -> None:
    programs(COMMANDS[target], "echo Stopped")
    found = of(asked(stack(target)), Name.CLOUD_CLUSTER)
    assert (found.state, found.what) == (State.WARNING, f"the cluster is Stopped, not {GOOD[target]}")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (Target.AKS, "(ResourceNotFound) The Resource 'Microsoft.ContainerService/managedClusters/prod' was not found"),
        (Target.EKS, "An error occurred (ResourceNotFoundException): No cluster found for name: prod."),
        (Target.GKE, "ERROR: (gcloud) ResponseError: code=404, message=Not found: projects/my-project/prod."),
    ],
)
def test_a_cluster_that_is_not_there_is_a_problem(target: Target, said: str, programs: Programs) -> None:
    programs(COMMANDS[target], f'echo "{said}" >&2; exit 1')
    found = of(asked(stack(target)), Name.CLOUD_CLUSTER)
    assert found.state is State.PROBLEM


@pytest.mark.parametrize("target", CLOUDS)
@pytest.mark.parametrize("mode", ["existing", "create"])
def test_words_that_nobody_knows_are_no_problem(target: Target, mode: str, programs: Programs) -> None:
    programs(COMMANDS[target], "echo 'the moon is wrong: password=hunter2-Is-The-Passw0rd' >&2; exit 1")
    found = asked(stack(target, mode=mode))
    assert {each.state for each in found} == {State.UNKNOWN}
    assert "hunter2" not in str(found)


def test_an_access_token_is_shown_nowhere(programs: Programs) -> None:
    programs("gcloud", "echo canary-token")
    assert "canary" not in str(asked(stack("gke"))[0])
    assert all("print-access-token" not in str(each.commands) for each in asked(stack("gke")))


def _azure(used: object, limit: object) -> str:
    return json.dumps([{"currentValue": 0, "limit": 1, "name": {"value": "virtualMachines"}},
                       {"currentValue": used, "limit": limit, "name": {"value": "cores"}}])  # fmt: skip


def _google(used: object, limit: object) -> str:
    return json.dumps({"quotas": [{"metric": "DISKS", "limit": 1, "usage": 1},
                                  {"metric": "CPUS", "limit": limit, "usage": used}]})  # fmt: skip


@pytest.mark.parametrize(("target", "form"), [("aks", _azure), ("gke", _google)])
@pytest.mark.parametrize(
    ("used", "limit", "state"),
    [(4, 10, State.OK), ("9", "10", State.PROBLEM), (10.0, 10.0, State.PROBLEM), (None, "x", State.UNKNOWN)],
)
def test_a_region_without_cores_is_a_problem_of_a_cluster_that_is_to_be_made(
    *, target: str, form: Callable[[Any, Any], str], used: object, limit: object, state: State, programs: Programs
) -> None:
    programs(COMMANDS[Target(target)], f"echo '{form(used, limit)}'")
    assert of(asked(stack(target, mode="create")), Name.QUOTA).state is state


def test_a_login_that_the_command_line_does_not_have_is_not_looked_for_there(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs("az", "exit 1")
    monkeypatch.setenv("ARM_CLIENT_ID", "someone")
    assert asked(stack("aks")) == []


@pytest.mark.parametrize("target", CLOUDS)
def test_a_cloud_that_nobody_can_ask_is_unknown_and_nothing_more(target: Target, programs: Programs) -> None:
    assert asked(stack(target)) == []
    (found,) = not_asked(target, StackFile(target))
    assert (found.state, found.commands) == (State.UNKNOWN, (f"pulumi preview -s {target}",))
    programs(COMMANDS[target], "true")
    assert not_asked(target, StackFile(target)) == []


def test_a_command_line_that_hangs_is_told(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud, "SECONDS", 0.2)
    programs("aws", "exec /bin/sleep 60")
    found = asked(stack("eks"))
    assert {each.what for each in found} == {"aws did not answer within 0.2 s"}


@pytest.mark.parametrize("target", CLOUDS)
@pytest.mark.parametrize("mode", ["existing", "create"])
def test_every_question_only_reads(target: Target, mode: str, programs: Programs) -> None:
    programs(COMMANDS[target], "true")
    reads = {"show", "list-usage", "describe", "describe-cluster", "get-caller-identity", "get-access-token"}
    for each in cloud_questions(stack(target, mode=mode)):
        assert reads & set(each.words) or "print-access-token" in each.words


# Registries that are there


REGISTRIES: dict[str, dict[str, str]] = {
    "aks": {"mode": "existing", "name": "contoso", "resourceGroup": "registries"},
    "eks": {"mode": "existing"},
    "gke": {"mode": "existing", "repository": "images", "location": "europe-west1"},
}
HOSTS = {
    "aks": ("contoso.azurecr.io", "web", "00000000-0000-0000-0000-000000000000"),
    "eks": ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", "web", "AWS"),
    "gke": ("europe-west1-docker.pkg.dev", "my-project/images/web", "oauth2accesstoken"),
}
TOKEN = "canary-token"
ACCOUNT = 'case "$*" in *Account*) echo 123456789012 ;; *) echo canary-token ;; esac'


def with_registry(target: str, changes: dict[str, str] | None = None, broken: frozenset[str] = frozenset()) -> Settled:
    given = settings(
        target, cluster={"mode": "create", **NEW[target]}, registry={**REGISTRIES[target], **(changes or {})}
    )
    return Settled(Project(Path(), "shop"), StackFile(target), given, Secrets(), sealed=False, broken=broken)


class Tried:
    """Stands for the registry."""

    def __init__(self, refused: Refused | None = None) -> None:
        self.refused = refused
        self.asked: list[tuple[str, str, str, str, bool]] = []

    def __call__(self, host: str, path: str, login: Login, *, push: bool, seconds: float) -> None:
        self.asked.append((host, path, login.username, login.password, push))
        assert seconds > 0
        if self.refused is not None:
            raise self.refused


def tried(monkeypatch: pytest.MonkeyPatch, refused: Refused | None = None) -> Tried:
    found = Tried(refused)
    monkeypatch.setattr(cloud_registry, "try_repository", found)
    return found


@pytest.mark.parametrize("target", CLOUDS)
def test_a_registry_that_is_there_is_asked_with_the_clouds_own_login(
    target: Target, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = tried(monkeypatch)
    programs(COMMANDS[target], ACCOUNT)
    found = check_cloud_registry(with_registry(target))
    assert registry.asked == [(*HOSTS[target][:2], HOSTS[target][2], TOKEN, True)]
    assert [each.state for each in found] == [State.OK] * 3
    assert TOKEN not in str(found)


@pytest.mark.parametrize(
    ("target", "changes", "host"),
    [
        ("eks", {"account": "210987654321"}, "210987654321.dkr.ecr.eu-central-1.amazonaws.com"),
        ("eks", {"region": "cn-north-1"}, "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn"),
        ("eks", {"region": "eusc-de-east-1"}, "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu"),
        ("gke", {"repository": "eu.gcr.io", "location": "europe"}, "eu.gcr.io"),
    ],
)
def test_a_registry_has_the_name_that_its_cloud_gives_it(
    target: str, changes: dict[str, str], host: str, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = tried(monkeypatch)
    programs(COMMANDS[Target(target)], ACCOUNT)
    check_cloud_registry(with_registry(target, changes))
    assert registry.asked[0][0] == host


@pytest.mark.parametrize("target", CLOUDS)
@pytest.mark.parametrize(
    ("outcome", "check", "state"),
    [
        (Outcome.FORBIDDEN, Name.PUSH, State.PROBLEM),
        (Outcome.REPOSITORY_MISSING, Name.PUSH, State.PROBLEM),
        (Outcome.DNS, Name.REGISTRY, State.PROBLEM),
        (Outcome.RATE_LIMITED, Name.REGISTRY, State.UNKNOWN),
    ],
)
def test_a_refusal_of_a_clouds_registry_is_told_with_what_gives_the_right(
    *, target: Target, outcome: Outcome, check: Name, state: State, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried(monkeypatch, Refused(Step.PUSH, outcome, f"no, {TOKEN}"))
    programs(COMMANDS[target], ACCOUNT)
    (found,) = check_cloud_registry(with_registry(target))
    assert (found.check, found.state) == (check, state)
    assert TOKEN not in str(found)
    assert found.commands


@pytest.mark.parametrize("target", CLOUDS)
def test_a_login_that_cannot_be_had_is_unknown(
    target: Target, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = tried(monkeypatch)
    programs(COMMANDS[target], "echo nobody >&2; exit 1")
    (found,) = check_cloud_registry(with_registry(target))
    assert (found.state, registry.asked) == (State.UNKNOWN, [])


@pytest.mark.parametrize("target", CLOUDS)
def test_a_registry_that_is_made_or_misspelt_is_not_asked(
    target: Target, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = tried(monkeypatch)
    programs(COMMANDS[target], ACCOUNT)
    assert check_cloud_registry(stack(target)) == []
    assert check_cloud_registry(with_registry(target, broken=frozenset({"cluster"}))) == []
    assert registry.asked == []
