"""A new version that cannot be pulled is refused before anything changes; one that can costs a moment."""

import json

import pytest

from tests.e2e.load import steady_load
from tests.e2e.project import Project

pytestmark = pytest.mark.e2e

MISSING = f"sha256:{'1' * 64}"


def _promote(project: Project, digest: str) -> None:
    project.configure("image", digest=digest, context=None, dockerfile=None, buildArgs=None)


def _rehearsal_pods(project: Project) -> list[str]:
    found = project.kubectl("get", "pods", "--selector", "monadic-pipeline/rehearsal")["items"]
    return [pod["metadata"]["name"] for pod in found]


def _generation(project: Project) -> int:
    return project.kubectl("get", "deployments")["items"][0]["metadata"]["generation"]


def test_a_missing_image_is_refused_with_its_cause_and_nothing_has_changed(project: Project) -> None:
    good = project.must_up()["image"]
    before = json.loads(project.exported())["deployment"]["resources"]
    with project.client() as client:
        _promote(project, MISSING)
        with steady_load(client, "/version", per_second=50) as load:
            refused = project.up()
        assert refused.code != 0, refused.output
        assert "not-found (permanent)" in refused.output
        assert "manifest unknown" in refused.output  # the registry's own words
        assert "the Deployment was not touched" in refused.output
        assert "Traceback" not in refused.output
        assert load.sent > 20
        assert load.failures == []
    assert _generation(project) == 1
    assert _rehearsal_pods(project) == []
    deployment = "kubernetes:apps/v1:Deployment"
    after = json.loads(project.exported())["deployment"]["resources"]
    changed = [each for each in after if each["type"] == deployment and each not in before]
    assert changed == []
    again = project.up()
    assert again.code != 0, again.output
    assert "not-found (permanent)" in again.output
    assert (_generation(project), _rehearsal_pods(project)) == (1, [])
    _promote(project, good.rpartition("@")[2])
    project.must_up()
    assert _generation(project) == 1


def test_the_first_version_is_rehearsed_too_and_told_with_time_and_size(project: Project) -> None:
    done = project.up()
    assert done.code == 0, done.output
    assert "pull rehearsal: 127.0.0.1:" in done.output
    assert " MB" in done.output
    assert _rehearsal_pods(project) == []


def test_a_change_of_something_else_is_not_rehearsed(project: Project) -> None:
    project.must_up()
    project.configure("app", environment={"COLOUR": "green"})
    done = project.up()
    assert done.code == 0, done.output
    assert "pull rehearsal" not in done.output


def test_without_a_rehearsal_the_cause_is_named_while_pulumi_waits_and_ctrl_c_ends_it(project: Project) -> None:
    project.must_up()
    _promote(project, MISSING)
    project.configure("app", rehearsal="off")
    cause = "not-found (permanent) on 1 of 1 node (node-1): The registry answered"
    done = project.up_until(cause)
    assert cause in done.output
    assert done.code != 0
    with project.client() as client:
        client.get("/health").raise_for_status()


@pytest.mark.parametrize(
    ("switch", "cause", "said"),
    [
        ({"WEBAPI_CRASH_AT_START": "7"}, "crash-loop on 1 of 1 node (node-1): The container starts and ends again.",
         "exit code 7"),
        ({"WEBAPI_NOT_READY": "true"}, "failing-probe on 1 of 1 node (node-1): The container runs and a probe",
         "statuscode: 503"),
    ],
    ids=["crashes", "never-ready"],
)  # fmt: skip
def test_a_version_that_does_not_run_is_named_while_pulumi_waits_and_diagnosed_at_the_end(
    project: Project, switch: dict[str, str], cause: str, said: str
) -> None:
    project.must_up()
    project.configure("app", environment=switch, rehearsal="off", startSeconds=20, timeoutSeconds=60)
    failed = project.up_spoken()
    assert failed.code != 0, failed.output
    named = failed.said(cause)
    assert named is not None, failed.output
    assert failed.ended - named > 15, failed.output
    diagnosis = failed.output.partition(f"error: {cause}")[2]
    assert said in diagnosis, failed.output
    assert failed.seconds < 100
    with project.client() as client:
        client.get("/health").raise_for_status()
