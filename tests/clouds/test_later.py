"""What happens to a cloud stack that runs: its registry is made anew."""

import pytest

from tests.clouds.conftest import MakeStack
from tests.e2e.project import Project


@pytest.mark.e2e
def test_a_registry_that_is_made_anew_gets_the_image_again(make_stack: MakeStack) -> None:
    stack = make_stack("gke")
    first = stack.must_up()
    stack.configure("registry", location="europe-west4")
    second = stack.must_up()
    assert first["image"] != second["image"]
    assert second["image"].startswith("europe-west4-docker.pkg.dev/")
    assert _images(stack) == {second["image"]}


def _images(stack: Project) -> set[str]:
    pods = stack.kubectl("get", "pods", "--field-selector=status.phase=Running")["items"]
    living = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]
    return {each["image"] for pod in living for each in pod["spec"]["containers"]}
