"""A stack without a registry, whose image `kind load docker-image` brings to the nodes.

kind cannot run here: a simulated one stands in for it (`simulated_kind.py`), with the sandbox's nodes behind it. Docker
engine, containerd and kubelet are real. So this shows what the program makes of a loader, not what a real kind does.
"""

import json
import re
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from sandbox.state import RUNTIME
from tests.e2e import simulated_kind
from tests.e2e.project import Project, run
from tests.e2e.test_ops_status import ops

pytestmark = pytest.mark.e2e

_IMAGE = re.compile(r"loaded\.invalid/monadic-pipeline-webapi:[0-9a-f]{32}")
_PROGRAM = '#!/bin/sh\nexec {python} {file} "$@"\n'


@dataclass(frozen=True)
class Kind:
    """The simulated kind of one project."""

    folder: Path

    @property
    def loads(self) -> list[str]:
        """Cluster and image of each load so far."""
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []

    def be_idle(self, *, idle: bool) -> None:
        """Whether it says that all is well and does nothing."""
        file = self.folder / "idle"
        if idle:
            file.touch()
        else:
            file.unlink()


@pytest.fixture
def kind(project: Project, tmp_path: Path) -> Generator[Kind]:
    """Makes a project's stack one of a cluster that kubeconfig and PATH show as one of kind's, without a registry."""
    programs, made = tmp_path / "programs", Kind(tmp_path / "kind")
    for each in (programs, made.folder):
        each.mkdir()
    (programs / "kind").write_text(_PROGRAM.format(python=sys.executable, file=simulated_kind.__file__))
    (programs / "kind").chmod(0o755)
    project.environment["PATH"] = f"{programs}:{project.environment['PATH']}"
    project.environment.update(
        {
            simulated_kind.SOCKETS: ":".join(map(str, _sockets())),
            simulated_kind.LOG: str(made.folder / "log"),
            simulated_kind.IDLE: str(made.folder / "idle"),
        }
    )
    config = tmp_path / "kubeconfig"
    config.write_text(yaml.safe_dump(_of_kind(yaml.safe_load(project.state.kubeconfig.read_text()))))
    project.configure("cluster", context="kind-simulated", kubeconfig=str(config))
    project.configure("registry", host=None, load="kind")
    project.change_source()  # an image of its own, which no node has
    yield made
    for image in {each.partition(" ")[2] for each in made.loads}:
        _remove_from_nodes(image)
        _docker(project, "image", "rm", image)


def _of_kind(config: dict[str, list[dict[str, object]]]) -> dict[str, object]:
    (server,), (user,) = config["clusters"], config["users"]
    name = "kind-simulated"
    context = {"cluster": name, "user": name}
    return {
        "contexts": [{"name": name, "context": context}],
        "clusters": [{**server, "name": name}],
        "users": [{**user, "name": name}],
    }


def _sockets() -> list[Path]:
    return sorted(RUNTIME.glob("*/containerd.sock"))


def _remove_from_nodes(image: str) -> None:
    """Remove it by its name, and by those that an import makes up beside it."""
    for socket in _sockets():
        images = ["ctr", "--address", str(socket), "--namespace", "k8s.io", "images"]
        listed = subprocess.run([*images, "ls", "--quiet"], capture_output=True, text=True, check=True).stdout
        beside = [each for each in listed.splitlines() if each.startswith("import-")]
        subprocess.run([*images, "rm", "--sync", image, *beside], capture_output=True, check=False)


def _docker(project: Project, *words: str) -> None:
    run(["docker", *words], cwd=project.folder, environment=project.environment)


def test_an_image_is_loaded_and_serves_and_a_new_source_is_a_new_image(project: Project, kind: Kind) -> None:
    preview = project.pulumi("preview")
    assert preview.code == 0, preview.output
    assert kind.loads == []
    first = project.must_up()["image"]
    assert _IMAGE.fullmatch(first)
    assert kind.loads == [f"simulated {first}"]
    pods = project.kubectl("get", "pods")["items"]
    containers = [each for pod in pods for each in pod["spec"]["containers"]]
    assert {(each["image"], each["imagePullPolicy"]) for each in containers} == {(first, "IfNotPresent")}
    with project.client() as client:
        old = client.get("/version").json()["build"]

    unchanged = project.up("--expect-no-changes")
    assert unchanged.code == 0, unchanged.output
    assert kind.loads == [f"simulated {first}"]

    project.change_source()
    second = project.must_up()["image"]
    assert second != first
    assert kind.loads == [f"simulated {first}", f"simulated {second}"]
    with project.client() as client:
        assert client.get("/version").json()["build"] != old

    project.configure("app", environment={"COLOUR": "green"})
    changed = project.up()
    assert changed.code == 0, changed.output
    assert len(kind.loads) == 2  # the nodes have it


def test_an_image_that_a_node_lost_is_loaded_again_or_refused_by_its_name(project: Project, kind: Kind) -> None:
    image = project.must_up()["image"]
    _remove_from_nodes(image)
    kind.be_idle(idle=True)
    project.configure("app", environment={"COLOUR": "green"})
    refused = project.up()
    assert refused.code != 0, refused.output
    assert "not-loaded (permanent) on linux/amd64" in refused.output
    assert "the Deployment was not touched" in refused.output
    assert f"kind load docker-image {image} --name simulated" in refused.output
    assert "Traceback" not in refused.output
    assert len(kind.loads) == 2
    with project.client() as client:
        client.get("/health").raise_for_status()

    kind.be_idle(idle=False)
    project.must_up()
    assert len(kind.loads) == 3
    with project.client() as client:
        client.get("/health").raise_for_status()
    (leaf,) = project.outputs()["leaves"]
    assert leaf.endswith("simulated: docker image ls loaded.invalid/monadic-pipeline-webapi")
    gone = project.pulumi("destroy", "--yes", "--skip-preview")
    assert gone.code == 0, gone.output
    assert project.kubectl("get", "all")["items"] == []


def test_an_image_that_docker_has_no_more_is_refused_and_built_again_by_the_command_shown(
    project: Project, kind: Kind
) -> None:
    image = project.must_up()["image"]
    _remove_from_nodes(image)
    _docker(project, "image", "rm", image)
    project.configure("app", environment={"COLOUR": "green"})
    refused = project.up()
    assert refused.code != 0, refused.output
    assert f"not loaded: kind load docker-image {image} --name simulated: exit code 1" in refused.output
    assert "not present locally" in refused.output
    pattern = "**docker:index/image:Image::**"
    assert f"pulumi up -s {project.stack} --replace '{pattern}'" in refused.output
    again = project.up("--replace", pattern)
    assert again.code == 0, again.output
    assert len(kind.loads) == 3


def test_ops_say_of_a_loaded_image_what_is_true(project: Project, kind: Kind) -> None:
    doctor = ops(project, "doctor", "-s", project.stack)
    assert "none: kind loads the image into the nodes of its cluster simulated" in doctor.output
    image = project.must_up()["image"]
    status = ops(project, "status", "-s", project.stack)
    assert status.output.splitlines()[-1] == "health   healthy", status.output
    verify = ops(project, "verify", "-s", project.stack)
    assert verify.code == 0, verify.output
    assert "is loaded into the nodes, and in no registry" in verify.output
    proved = json.loads(ops(project, "verify", "-s", project.stack, "--json").output)
    assert [(each["image"], each["verdict"]) for each in proved["images"]] == [(image, "loaded")]
    assert kind.loads == [f"simulated {image}"]
