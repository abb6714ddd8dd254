"""An update that is killed at any of its steps: `ops recover` brings the state to what is there, and `up` goes on."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from sandbox import processes
from tests.e2e.project import Project, Run, run
from tests.e2e.services import all_services, another_image, objects, page, recalled, simulated
from tests.e2e.waiting import until

pytestmark = pytest.mark.e2e

_STEPS = (
    "pulumi:pulumi:Stack",
    "pulumi:providers:kubernetes",
    "pulumi:providers:docker",
    "pipeline:index:AppNamespace",
    "pipeline:index:AppImage",
    "pipeline:index:PipelineApp",
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
"""What a local update makes, about in its order."""
_SERVICE_STEPS = (
    "pulumi:index:Stash",
    "kubernetes:core/v1:PersistentVolumeClaim",
    "kubernetes:apps/v1:StatefulSet",
    "kubernetes:batch/v1:Job",
)
"""What one with services makes besides, where a second one would be a loss."""
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
    assert len(after.get("resources") or []) >= len(before.get("resources") or [])
    outputs = project.must_up()
    with project.client() as client:
        assert client.get("/health").is_success
    _made_once(project)
    assert "unchanged" in project.up("--expect-no-changes").output
    assert ops(project, "recover").code == 0
    assert outputs["image"] == project.outputs()["image"]


def test_every_step_of_a_local_update_is_killed_here(project: Project) -> None:
    done = project.up()
    assert done.code == 0, done.output
    assert {words[1] for words in map(str.split, done.output.splitlines()) if "creating" in words} == {*_STEPS}


def test_an_update_that_is_killed_before_it_makes_anything_is_recovered(project: Project) -> None:
    with project.start_up(own_session=True) as process:
        until(lambda: [*_locks(project).glob("*.json")])
        _kill(process)
    assert "resources" not in json.loads(project.exported())["deployment"]
    for command in ("status", "verify", "rollback"):
        told = ops(project, command)
        assert (told.code, "ops recover" in told.output) == (1, True), told.output
    looked = ops(project, "recover")
    assert (looked.code, "left by " in looked.output) == (_SOMETHING, True), looked.output
    done = ops(project, "recover", "--yes")
    assert done.code == 0, done.output
    project.must_up()


@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("step", _SERVICE_STEPS)
def test_a_first_update_with_services_that_is_killed_is_recovered_and_goes_on(project: Project, step: str) -> None:
    project.configure("services", **all_services(simulated(project.state), deleteData=True))
    _killed_at(project, step)
    done = ops(project, "recover", "--yes")
    assert done.code == 0, done.output
    project.must_up()
    page(project, "/remember", text="after the storm")
    assert until(lambda: recalled(project, "storm") == ["after the storm"])
    assert page(project, "/ask", q="why")["answer"] == "simulated answer of llama3 to: why"
    state = json.loads(project.exported())["deployment"]["resources"]
    assert len({each["urn"] for each in state}) == len(state)
    for kind, count in (("deployments", 2), ("statefulsets", 1), ("persistentvolumeclaims", 2), ("jobs", 1)):
        assert len(objects(project, kind)) == count, kind
    again = project.up("--expect-no-changes")
    assert again.code == 0, again.output


def test_what_is_remembered_survives_an_update_that_is_killed_and_its_recovery(
    project: Project, tmp_path: Path
) -> None:
    vectors = all_services(simulated(project.state), deleteData=True)["vectors"]
    project.configure("services", vectors=vectors)
    project.must_up()
    page(project, "/remember", text="before the storm")
    changed = another_image(project.state, vectors["image"], tmp_path)
    project.configure("services", vectors={**vectors, "image": changed})
    _killed_at(project, "kubernetes:apps/v1:StatefulSet", "updating")
    done = ops(project, "recover", "--yes")
    assert done.code == 0, done.output
    project.must_up()
    (database,) = objects(project, "statefulsets")
    assert database["spec"]["template"]["spec"]["containers"][0]["image"] == changed
    assert until(lambda: recalled(project, "storm") == ["before the storm"])
    assert ops(project, "recover").code == 0


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


def _killed_at(project: Project, step: str, doing: str = "creating") -> None:
    """Start an update and kill all of it as soon as it begins to make, or to change, such a thing."""
    with project.start_up(own_session=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if {step, doing} <= {*line.split()}:  # whole words: a ServiceAccount is no Service
                break
        else:
            raise AssertionError(step)
        _kill(process)


def _kill(process: subprocess.Popen[str]) -> None:
    started = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGKILL)
    processes.kill([each for each in started if each.is_running()])


def _backend(project: Project) -> Path:
    return Path(project.environment["PULUMI_BACKEND_URL"].removeprefix("file://")) / ".pulumi"


def _locks(project: Project) -> Path:
    return _backend(project) / "locks" / "organization" / "monadic-pipeline" / project.stack


def _as_if_killed_while_creating(project: Project, kind: str) -> str:
    """Write the state as a killed update leaves it; `pulumi stack import` would leave its operations out."""
    (file,) = (_backend(project) / "stacks").rglob(f"{project.stack}.json")
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
