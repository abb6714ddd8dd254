"""When the workflows make, destroy and deploy stacks, each job run as GitHub would, as far as they need no engine."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.e2e.github.pull_request import PullRequest
from tests.e2e.github.service import REPOSITORY
from tests.e2e.github.workflow import Event
from tests.unit.workflow_hub import CLOUDS, PREVIEWER, Hub, hub_with, results


@pytest.fixture(scope="module")
def pull_request(tmp_path_factory: pytest.TempPathFactory) -> PullRequest:
    return PullRequest.small(tmp_path_factory.mktemp("origin") / "web", 7)


@pytest.fixture
def hub(tmp_path: Path, pull_request: PullRequest) -> Generator[Hub]:
    with hub_with(pull_request, tmp_path) as made:
        yield made


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


@pytest.mark.parametrize(("stack", "more"), [("eks", dict[str, str]()), ("web", {"TEST_TARGET": "eks"})])
def test_a_test_cluster_whose_cloud_does_not_trust_it_says_who_has_to(
    stack: str, more: dict[str, str], hub: Hub
) -> None:
    hub.github.variables = {**CLOUDS, "TEST_STACK": stack, **more}
    hub.github.trusted = frozenset({PREVIEWER})
    event = hub.event("synchronize", labels="test-cluster")
    ran = hub.github.run("test-cluster", event)
    assert ran["up"].result == "failure"
    assert f"repo:{REPOSITORY}:environment:test-cluster" in ran["up"].said
    assert "aws iam" in ran["up"].said


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
