"""GitLab's example: which login a job has, what it then does, and what is said where it is refused."""

import json
from pathlib import Path

import pytest

from tests.e2e.ci_examples import Runner
from tests.e2e.github.pull_request import PullRequest
from tests.unit.ci_machine import PROGRAM, WELL, asked, machine, stand_in
from tests.unit.workflow_files import GITLAB, read

LOGINS = {
    "AZURE_CLIENT_ID": "client",
    "AZURE_TENANT_ID": "tenant",
    "AZURE_SUBSCRIPTION_ID": "subscription",
    "AWS_ROLE": "arn:aws:iam::123456789012:role/preview",
    "GOOGLE_IDENTITY_PROVIDER": "projects/42/locations/global/workloadIdentityPools/ci/providers/gitlab",
    "GOOGLE_SERVICE_ACCOUNT": "preview@web.iam.gserviceaccount.com",
}


@pytest.fixture(scope="module")
def pull_request(tmp_path_factory: pytest.TempPathFactory) -> PullRequest:
    return PullRequest.small(tmp_path_factory.mktemp("origin") / "web", 7)


@pytest.fixture
def runner(tmp_path: Path, pull_request: PullRequest) -> Runner:
    return machine(pull_request, tmp_path)


@pytest.mark.parametrize(
    ("stack", "wanted", "file"),
    [
        ("aks", {"ARM_USE_OIDC": "true", "ARM_CLIENT_ID": "client", "ARM_TENANT_ID": "tenant",
                 "ARM_SUBSCRIPTION_ID": "subscription"}, "ARM_OIDC_TOKEN_FILE_PATH"),
        ("eks", {"AWS_ROLE_ARN": LOGINS["AWS_ROLE"]}, "AWS_WEB_IDENTITY_TOKEN_FILE"),
        ("gke", {}, "GOOGLE_APPLICATION_CREDENTIALS"),
    ],
)  # fmt: skip
def test_a_preview_of_gitlab_logs_in_with_the_jobs_own_token(
    stack: str, wanted: dict[str, str], file: str, runner: Runner, tmp_path: Path
) -> None:
    assert runner.gitlab("preview", {**LOGINS, "STACK": "web", "TARGET": stack}) == 0, runner.said
    found = asked(tmp_path)
    assert {name: found.get(name) for name in wanted} == wanted
    assert found["DOCKER_HOST"] == "ssh://preview.invalid"
    token = Path(found[file].removesuffix(".json")).read_text()
    assert token.count(".") == 2
    assert f"{PROGRAM[stack]} " in (tmp_path / "typed").read_text()
    assert json.loads((runner.workspace / "previews" / "web.json").read_text()) == WELL


@pytest.mark.parametrize("stack", PROGRAM)
def test_a_login_of_gitlab_that_is_refused_says_who_has_to_trust_the_job(
    stack: str, runner: Runner, tmp_path: Path
) -> None:
    # Google's first command writes a file and asks nobody.
    runner.program(PROGRAM[stack], '[[ "$*" == *create-cred-config* ]]')
    assert runner.gitlab("preview", {**LOGINS, "STACK": "web", "TARGET": stack}) == 1
    said = (runner.workspace / "previews" / "web.err").read_text()
    assert "project_path:team/web:ref_type:branch:ref:change" in said
    # Every merge request has another branch.
    assert ("assertion.project_path ==" if stack == "gke" else "project_path:team/web:ref_type:branch:ref:*") in said
    assert "https://gitlab.com" in said
    assert not (tmp_path / "asked").exists()


UP = "--yes --skip-preview --non-interactive --policy-pack policies"
NAMED_SO = {"STACK": "aks"}
NAMED_OTHERWISE = {"STACK": "web", "TARGET": "aks"}


@pytest.mark.parametrize("named", [NAMED_SO, NAMED_OTHERWISE])
@pytest.mark.parametrize(
    ("job", "calls"),
    [
        (
            "test-cluster",
            ["ops review-stack {0} --number 7 --hours 8", f"up -s pr-7-{{0}} {UP}", "stack output url -s pr-7-{0}",
             "ops verify -s pr-7-{0}"],
        ),
        ("test-cluster-down", ["ops expired --closed 7 --yes"]),
        ("expired", ["ops expired --yes"]),
        ("deploy", [f"up -s {{0}} {UP}", "ops verify -s {0}"]),
    ],
)  # fmt: skip
def test_a_stack_is_made_and_ended_with_the_login_of_its_cloud(
    job: str, calls: list[str], named: dict[str, str], runner: Runner, tmp_path: Path
) -> None:
    called = stand_in(runner, tmp_path)
    prefix = "DEPLOY" if job == "deploy" else "TEST"
    own = {f"{prefix}_{name}": value for name, value in named.items()}
    assert runner.gitlab(job, {**LOGINS, **own, "CI_MERGE_REQUEST_IID": "7"}) == 0, runner.said
    assert called() == [each.format(named["STACK"]) for each in calls]
    assert "az login --service-principal" in (tmp_path / "typed").read_text()
    if job == "test-cluster":
        assert (runner.workspace / "url.env").read_text() == "URL=https://web.example.com\n"


def test_an_update_is_not_ended_by_a_newer_push_and_waits_for_others_of_its_stack() -> None:
    document = read(GITLAB)
    assert document["workflow"]["auto_cancel"] == {"on_new_commit": "interruptible"}
    for name in ("test-cluster", "test-cluster-down", "expired", "deploy"):
        assert document[name]["interruptible"] is False
        assert document[name]["resource_group"]
    up, down = document["test-cluster"], document["test-cluster-down"]
    assert up["environment"]["on_stop"] == "test-cluster-down"
    assert up["environment"]["name"] == down["environment"]["name"]
    # GitLab starts the one where the other may have run.
    assert {name: up[name] for name in ("rules", "stage", "resource_group")} == {
        name: down[name] for name in ("rules", "stage", "resource_group")
    }
