"""The services of a stack file through the real `__main__.py`."""

import socket
from contextlib import closing
from typing import Any

import pytest

from components.platforms.contract import Target
from components.settings_models import MODELS
from tests.engine import RefusedError
from tests.graph import Graph
from tests.program.conftest import Project

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
NAMESPACE = "kubernetes:core/v1:Namespace"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
APP = "monadic-pipeline-webapi"
ALL: dict[str, Any] = {name: {"mode": "in-cluster"} for name in ("llm", "vectors", "traces")}
COLLECTOR = "http://jaeger-collector.monadic-pipeline-services.svc.cluster.local"


def app_container(graph: Graph) -> dict[str, Any]:
    return graph.one(DEPLOYMENT, APP).inputs["spec"]["template"]["spec"]["containers"][0]


def test_the_committed_stack_has_no_services(project: Project) -> None:
    graph = project.run("local")
    assert [each for each in graph.resources if each.type == "pipeline:index:BackingServices"] == []
    assert len(graph.all(NAMESPACE)) == 1


def test_the_app_is_told_of_the_services_in_the_cluster(project: Project) -> None:
    graph = project.run("local", services=ALL)
    environment = {each["name"]: each for each in app_container(graph)["env"]}
    assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"]["value"] == f"{COLLECTOR}:4318"
    assert environment["PIPELINE__LlmProvider__DefaultChatModel"]["value"] == "llama3"
    assert "secretKeyRef" in environment["PIPELINE__VectorStore__ApiKey"]["valueFrom"]
    secrets = {each.inputs["metadata"]["name"]: each for each in graph.all("kubernetes:core/v1:Secret")}
    of_app = next(each for name, each in secrets.items() if name.startswith(APP))
    assert (
        of_app.inputs["stringData"]["PIPELINE__VectorStore__ApiKey"]
        == secrets["qdrant-key"].inputs["stringData"]["api-key"]
    )


def test_what_the_stack_file_says_itself_comes_first(project: Project) -> None:
    own = {"name": APP, "environment": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://mine:4317"}}
    secrets: dict[str, Any] = {"appSecrets": {"PIPELINE__VectorStore__ApiKey": "mine"}, "secret": ("appSecrets",)}
    graph = project.run("local", services=ALL, app=own, **secrets)
    values = {each["name"]: each.get("value") for each in app_container(graph)["env"]}
    assert values["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://mine:4317"
    assert values["PIPELINE__Observability__OpenTelemetryEndpoint"] == f"{COLLECTOR}:4317"
    of_app = next(
        each for each in graph.all("kubernetes:core/v1:Secret") if each.inputs["metadata"]["name"].startswith(APP)
    )
    assert of_app.inputs["stringData"] == {"PIPELINE__VectorStore__ApiKey": "mine"}


def test_a_variable_of_ours_that_the_stack_file_has_as_a_secret_is_only_that(project: Project) -> None:
    hidden = {"PIPELINE__VectorStore__ConnectionString": "https://me:canary@a:6333"}
    graph = project.run("local", services=ALL, appSecrets=hidden, secret=("appSecrets",))
    (found,) = [each for each in app_container(graph)["env"] if each["name"] in hidden]
    assert "secretKeyRef" in found["valueFrom"]


def test_data_stays_in_a_namespace_that_stays_and_the_output_says_so(project: Project) -> None:
    graph = project.run("local", services=ALL)
    stays = {each.name: each.request.retainOnDelete for each in graph.all(NAMESPACE)}
    kept = graph.one(NAMESPACE, "monadic-pipeline-services")
    assert kept.inputs["metadata"]["annotations"] == {"pulumi.com/patchForce": "true"}
    assert stays == {"monadic-pipeline": False, "monadic-pipeline-services": True}
    assert graph.exports["leaves"][-1] == (
        "the namespace monadic-pipeline-services with the data in ollama-data, qdrant-data: "
        "kubectl --context sandbox delete namespace monadic-pipeline-services"
    )


def test_without_data_to_keep_nothing_of_the_services_stays(project: Project) -> None:
    gone = {"llm": {**ALL["llm"], "deleteData": True}, "traces": ALL["traces"]}
    graph = project.run("local", services=gone)
    assert {each.request.retainOnDelete for each in graph.all(NAMESPACE)} == {False}
    assert not any("-services" in each for each in graph.exports["leaves"])


def test_an_app_with_listed_destinations_gets_a_policy_for_its_services(project: Project) -> None:
    closed = {"name": APP, "egress": [{"cidr": "10.0.0.0/8"}]}
    graph = project.run("local", services=ALL, app=closed)
    policy = graph.one(POLICY, "services-clients")
    assert policy.inputs["metadata"]["namespace"] == "monadic-pipeline"
    open_ones = [each.name for each in project.run("local", services=ALL).all(POLICY)]
    assert "services-clients" not in open_ones


def test_services_run_in_a_preview_before_anything_is_there(project: Project) -> None:
    graph = project.run("local", preview=True, services=ALL)
    assert len(graph.all("kubernetes:apps/v1:StatefulSet")) == 1


def test_a_service_outside_is_told_and_nothing_is_made_for_it(project: Project) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        graph = project.run("local", services={"vectors": {"mode": "external", "address": address}})
    values = {each["name"]: each.get("value") for each in app_container(graph)["env"]}
    assert values == {"PIPELINE__VectorStore__ConnectionString": address, "PIPELINE__VectorStore__Type": "Qdrant"}
    assert len(graph.all(NAMESPACE)) == 1


def test_a_service_outside_that_is_silent_is_refused_before_anything_starts(project: Project) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(RefusedError) as caught:
        project.run("local", services={"llm": {"mode": "external", "address": address}})
    assert f"services.llm.address: {address} does not answer this machine" in str(caught.value)


@pytest.mark.parametrize("stack", ["aks", "eks", "gke"])
def test_every_cloud_takes_the_same_services(stack: str) -> None:
    assert "services" in MODELS[Target(stack)].model_fields
