"""What an AppNamespace asks of the engine."""

import json

import pulumi
import pulumi_kubernetes as k8s

from components.namespace import PULL_SECRET, AppNamespace, AppNamespaceArgs
from tests.engine import run_program
from tests.graph import Graph

NAMESPACE = "kubernetes:core/v1:Namespace"
SECRET = "kubernetes:core/v1:Secret"


def run(pull_secret: str | None = None) -> Graph:
    def program() -> None:
        provider = k8s.Provider("cluster", kubeconfig="x")
        args = AppNamespaceArgs(name="apps", pull_secret=pull_secret)
        namespace = AppNamespace("apps", args, pulumi.ResourceOptions(provider=provider))
        pulumi.export("name", namespace.name)

    return run_program(program)


def test_the_namespace_refuses_pods_outside_of_the_restricted_profile() -> None:
    labels = run().one(NAMESPACE).inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert labels["pod-security.kubernetes.io/enforce-version"] == "v1.34"


def test_without_a_pull_secret_there_is_only_the_namespace() -> None:
    graph = run()
    component = graph.one("pipeline:index:AppNamespace")
    assert [each.type for each in graph.children(component)] == [NAMESPACE]
    assert component.outputs == {"name": "apps", "pullSecrets": []}


def test_the_pull_secret_is_marked_and_in_the_namespace() -> None:
    text = json.dumps({"auths": {"r.io": {"password": "canary-password"}}})
    graph = run(text)
    secret = graph.one(SECRET)
    assert secret.secrets == {"stringData"}
    assert secret.inputs["type"] == "kubernetes.io/dockerconfigjson"
    assert secret.inputs["metadata"] == {"name": PULL_SECRET, "namespace": "apps"}
    assert graph.one(NAMESPACE).urn in secret.dependencies
    assert secret.provider_urn == graph.one("pulumi:providers:kubernetes").urn
    assert graph.one("pipeline:index:AppNamespace").outputs == {"name": "apps", "pullSecrets": [PULL_SECRET]}


def test_a_pull_secret_waits_for_the_push_that_proves_its_login() -> None:
    def program() -> None:
        provider = k8s.Provider("cluster", kubeconfig="x")
        pushed = pulumi.ComponentResource("test:index:Pushed", "pushed")
        inner = k8s.core.v1.ConfigMap("inner", opts=pulumi.ResourceOptions(parent=pushed, provider=provider))
        args = AppNamespaceArgs(name="apps", pull_secret="{}", after=[pushed])
        AppNamespace("apps", args, pulumi.ResourceOptions(provider=provider))
        pulumi.export("inner", inner.urn)

    graph = run_program(program)
    assert graph.exports["inner"] in graph.one(SECRET).dependencies
    assert graph.exports["inner"] not in graph.one(NAMESPACE).dependencies
