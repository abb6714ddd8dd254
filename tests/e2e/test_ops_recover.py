"""An update that is killed at any of its steps: `ops recover` brings the state to what is there, and `up` goes on."""

import json
import os
import re
import signal
import sys
from pathlib import Path

import psutil
import pytest

from sandbox import processes
from tests.e2e.project import Project, Run, run

pytestmark = pytest.mark.e2e

_STEPS = (
    "docker:index:Image",
    "kubernetes:core/v1:Namespace",
    "kubernetes:core/v1:Secret",
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    "kubernetes:core/v1:Service",
    "kubernetes:policy/v1:PodDisruptionBudget",
    "kubernetes:apps/v1:Deployment",
    "kubernetes:networking.k8s.io/v1:Ingress",
)
"""What a local update makes, in its order."""
_SOMETHING = 3


@pytest.mark.sampled(2, False)
@pytest.mark.parametrize("step", _STEPS)
def test_an_update_that_is_killed_at_a_step_is_recovered_and_goes_on(project: Project, step: str) -> None:
    _killed_at(project, step)
    looked = ops(project, "recover")
    assert looked.code == _SOMETHING, looked.output
    assert "nothing yet" in looked.output
    before = json.loads(project.exported())["deployment"]
    done = ops(project, "recover", "--yes")
    assert done.code == 0, done.output
    kept = re.search(r"the state as it was: (\S+)", done.output)
    assert kept is not None
    assert json.loads(Path(kept[1]).read_text())["deployment"].get("resources") == before.get("resources")
    after = json.loads(project.exported())["deployment"]
    assert not after.get("pending_operations")
    assert len(after["resources"]) >= len(before.get("resources") or [])
    outputs = project.must_up()
    with project.client() as client:
        assert client.get("/health").is_success
    _made_once(project)
    assert "unchanged" in project.up("--expect-no-changes").output
    assert ops(project, "recover").code == 0
    assert outputs["image"] == project.outputs()["image"]


def test_an_object_of_somebody_else_is_named_and_left_alone(project: Project) -> None:
    project.must_up()
    urn = _as_if_killed_while_creating(project, "kubernetes:policy/v1:PodDisruptionBudget")
    _kubectl(project, "delete", "poddisruptionbudget", "monadic-pipeline-webapi")
    _kubectl(project, "create", "poddisruptionbudget", "monadic-pipeline-webapi", "--min-available=1", "--selector=a=b")
    before = project.exported()
    looked = ops(project, "recover", "--yes")
    assert looked.code == _SOMETHING, looked.output
    assert "that somebody else made" in looked.output
    assert "kubectl-create" in looked.output
    assert project.exported() == before
    (budget,) = project.kubectl("get", "poddisruptionbudgets")["items"]
    assert budget["spec"]["selector"] == {"matchLabels": {"a": "b"}}
    _kubectl(project, "delete", "poddisruptionbudget", "monadic-pipeline-webapi")
    done = ops(project, "recover", "--yes", "--absent", urn)
    assert done.code == 0, done.output
    project.must_up()


def ops(project: Project, *words: str) -> Run:
    """`python -m ops` in the project's folder."""
    command = [sys.executable, "-m", "ops", *words, "-s", project.stack]
    return run(command, cwd=project.folder, environment=project.environment)


def _killed_at(project: Project, step: str) -> None:
    """Start an update and kill all of it as soon as it begins to make such a thing."""
    with project.start_up(own_session=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if step in line and "creating" in line:
                break
        else:
            raise AssertionError(step)
        started = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGKILL)
    processes.kill([each for each in started if each.is_running()])


def _as_if_killed_while_creating(project: Project, kind: str) -> str:
    """Write the state as a killed update leaves it; `pulumi stack import` would leave its operations out."""
    backend = Path(project.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
    (file,) = (backend / ".pulumi" / "stacks").rglob(f"{project.stack}.json")
    document = json.loads(file.read_text())
    deployment = document["checkpoint"]["latest"]
    (made,) = [each for each in deployment["resources"] if each["type"] == kind]
    deployment["resources"].remove(made)
    begun = {key: value for key, value in made.items() if key not in {"id", "outputs"}}
    deployment["pending_operations"] = [{"type": "creating", "resource": begun}]
    file.write_text(json.dumps(document))
    return made["urn"]


def _kubectl(project: Project, *words: str) -> None:
    command = ["kubectl", "--namespace", project.namespace, *words]
    done = run(command, cwd=project.folder, environment=project.environment)
    assert done.code == 0, done.output


def _made_once(project: Project) -> None:
    state = json.loads(project.exported())["deployment"]["resources"]
    assert len({each["urn"] for each in state}) == len(state)
    deployments = project.kubectl("get", "deployments")["items"]
    assert len(deployments) == 1
    assert len(project.kubectl("get", "services")["items"]) == 1


def test_without_anything_to_recover_it_says_so(project: Project) -> None:
    project.must_up()
    done = ops(project, "recover")
    assert (done.code, "nothing is left of a killed update" in done.output) == (0, True)


def test_an_update_at_work_is_not_disturbed(project: Project) -> None:
    with project.start_up(own_session=True) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if "kubernetes:core/v1:Namespace" in line)
        busy = ops(project, "recover", "--yes")
        assert busy.code == 1, busy.output
        assert "is locked by" in busy.output
        process.stdout.read()
    assert process.returncode == 0
