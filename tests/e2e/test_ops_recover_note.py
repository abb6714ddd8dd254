"""A real stack whose note was cut off, as by a kill in the middle of its writing: `ops recover` makes it readable."""

from pathlib import Path

import pytest

from tests.e2e.project import Project
from tests.e2e.test_ops_recover import ops

pytestmark = pytest.mark.e2e


def test_a_stack_that_pulumi_does_not_read_any_more_is_read_again_with_all_that_it_has(project: Project) -> None:
    outputs = project.must_up()
    backend = Path(project.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
    (note,) = (backend / ".pulumi" / "stacks").rglob(f"{project.stack}.json.attrs")
    note.write_text("")
    refused = project.pulumi("stack", "export")
    assert (refused.code != 0, "failed to load checkpoint: EOF" in refused.output) == (True, True), refused.output
    told = ops(project, "status")
    assert (told.code, "ops recover -s" in told.output) == (1, True), told.output
    done = ops(project, "recover")
    assert (done.code, "nothing is left of a killed update" in done.output) == (0, True), done.output
    assert project.outputs() == outputs
    again = project.up("--expect-no-changes")
    assert again.code == 0, again.output
