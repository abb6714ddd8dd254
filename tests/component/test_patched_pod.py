"""What the tests of faults add to the pod of a PipelineApp."""

from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components.pipeline_app import PipelineApp
from tests.component.apps import IMAGE, pod
from tests.engine import run_program
from tests.faults.patched_pod import Patch, patching


def patched(patch: Patch) -> dict[str, Any]:
    def program() -> None:
        provider = k8s.Provider("cluster", kubeconfig="x")
        options = pulumi.ResourceOptions(provider=provider, transformations=[patching(patch)])
        PipelineApp("web", {"image": IMAGE, "namespace": "apps", "port": 8080}, options)

    return pod(run_program(program))["spec"]


def test_fields_go_to_the_pod_and_to_its_first_container_as_kubernetes_spells_them() -> None:
    init = {"name": "first", "image": "registry.example.com/first:1", "restart_policy": "Always"}
    key = {"name": "KEY", "value_from": {"secret_key_ref": {"name": "not-made", "key": "key"}}}
    probe = {"http_get": {"path": "/", "port": 1}, "period_seconds": 1, "failure_threshold": 1}
    spec = patched({"pod": {"init_containers": [init]}, "container": {"env": [key], "readiness_probe": probe}})
    (container,) = spec["containers"]
    assert spec["initContainers"] == [{"name": "first", "image": init["image"], "restartPolicy": "Always"}]
    assert container["env"] == [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "not-made", "key": "key"}}}]
    assert container["readinessProbe"] == {
        "httpGet": {"path": "/", "port": 1},
        "periodSeconds": 1,
        "failureThreshold": 1,
    }
    assert container["livenessProbe"]["httpGet"]["path"] == "/health"  # the others stay


def test_without_a_patch_the_pod_is_as_it_was() -> None:
    assert patched({}) == patched({"pod": {}})
    assert "initContainers" not in patched({})
