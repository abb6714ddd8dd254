"""What becomes of the services' data: volumes that cannot be made, and a destroy that keeps them or not."""

import time

import pytest

from tests.e2e.project import Project
from tests.e2e.services import all_services, in_services, objects, page, recalled, simulated
from tests.e2e.waiting import until

pytestmark = pytest.mark.e2e

WHOLE_SECONDS = 60


def test_a_missing_class_is_told_before_a_volume_is_waited_for(project: Project) -> None:
    images = simulated(project.state)
    given = {**all_services(images)["vectors"], "volumeClass": "sandbx"}
    project.configure("services", vectors=given)
    begun = time.monotonic()
    refused = project.up()
    assert refused.code != 0
    assert "no StorageClass 'sandbx' in the cluster; there are sandbox; did you mean sandbox?" in refused.output
    assert f"pulumi config set --path services.vectors.volumeClass '<name>' -s {project.stack}" in refused.output
    assert time.monotonic() - begun < WHOLE_SECONDS
    _remove_kept(project)


def test_a_destroy_keeps_the_data_unless_it_is_asked_to_delete_it(project: Project) -> None:
    vectors = all_services(simulated(project.state))["vectors"]
    project.configure("services", vectors=vectors)
    try:
        leaves = project.must_up()["leaves"]
        page(project, "/remember", text="after the flood")
        done = project.pulumi("destroy", "--yes", "--skip-preview")
        assert done.code == 0, done.output
        assert f"the namespace {project.namespace}-services with the data in qdrant-data" in leaves[-1]
        assert f"{project.namespace}-services" in done.output
        assert [each["metadata"]["name"] for each in objects(project, "persistentvolumeclaims")] == ["qdrant-data"]
        assert objects(project, "pods") == objects(project, "secrets") == []

        project.must_up()
        assert until(lambda: recalled(project, "flood") == ["after the flood"])

        project.configure("services", vectors={**vectors, "deleteData": True})
        assert not any("-services" in each for each in project.must_up()["leaves"])
        done = project.pulumi("destroy", "--yes", "--skip-preview")
        assert done.code == 0, done.output
        gone = in_services(project, "get", "namespace", f"{project.namespace}-services")
        assert "NotFound" in gone.output
    finally:
        _remove_kept(project)


def _remove_kept(project: Project) -> None:
    name = f"{project.namespace}-services"
    in_services(project, "delete", "namespace", name, "--ignore-not-found", "--wait=false")
