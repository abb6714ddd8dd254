"""From source to a served URL, on to the next version, and away: what every run of the tests does."""

import json
import re
import time

import pytest

from tests.e2e.load import steady_load
from tests.e2e.project import Project

pytestmark = pytest.mark.e2e

_INGRESS_SECONDS = 4
"""Traefik takes over what changed once in 2 s (providers.providersThrottleDuration)."""

REFERENCE = re.compile(r"127\.0\.0\.1:\d+/monadic-pipeline-webapi@sha256:[0-9a-f]{64}")


def test_up_serves_the_source_by_digest(project: Project) -> None:
    outputs = project.must_up()
    assert REFERENCE.fullmatch(outputs["image"])
    assert outputs["target"] == "local"
    assert outputs["namespace"] == project.namespace
    with project.client() as client:
        assert client.get("/health").status_code == 200
        version = client.get("/version").json()
    pods = project.kubectl("get", "pods")["items"]
    assert version["pod"] in {pod["metadata"]["name"] for pod in pods}
    assert {pod["spec"]["containers"][0]["image"] for pod in pods} == {outputs["image"]}


def test_a_second_up_builds_pushes_and_changes_nothing(project: Project) -> None:
    repository = f"{project.stack}-webapi"  # of its own: others push meanwhile

    def pushes() -> int:
        lines = (project.state.logs / "registry.log").read_text().splitlines()
        return len([line for line in lines if "PUT" in line and repository in line])

    project.configure("image", repository=repository)
    project.must_up()
    before = pushes()
    assert before > 0
    done = project.up("--expect-no-changes")
    assert done.code == 0, done.output
    assert pushes() == before
    assert "unchanged" in done.output
    preview = project.pulumi("preview", "--expect-no-changes")
    assert preview.code == 0, preview.output


def test_a_changed_source_serves_under_a_new_digest_and_no_request_fails(project: Project) -> None:
    project.configure("app", drainSeconds=None)
    first = project.must_up()
    with project.client() as client:
        old = client.get("/version").json()["build"]
        project.change_source()
        with steady_load(client, "/version", per_second=50) as load:
            second = project.must_up()
            time.sleep(_INGRESS_SECONDS)
    assert second["image"] != first["image"]
    assert load.failures == []
    assert load.sent > 50
    builds = [json.loads(body)["build"] for _, body in load.bodies]
    assert builds[0] == old
    assert builds[-1] != old


def test_destroy_leaves_nothing_in_the_cluster_or_the_state(project: Project) -> None:
    project.must_up()
    done = project.pulumi("destroy", "--yes", "--skip-preview")
    assert done.code == 0, done.output
    left = project.kubectl("get", "all,ingress,networkpolicy,pdb,secret,serviceaccount,configmap")["items"]
    assert left == []
    assert json.loads(project.exported())["deployment"].get("resources", []) == []
