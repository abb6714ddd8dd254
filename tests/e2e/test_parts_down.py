"""A part of the sandbox is gone: what deploys and looks says which, and what brings it back."""

import re
import signal

import pytest

from sandbox import processes
from tests.e2e.conftest import bring_up
from tests.e2e.project import Project
from tests.e2e.test_ops_status import ops, status
from tests.e2e.test_refusals import refused

pytestmark = [pytest.mark.e2e, pytest.mark.alone]


def _kill(project: Project, part: str) -> None:
    leader = processes.leaders(project.state.folder)[part]
    leader.send_signal(signal.SIGKILL)
    leader.wait(5)


def test_a_registry_that_is_down_is_named(project: Project) -> None:
    _kill(project, "registry")
    text = refused(project, project.up())
    assert re.search(r"the registry 127\.0\.0\.1:\d+ does not answer \(Connection refused\)", text)
    assert "make up" in text


def test_a_cluster_that_is_down_is_named(project: Project) -> None:
    _kill(project, "apiserver")
    text = refused(project, project.up())
    assert "the cluster of context 'sandbox' does not answer at https://127.0.0.1:" in text
    assert "make up" in text


def test_a_cluster_that_is_gone_leaves_what_the_state_says(project: Project) -> None:
    image = project.must_up()["image"]
    _kill(project, "apiserver")
    try:
        code, found = status(project)
        assert (code, found["health"]) == (4, "unknown")
        assert found["workloads"][0]["images"][0]["state"] == image
        (finding,) = found["findings"]
        assert finding["text"].startswith("the cluster cannot be asked: ")
        assert finding["command"].startswith("kubectl --context sandbox get --raw /readyz")
        assert ops(project, "verify", "-s", project.stack).code == 4
    finally:
        bring_up()  # what was deployed there is to be destroyed
