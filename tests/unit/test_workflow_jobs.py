"""What the jobs of a preview decide and say, each run as GitHub would, as far as they need no engine."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.e2e.github.pull_request import PullRequest
from tests.e2e.github.service import ISSUER, REPOSITORY
from tests.e2e.github.workflow import Event
from tests.unit.workflow_hub import CLOUDS, PREVIEWER, Hub, hub_with, results


@pytest.fixture(scope="module")
def pull_request(tmp_path_factory: pytest.TempPathFactory) -> PullRequest:
    return PullRequest.small(tmp_path_factory.mktemp("origin") / "web", 7)


@pytest.fixture
def hub(tmp_path: Path, pull_request: PullRequest) -> Generator[Hub]:
    with hub_with(pull_request, tmp_path) as made:
        yield made


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
    assert json.loads(outputs["clouds"]) == [{"stack": each, "target": each} for each in clouds]
    assert outputs["all"].split() == ["local", *clouds]


WEB = {"stack": "web-1.production", "target": "aks"}


@pytest.mark.parametrize("named", [[], [WEB], [WEB, {"target": "gke", "stack": "gke", "more": 1}]])
def test_a_repository_may_name_the_stacks_that_are_previewed(named: list[dict[str, str]], hub: Hub) -> None:
    hub.github.variables = {**CLOUDS, "PREVIEW_STACKS": json.dumps(named)}
    outputs = found(hub, hub.event())
    wanted = [{name: each[name] for name in ("stack", "target")} for each in named]
    assert json.loads(outputs["clouds"]) == wanted
    assert outputs["all"].split() == ["local", *(each["stack"] for each in named)]


@pytest.mark.parametrize(
    "named",
    [
        "web",
        '["web"]',
        '{"stack": "web", "target": "aks"}',
        '[{"stack": "web"}]',
        '[{"stack": "web", "target": "azure"}]',
        '[{"stack": "team/web", "target": "aks"}]',
        '[{"stack": "local", "target": "aks"}]',
        '[{"stack": "web", "target": "aks"}, {"stack": "web", "target": "eks"}]',
    ],
)
def test_names_of_another_form_are_refused_with_the_form(named: str, hub: Hub) -> None:
    hub.github.variables = {"PREVIEW_STACKS": named}
    ran = hub.github.run("preview", hub.event(), without=("local", "comment"))
    assert results(ran) == {"local": "success", "comment": "success", "stacks": "failure", "cloud": "skipped"}
    assert '::error::The variable PREVIEW_STACKS must be like [{"stack": "web", "target": "aks"}]' in ran["stacks"].said


def test_a_stack_is_previewed_with_the_login_of_its_cloud_whatever_its_name(hub: Hub) -> None:
    hub.github.variables = {"AWS_ROLE": "a", "AWS_REGION": "b", "PREVIEW_STACKS": '[{"stack": "web", "target": "eks"}]'}
    hub.github.trusted = frozenset({PREVIEWER})
    hub.github.login = {"AWS_SESSION_TOKEN": "of the login"}
    ran = hub.github.run("preview", hub.event(), without=("local",))
    assert ran["cloud (web)"].result == "success", ran["cloud (web)"].said
    assert "AWS_SESSION_TOKEN=of the login" in hub.asked.read_text().splitlines()
    (comment,) = hub.bodies
    assert "`web`" in comment
    assert "`eks`" not in comment


def test_a_stack_with_another_name_whose_login_is_refused_says_who_has_to_trust_it(hub: Hub) -> None:
    hub.github.variables = {**CLOUDS, "PREVIEW_STACKS": '[{"stack": "web", "target": "eks"}]'}
    ran = hub.github.run("preview", hub.event(), without=("local", "comment"))
    assert "aws iam update-assume-role-policy --role-name preview" in ran["cloud (web)"].said


def test_a_run_that_a_newer_push_has_ended_leaves_the_comment_as_it_is(hub: Hub) -> None:
    hub.github.variables = CLOUDS
    ran = hub.github.run("preview", hub.event("synchronize"), without=("stacks", "local"), cancelled=True)
    assert results(ran) == {"stacks": "success", "local": "success", "cloud": "skipped", "comment": "skipped"}
    assert hub.bodies == []


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
