"""What a PipelineApp without a port asks of the engine."""

from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components.pipeline_app import PipelineApp
from components.pipeline_args import PipelineAppArgs
from tests.component.apps import ALWAYS, APP, CONFIG_MAP, DEPLOYMENT, IMAGE, SECRET, STASH, pod, types
from tests.engine import run_program
from tests.graph import Graph

SERVICE = "kubernetes:core/v1:Service"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"


def run(**more: Any) -> Graph:
    def program() -> None:
        given: dict[str, Any] = {"image": IMAGE, "namespace": "apps", **more}
        options = pulumi.ResourceOptions(provider=k8s.Provider("cluster", kubeconfig="x"))
        PipelineApp("cli", PipelineAppArgs(**given), options)

    return run_program(program)


def test_it_has_exactly_account_policy_and_deployment() -> None:
    graph = run(replicas=1)
    assert types(graph) == ALWAYS - {SERVICE}
    assert len(graph.resources) == len(ALWAYS) - 1 + 2  # the component and the provider


def test_each_argument_brings_exactly_its_own_object() -> None:
    assert types(run()) == ALWAYS - {SERVICE} | {BUDGET}
    assert types(run(replicas=0)) == ALWAYS - {SERVICE}
    assert types(run(replicas=1, config_files={"a": "b"})) == ALWAYS - {SERVICE} | {CONFIG_MAP}
    assert types(run(replicas=1, secrets={"a": "b"})) == ALWAYS - {SERVICE} | {SECRET, STASH}


def test_it_gives_out_what_runs_and_no_url() -> None:
    assert run().one(APP).outputs == {"url": "", "image": IMAGE, "name": "cli"}


def test_nothing_may_connect_to_its_pods() -> None:
    policy = run().one(POLICY).inputs["spec"]
    assert policy["ingress"] == []
    assert policy["podSelector"]["matchLabels"].items() <= pod(run())["metadata"]["labels"].items()


def test_its_pods_are_as_hard_as_any_other_and_are_asked_for_nothing() -> None:
    spec = pod(run())["spec"]
    (container,) = spec["containers"]
    assert not {"ports", "startupProbe", "readinessProbe", "livenessProbe", "lifecycle"} & {*container}
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["imagePullPolicy"] == "IfNotPresent"


def test_its_rollout_is_guarded() -> None:
    hooks = run(guard={"kubeconfig": "x"}).one(DEPLOYMENT).hooks
    assert hooks["before_create"] == ("cli-before-rollout",)
    assert hooks["on_error"] == ("cli-failed-rollout",)
