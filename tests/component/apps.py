"""PipelineApps on a recording engine, and the parts of what they ask for."""

from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from components.pipeline_app import PipelineApp
from components.pipeline_args import PipelineAppArgs
from tests.engine import DIGEST, run_program
from tests.graph import Graph

IMAGE = f"registry.example.com/team/web@{DIGEST}"
APP = "pipeline:index:PipelineApp"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SECRET = "kubernetes:core/v1:Secret"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
STASH = "pulumi:index:Stash"
ALWAYS = {
    DEPLOYMENT,
    "kubernetes:core/v1:Service",
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
}
HOST: dict[str, Any] = {"ingress": {"host": "web.example.com", "class_name": "traefik"}}
EVERYTHING: dict[str, Any] = HOST | {
    "autoscaling": {"min_replicas": 2, "max_replicas": 4, "cpu_percent": 50},
    "config_files": {"app.json": "{}"},
    "secrets": {"API_KEY": "canary-value"},
}


def app(name: str = "web", provider: k8s.Provider | None = None, **more: Any) -> PipelineApp:
    given: dict[str, Any] = {"image": IMAGE, "namespace": "apps", "port": 8080, **more}
    options = pulumi.ResourceOptions(provider=provider or k8s.Provider("cluster", kubeconfig="x"))
    return PipelineApp(name, PipelineAppArgs(**given), options)


def run(**more: Any) -> Graph:
    return run_program(lambda: app(**more))


def types(graph: Graph) -> set[str]:
    return {each.type for each in graph.children(graph.one(APP))}


def pod(graph: Graph) -> dict[str, Any]:
    return graph.one(DEPLOYMENT).inputs["spec"]["template"]
