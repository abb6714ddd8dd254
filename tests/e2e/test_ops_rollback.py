"""Back to the last good version of a stack, through Pulumi."""

import pytest

from tests.e2e.project import Project
from tests.e2e.test_ops_recover import ops

pytestmark = pytest.mark.e2e

_SOMETHING = 3


def test_a_stack_goes_back_to_the_digest_before(project: Project) -> None:
    first = project.must_up()["image"]
    none = ops(project, "rollback")
    assert (none.code, "no earlier version" in none.output) == (1, True), none.output
    project.change_source()
    second = project.must_up()["image"]
    assert second != first
    looked = ops(project, "rollback")
    assert looked.code == _SOMETHING, looked.output
    assert first in looked.output
    assert project.outputs()["image"] == second
    done = ops(project, "rollback", "--yes")
    assert done.code == 0, done.output
    assert project.outputs()["image"] == first
    (running,) = project.kubectl("get", "deployments")["items"]
    assert running["spec"]["template"]["spec"]["containers"][0]["image"] == first
    assert first.partition("@")[2] in project.stack_file.read_text()
    assert "unchanged" in project.up("--expect-no-changes").output
