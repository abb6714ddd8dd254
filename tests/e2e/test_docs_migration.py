"""The stack file of docs/migration.md in the sandbox: both workloads and the services beside them."""

from typing import Any

import pytest

from tests.e2e.project import Project
from tests.e2e.services import all_services, objects, page, simulated
from tests.unit.docs_pages import stack_file_of

pytestmark = pytest.mark.e2e

APP, CLI = "monadic-pipeline-webapi", "monadic-pipeline"
HERE: dict[str, Any] = {
    "context": "webapi",
    "dockerfile": "webapi/Dockerfile",
    "buildArgs": {"BASE_IMAGE": "sandbox.local/python:3"},
}
"""What stands in for the old repository, which is not here."""
STAYS = ["python3", "-c", "import time; time.sleep(1e6)"]
"""The sandbox's base image has no `sleep`."""
SMALL = {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "256Mi"}}
"""A node of the sandbox has less room than the old manifests ask for."""


def test_what_the_manifests_made_comes_up_by_the_stack_file_of_the_page(project: Project) -> None:
    given = stack_file_of("migration.md")
    own = {"namespace", "host"}  # a test's own, so that nobody else's are touched
    project.configure("image", **HERE)
    project.configure(
        "app", **{**{key: each for key, each in given["app"].items() if key not in own}, "resources": SMALL}
    )
    image = given["cli"]["image"] | HERE | {"repository": f"{project.stack}-cli"}
    project.configure("cli", **{**given["cli"], "image": image, "command": STAYS, "resources": SMALL})
    services = all_services(simulated(project.state), deleteData=True)
    project.configure("services", **{key: {**services[key], **each} for key, each in given["services"].items()})

    project.must_up()
    deployed = project.kubectl("get", "deployments")["items"]
    ready = {each["metadata"]["name"]: each["status"]["readyReplicas"] for each in deployed}
    assert ready == {APP: 2, CLI: 1}
    assert {each["metadata"]["name"] for each in objects(project, "services")} == {
        "ollama-service",
        "qdrant-service",
        "jaeger-collector",
    }
    with project.client() as client:
        assert client.get("/ready").status_code == 200
    assert page(project, "/ask", q="who are you")
