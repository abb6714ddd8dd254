"""Faults that no update of ours can bring about, or that are no registry's, found on a real kubelet."""

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Generator
from typing import Any

import pytest

from pulls.cluster import ApiCluster, connect_text
from tests.e2e.project import ROOT
from tests.faults.cluster_faults import CLUSTER_FAULTS, ClusterFault, Ground
from tests.faults.guarded import App
from tests.faults.place import Place

pytestmark = pytest.mark.e2e

_PATIENCE = 60.0


@pytest.fixture
def ground(app: App, place: Place) -> Generator[Ground]:
    """A namespace of its own."""
    cluster = connect_text(app.project.state.kubeconfig.read_text(), "sandbox")
    name = f"fault-{secrets.token_hex(3)}"
    made = Ground(cluster, name, app, place)
    made.create_namespace()
    yield made
    cluster.delete("namespaces", "", name)


def _diagnose(ground: Ground, workload: str) -> tuple[int, dict[str, Any]]:
    kubeconfig = str(ground.app.project.state.kubeconfig)
    command = [sys.executable, "-m", "ops", "diagnose", workload, "-n", ground.namespace, "--json"]
    more = ["--kubeconfig", kubeconfig, "--context", "sandbox", "--target", "local"]
    done = subprocess.run([*command, *more], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("fault", CLUSTER_FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_named_for_anything_that_runs_in_a_cluster(ground: Ground, seed: str, fault: ClusterFault) -> None:
    with fault.inject(ground, seed) as workload:
        deadline = time.monotonic() + _PATIENCE
        code, answer = _diagnose(ground, workload)
        while fault.code not in {each["code"] for each in answer["diagnoses"]} and time.monotonic() < deadline:
            code, answer = _diagnose(ground, workload)
    codes = {each["code"] for each in answer["diagnoses"]}
    assert fault.code in codes, json.dumps(answer, indent=2)
    assert code == (4 if "unknown" in codes else 3)
    assert {each["role"] for each in answer["diagnoses"]} <= {fault.role, None}
    assert fault.role is None or fault.role in {each["role"] for each in answer["diagnoses"]}


def test_what_works_is_healthy(ground: Ground) -> None:
    cluster: ApiCluster = ground.cluster
    body = ground.pod("fine", ground.app.good_image, command=["/usr/bin/python3", "-c", "import time; time.sleep(600)"])
    cluster.create("pods", ground.namespace, body)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if cluster.get("pods", ground.namespace, "fine")["status"]["phase"] == "Running":
            break
    code, answer = _diagnose(ground, "pod/fine")
    assert (code, answer["health"], answer["diagnoses"]) == (0, "healthy", [])
