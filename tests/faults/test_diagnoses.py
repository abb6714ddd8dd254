"""Faults of manifests, nodes and policies in anybody's workload, found on a real kubelet by `ops diagnose`."""

import json
import time
from collections.abc import Generator

import pytest

from tests.faults.cluster_faults import CLUSTER_FAULTS, ClusterFault
from tests.faults.diagnosed import diagnose, diagnose_until, new_ground
from tests.faults.ground import Ground
from tests.faults.guarded import App
from tests.faults.place import Place
from tests.faults.right import is_right

pytestmark = pytest.mark.e2e

_PATIENCE, _DIAGNOSED = 60.0, 3


@pytest.fixture
def ground(app: App, place: Place) -> Generator[Ground]:
    """A namespace of its own."""
    with new_ground(app, place) as made:
        yield made


@pytest.mark.parametrize("fault", CLUSTER_FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_named_for_anything_that_runs_in_a_cluster(ground: Ground, seed: str, fault: ClusterFault) -> None:
    with fault.inject(ground, seed) as workload:
        found = diagnose_until(ground, workload, fault.code)
    roles = {each["role"] for each in found.answer["diagnoses"]}
    assert is_right(fault.code, found.codes), json.dumps(found.answer, indent=2)
    assert found.exit_code == _DIAGNOSED
    assert roles <= {fault.role, None}
    assert fault.role is None or fault.role in roles


def test_what_works_is_healthy(ground: Ground) -> None:
    cluster = ground.cluster
    body = ground.pod("fine", ground.app.good_image, command=["/usr/bin/python3", "-c", "import time; time.sleep(600)"])
    cluster.create("pods", ground.namespace, body)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if cluster.get("pods", ground.namespace, "fine")["status"]["phase"] == "Running":
            break
    found = diagnose(ground, "pod/fine")
    assert (found.exit_code, found.answer["health"], found.codes) == (0, "healthy", set())
