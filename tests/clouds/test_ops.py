"""`ops verify` of a cloud stack: its nodes pull as themselves, and nothing else has their login."""

import json
import sys

import pytest

from tests.clouds.conftest import MakeStack
from tests.e2e.project import run

_TARGETS = ("aks", "eks", "gke")
_UNKNOWN = 4


@pytest.mark.e2e
@pytest.mark.sampled(1, False)
@pytest.mark.parametrize("target", _TARGETS)
def test_what_a_cloud_runs_is_said_to_be_in_its_registry(target: str, make_stack: MakeStack) -> None:
    stack = make_stack(target)
    image = stack.must_up()["image"]
    command = [sys.executable, "-m", "ops", "verify", "-s", stack.stack, "--json"]
    done = run(command, cwd=stack.folder, environment=stack.environment)
    assert done.code == _UNKNOWN, done.output
    texts = [each["text"] for each in json.loads(done.output)["findings"]]
    assert [each.partition("; ")[0] for each in texts] == [f"{image} is in the registry"], texts
    assert "they pull as themselves, by " in texts[0]
