"""A rehearsal obeys what its namespace asks of every pod: restricted Pod Security, a quota, limits."""

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from pulls.cluster import connect_text
from pulls.diagnosis import Facts
from pulls.fixes import Target
from pulls.rehearsal.check import ClusterLogin, check_pull
from pulls.rehearsal.outcome import Budget
from tests.faults.faults import HEALTHY
from tests.faults.ground import Json
from tests.faults.guarded import App
from tests.faults.place import Place

pytestmark = pytest.mark.e2e

QUOTA: Json = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "strict"},
    "spec": {"hard": {"requests.cpu": "4", "requests.memory": "8Gi", "limits.cpu": "8", "limits.memory": "8Gi"}},
}
LIMITS: Json = {
    "apiVersion": "v1",
    "kind": "LimitRange",
    "metadata": {"name": "strict"},
    "spec": {"limits": [{"type": "Container", "min": {"cpu": "10m", "memory": "16Mi"}}]},
}


@contextmanager
def ruled(app: App, rule: Json) -> Generator[None]:
    """The rule is in force inside of the block."""
    kubectl(app, "apply", "-f", "-", text=json.dumps(rule))
    try:
        yield
    finally:
        kubectl(app, "delete", rule["kind"], rule["metadata"]["name"])


def kubectl(app: App, *words: str, text: str | None = None) -> None:
    command = ["kubectl", "--namespace", app.project.namespace, *words]
    done = subprocess.run(command, input=text, text=True, env=app.project.environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("rule", [QUOTA, LIMITS], ids=["quota", "limits"])
def test_a_rehearsal_passes_where_the_apps_pods_would(app: App, place: Place, seed: str, rule: Json) -> None:
    kubeconfig, namespace = app.project.state.kubeconfig.read_text(), app.project.namespace
    cluster = connect_text(kubeconfig, "sandbox")
    labels = cluster.get("namespaces", "", namespace)["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    image = app.base.version(seed)
    with place.inject(HEALTHY, seed, image=image) as injected, ruled(app, rule):
        report = check_pull(
            ClusterLogin(kubeconfig, "sandbox"),
            app.rehearsal(injected.reference, injected.pull_secret, ()),
            Budget(30),
            Facts(Target.LOCAL),
            say=lambda _: None,
        )
    assert report.warnings == []
    assert len(report.pulled) == 1
    assert app.rehearsal_pods() == []
