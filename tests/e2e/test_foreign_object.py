"""An object of somebody else under a name that the stack wants: it is named, and stays as it was."""

import pytest

from tests.e2e.project import Project, run

pytestmark = pytest.mark.e2e

_NAME = "monadic-pipeline-webapi"


def _kubectl(project: Project, *words: str) -> None:
    done = run(["kubectl", *words], cwd=project.folder, environment=project.environment)
    assert done.code == 0, done.output


def test_an_update_does_not_take_the_object_of_somebody_else(project: Project) -> None:
    project.must_up()
    _kubectl(project, "-n", project.namespace, "delete", "service", _NAME)
    assert project.pulumi("refresh", "--yes", "--skip-preview").code == 0
    _kubectl(project, "-n", project.namespace, "create", "service", "clusterip", _NAME, "--tcp=80:9999")
    refused = project.up()
    assert refused.code != 0, refused.output
    assert f"kubernetes:core/v1:Service ({_NAME})" in refused.output
    assert 'conflicts with "kubectl-create"' in refused.output
    said = f"Service {_NAME} in namespace {project.namespace} is not this stack's, but that of kubectl-create"
    assert said in refused.output
    assert f"delete service {_NAME}  # when nobody needs it; then pulumi up -s {project.stack}" in refused.output
    service = project.kubectl("get", "service", _NAME)
    assert [each["targetPort"] for each in service["spec"]["ports"]] == [9999]
    _kubectl(project, "-n", project.namespace, "delete", "service", _NAME)
    project.must_up()
