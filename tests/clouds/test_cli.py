"""The CLI workload on the simulated clouds: each pulls its image as the node, from a registry that judges it.

And `ops verify` of such a stack: its nodes pull as themselves, and nothing else has their login.
"""

import json
import sys

import pytest

from tests.clouds.conftest import MakeStack
from tests.clouds.seen import things, unchanged
from tests.clouds.sky import Sky
from tests.e2e.cli_source import with_cli
from tests.e2e.project import Project, run

_TOLD = "is in the registry, as the login of the last update shows, and"


@pytest.mark.e2e
@pytest.mark.parametrize("target", ["aks", "eks", "gke"])
def test_nodes_pull_the_cli_as_themselves_beside_the_web_api(target: str, make_stack: MakeStack, sky: Sky) -> None:
    before = things(sky, target)
    stack = make_stack(target)
    stack.configure("cli", image=with_cli(stack))
    image = stack.must_up()["cli"]["image"]
    assert f"/{stack.stack}-cli@sha256:" in image
    assert _images(stack) == {image}
    host, _, rest = image.partition("/")
    repository, _, digest = rest.partition("@")
    asked = f"/v2/{repository}/manifests/{digest} 200"
    assert any(each.startswith((f"{host} GET", f"{host} HEAD")) and each.endswith(asked) for each in sky.requests())
    unchanged(stack.up())
    _proved(stack, image)
    gone = stack.pulumi("destroy", "--yes", "--skip-preview")
    assert gone.code == 0, gone.output
    assert things(sky, target) == before


def _proved(stack: Project, cli: str) -> None:
    """By the registry, and by pods that are ready."""
    command = [sys.executable, "-m", "ops", "verify", "-s", stack.stack]
    done = run([*command, "--json"], cwd=stack.folder, environment=stack.environment)
    assert done.code == 0, done.output
    answer = json.loads(done.output)
    assert answer["findings"] == []
    verdicts = {each["image"]: each["verdict"] for each in answer["images"]}
    assert verdicts == dict.fromkeys((cli, stack.outputs()["image"]), "runs")
    assert _TOLD in " ".join(run(command, cwd=stack.folder, environment=stack.environment).output.split())


def _images(stack: Project) -> set[str]:
    pods = stack.kubectl("get", "pods", "--selector", "app.kubernetes.io/name=monadic-pipeline")["items"]
    assert not [each for each in pods if each["spec"].get("imagePullSecrets")]
    return {container["image"] for each in pods for container in each["spec"]["containers"]}
