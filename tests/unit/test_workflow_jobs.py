"""What the jobs of the workflows decide and say, each run as GitHub would, as far as they need no engine."""

import json
import os
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.github.pull_request import PullRequest
from tests.e2e.github.service import ISSUER, REPOSITORY, Service, serving
from tests.e2e.github.workflow import Event, GitHub, Ran

CLOUDS = {
    "AZURE_CLIENT_ID": "11111111-1111-4111-8111-111111111111",
    "AZURE_TENANT_ID": "22222222-2222-4222-8222-222222222222",
    "AZURE_SUBSCRIPTION_ID": "33333333-3333-4333-8333-333333333333",
    "AWS_ROLE": "arn:aws:iam::123456789012:role/preview",
    "AWS_REGION": "eu-central-1",
    "GOOGLE_IDENTITY_PROVIDER": "projects/42/locations/global/workloadIdentityPools/ci/providers/github",
    "GOOGLE_SERVICE_ACCOUNT": "preview@web.iam.gserviceaccount.com",
}
PREVIEWER = f"repo:{REPOSITORY}:environment:preview"
WELL: dict[str, Any] = {"steps": [], "diagnostics": [], "changeSummary": {"same": 3}}
"""A preview that changes nothing."""


@pytest.fixture(scope="module")
def pull_request(tmp_path_factory: pytest.TempPathFactory) -> PullRequest:
    return PullRequest.small(tmp_path_factory.mktemp("origin") / "web", 7)


@pytest.fixture(scope="module")
def sha(pull_request: PullRequest) -> str:
    return pull_request.push()


@pytest.fixture
def service() -> Generator[Service]:
    with serving() as service:
        yield service


@dataclass(frozen=True)
class Hub:
    """GitHub with one pull request."""

    github: GitHub
    pull_request: PullRequest
    sha: str
    asked: Path
    """What pulumi's environment was."""

    def event(self, action: str = "opened", **more: str) -> Event:
        """Something that happened to the pull request."""
        return self.pull_request.event(action, self.sha, **more)

    @property
    def bodies(self) -> list[str]:
        """The comments under it."""
        return self.github.service.bodies


@pytest.fixture
def hub(tmp_path: Path, pull_request: PullRequest, sha: str, service: Service) -> Hub:
    programs = tmp_path / "pulumi"
    programs.mkdir()
    (programs / "pulumi").write_text(f"#!/bin/sh\necho '{json.dumps(WELL)}'\nenv > {tmp_path}/asked\n")
    (programs / "pulumi").chmod(0o755)
    machine = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": os.environ["HOME"]}
    github = GitHub(tmp_path / "github", pull_request.folder, service, machine)
    return Hub(github, pull_request, sha, tmp_path / "asked")


def results(ran: Mapping[str, Ran]) -> dict[str, str]:
    return {name: each.result for name, each in ran.items()}


def found(hub: Hub, event: Event) -> dict[str, str]:
    ran = hub.github.run("preview", event, without=("local", "cloud", "comment"))
    assert ran["stacks"].result == "success", ran["stacks"].said
    return ran["stacks"].outputs


@pytest.mark.parametrize(
    ("variables", "clouds"),
    [
        ({}, []),
        ({"AWS_ROLE": "a"}, ["eks"]),
        ({"AZURE_CLIENT_ID": "a", "GOOGLE_SERVICE_ACCOUNT": "b"}, ["aks", "gke"]),
        (CLOUDS, ["aks", "eks", "gke"]),
    ],
)
def test_a_cloud_is_previewed_where_the_repository_has_its_login(
    variables: dict[str, str], clouds: list[str], hub: Hub
) -> None:
    hub.github.variables = variables
    outputs = found(hub, hub.event())
    assert json.loads(outputs["clouds"]) == clouds
    assert outputs["all"].split() == ["local", *clouds]


@pytest.mark.parametrize("stranger", [{"of": "somebody/web"}, {"by": "dependabot[bot]"}])
def test_code_from_elsewhere_gets_no_cloud(stranger: dict[str, str], hub: Hub) -> None:
    hub.github.variables = CLOUDS
    outputs = found(hub, hub.event(**stranger))
    assert json.loads(outputs["clouds"]) == []
    assert outputs["ours"] == "false"


def test_code_from_elsewhere_is_commented_in_the_jobs_summary_alone(hub: Hub) -> None:
    ran = hub.github.run("preview", hub.event(of="somebody/web"), without=("local",))
    assert results(ran) == {"local": "success", "stacks": "success", "cloud": "skipped", "comment": "failure"}
    assert "local" in ran["comment"].summary
    assert [each for each in hub.github.service.asked if "comments" in each] == []


def test_a_job_that_a_cloud_does_not_trust_says_who_has_to_trust_it_and_the_comment_has_it(hub: Hub) -> None:
    hub.github.variables = CLOUDS
    hub.github.trusted = frozenset({f"repo:{REPOSITORY}:environment:production"})
    ran = hub.github.run("preview", hub.event(), without=("local",))
    assert {name: how for name, how in results(ran).items() if how != "success"} == {
        **{f"cloud ({each})": "failure" for each in ("aks", "eks", "gke")},
        "comment": "failure",
    }
    said = {name: ran[f"cloud ({name})"].said for name in ("aks", "eks", "gke")}
    assert all(PREVIEWER in each and ISSUER in each for each in said.values())
    assert f"az ad app federated-credential create --id {CLOUDS['AZURE_CLIENT_ID']}" in said["aks"]
    assert "aws iam update-assume-role-policy --role-name preview" in said["eks"]
    assert "gcloud iam service-accounts add-iam-policy-binding preview@web" in said["gke"]
    (comment,) = hub.bodies
    assert PREVIEWER in comment


@pytest.mark.parametrize(
    ("stack", "wanted"),
    [
        ("aks", {"ARM_USE_OIDC": "true", "ARM_CLIENT_ID": CLOUDS["AZURE_CLIENT_ID"]}),
        ("eks", {"AWS_SESSION_TOKEN": "of the login"}),
        ("gke", {"AWS_SESSION_TOKEN": "of the login"}),
    ],
)
def test_a_preview_of_a_cloud_has_its_login_and_no_docker_engine(stack: str, wanted: dict[str, str], hub: Hub) -> None:
    one = {"aks": "AZURE", "eks": "AWS", "gke": "GOOGLE"}[stack]
    hub.github.variables = {name: each for name, each in CLOUDS.items() if name.startswith(one)}
    hub.github.variables |= {"PULUMI_BACKEND_URL": "s3://state"}
    hub.github.trusted = frozenset({PREVIEWER})
    hub.github.login = {"AWS_SESSION_TOKEN": "of the login"}
    ran = hub.github.run("preview", hub.event(), without=("local", "comment"))
    assert ran[f"cloud ({stack})"].result == "success", ran[f"cloud ({stack})"].said
    asked = dict(line.split("=", 1) for line in hub.asked.read_text().splitlines() if "=" in line)
    wanted = {**wanted, "DOCKER_HOST": "ssh://preview.invalid", "PULUMI_BACKEND_URL": "s3://state"}
    assert {name: asked.get(name) for name in wanted} == wanted


def test_with_pulumi_cloud_the_organization_is_the_default_one(hub: Hub) -> None:
    hub.github.variables = {"AWS_ROLE": "a", "AWS_REGION": "b", "PULUMI_ORGANIZATION": "team"}
    hub.github.trusted = frozenset({PREVIEWER})
    ran = hub.github.run("preview", hub.event(), without=("local", "comment"))
    assert 'pulumi org set-default "$ORGANIZATION"' in ran["cloud (eks)"].scripts


@pytest.mark.parametrize(
    ("action", "more", "wanted"),
    [
        ("labeled", {"label": "test-cluster", "labels": "test-cluster"}, {"up"}),
        ("labeled", {"label": "bug", "labels": "test-cluster bug"}, set[str]()),
        ("synchronize", {"labels": "test-cluster"}, {"up"}),
        ("synchronize", {"labels": "bug"}, set[str]()),
        ("reopened", {"labels": "test-cluster"}, {"up"}),
        ("closed", {"labels": "test-cluster"}, {"down"}),
        ("closed", {"labels": ""}, set[str]()),
        ("unlabeled", {"label": "test-cluster"}, {"down"}),
        ("unlabeled", {"label": "bug", "labels": "test-cluster"}, set[str]()),
        ("synchronize", {"labels": "test-cluster", "of": "somebody/web"}, set[str]()),
        ("closed", {"labels": "test-cluster", "of": "somebody/web"}, set[str]()),
    ],
)
def test_a_stack_comes_with_the_label_and_goes_with_it_or_with_the_pull_request(
    action: str, more: dict[str, str], wanted: set[str], hub: Hub
) -> None:
    hub.github.variables = {"TEST_STACK": "local"}
    event = hub.event(action, **more)
    assert hub.github.started("test-cluster", event) == wanted


def test_a_test_cluster_whose_cloud_does_not_trust_it_says_who_has_to(hub: Hub) -> None:
    hub.github.variables = {**CLOUDS, "TEST_STACK": "eks"}
    hub.github.trusted = frozenset({PREVIEWER})
    event = hub.event("synchronize", labels="test-cluster")
    ran = hub.github.run("test-cluster", event)
    assert ran["up"].result == "failure"
    assert f"repo:{REPOSITORY}:environment:test-cluster" in ran["up"].said


def test_the_schedule_looks_for_what_is_past_its_time(hub: Hub) -> None:
    hub.github.variables = {"TEST_STACK": "local"}
    assert hub.github.started("test-cluster", Event("schedule", {}, hub.sha)) == {"expired"}


def test_without_a_base_stack_no_job_of_test_clusters_runs(hub: Hub) -> None:
    event = hub.event("synchronize", labels="test-cluster")
    assert hub.github.started("test-cluster", event) == set()
    assert hub.github.started("test-cluster", Event("schedule", {}, hub.sha)) == set()


def test_what_deploys_runs_for_the_stacks_that_the_repository_names(hub: Hub) -> None:
    assert results(hub.github.run("deploy", Event("push", {}, hub.sha))) == {"up": "skipped"}
    hub.github.variables = {
        **CLOUDS,
        "DEPLOY_STACKS": '[{"stack": "web", "target": "aks"}, {"stack": "gke", "target": "gke"}]',
    }
    hub.github.trusted = frozenset({PREVIEWER})
    ran = hub.github.run("deploy", Event("push", {}, hub.sha))
    assert results(ran) == {"up (web)": "failure", "up (gke)": "failure"}
    assert all(f"repo:{REPOSITORY}:environment:production" in each.said for each in ran.values())
