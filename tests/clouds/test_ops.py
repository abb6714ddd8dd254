"""`ops verify` of a cloud stack: its nodes pull as themselves, and nothing else has their login."""

import json
import sys

import pytest

from tests.clouds.conftest import MakeStack
from tests.e2e.project import run

_TARGETS = ("aks", "eks", "gke")
_TOLD = "is in the registry, as the login of the last update shows, and"


@pytest.mark.e2e
@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("target", _TARGETS)
def test_what_a_cloud_runs_is_proved_by_its_registry_and_its_ready_pods(target: str, make_stack: MakeStack) -> None:
    stack = make_stack(target)
    image = stack.must_up()["image"]
    command = [sys.executable, "-m", "ops", "verify", "-s", stack.stack]
    done = run([*command, "--json"], cwd=stack.folder, environment=stack.environment)
    assert done.code == 0, done.output
    answer = json.loads(done.output)
    assert answer["findings"] == []
    assert {each["image"]: each["verdict"] for each in answer["images"]} == {image: "runs"}
    assert _TOLD in " ".join(run(command, cwd=stack.folder, environment=stack.environment).output.split())
