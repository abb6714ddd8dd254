"""The report of a real stack, of one that is well and of one that is not."""

import time

import pytest

from tests.e2e.project import Project
from tests.e2e.test_ops_recover import ops

pytestmark = pytest.mark.e2e

_WRONG = 3
_PATIENCE = 30.0


def test_a_report_shows_a_stack_that_is_well_and_the_hop_that_is_not(project: Project) -> None:
    project.must_up()
    done = ops(project, "report")
    assert done.code == 0, done.output
    text = (project.folder / "report.html").read_text()
    assert "Nothing on its way is wrong" in text
    assert text.count('class="good"') >= 7

    name = "monadic-pipeline-webapi"
    missing = project.outputs()["image"].partition("@")[0] + f"@sha256:{'1' * 64}"
    project.kubectl("set", "image", f"deployment/{name}", f"{name}={missing}")
    deadline = time.monotonic() + _PATIENCE
    while "registry bad: not-found" not in " ".join(done.output.split()) and time.monotonic() < deadline:
        done = ops(project, "report", "--out", "picture.svg")
    assert done.code == _WRONG, done.output
    assert "registry bad: not-found" in " ".join(done.output.split()), done.output
    assert 'class="bad"' in (project.folder / "picture.svg").read_text()
