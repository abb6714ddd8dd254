"""The stack file of docs/migration.md through the real `__main__.py`: it says what the old manifests said."""

from typing import Any

from tests.graph import Graph
from tests.program.conftest import Project
from tests.unit.docs_pages import stack_file_of

APP = "monadic-pipeline-webapi"
VARIABLES = {
    "ASPNETCORE_ENVIRONMENT": "Production",
    "DOTNET_ENVIRONMENT": "Production",
    "ASPNETCORE_URLS": "http://+:8080",
    "PIPELINE__LlmProvider__OllamaEndpoint": "http://ollama-service.{}:11434",
    "PIPELINE__VectorStore__Type": "Qdrant",
    "PIPELINE__VectorStore__ConnectionString": "http://qdrant-service.{}:6333",
    "PIPELINE__Observability__EnableMetrics": "true",
    "PIPELINE__Observability__EnableTracing": "true",
    "PIPELINE__Observability__OpenTelemetryEndpoint": "http://jaeger-collector.{}:4317",
}
"""Those of the old web API; its services were in its own namespace."""
SERVICES = "monadic-pipeline-next-services.svc.cluster.local"


RESOURCES = {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"cpu": "1", "memory": "2Gi"}}


def deployed(graph: Graph, name: str) -> tuple[int, dict[str, Any]]:
    """Replicas and container of a Deployment."""
    spec = graph.one("kubernetes:apps/v1:Deployment", name).inputs["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    return spec["replicas"], container


def told(container: dict[str, Any]) -> dict[str, str | None]:
    """What a container is told under the old names."""
    return {each["name"]: each.get("value") for each in container["env"] if each["name"] in VARIABLES}


def test_the_stack_file_of_the_page_says_what_the_manifests_said(project: Project) -> None:
    given = stack_file_of("migration.md")
    # The old repository is not here; what is built from it is not looked at.
    here = {"context": "webapi", "dockerfile": "webapi/Dockerfile"}
    image, cli = given["image"] | here, given["cli"] | {"image": given["cli"]["image"] | here}
    graph = project.run("local", **{**given, "image": image, "cli": cli})

    replicas, container = deployed(graph, APP)
    assert replicas == 2
    assert container["ports"] == [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]
    assert container["imagePullPolicy"] == "IfNotPresent"
    asked = {probe: container[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")}
    assert asked == {"livenessProbe": "/health", "readinessProbe": "/ready"}
    assert container["resources"] == RESOURCES
    assert told(container) == {name: value.format(SERVICES) for name, value in VARIABLES.items()}
    assert {"name": "volume-logs", "mountPath": "/app/logs", "readOnly": False} in container["volumeMounts"]

    (port,) = graph.one("kubernetes:core/v1:Service", APP).inputs["spec"]["ports"]
    assert (port["port"], port["targetPort"]) == (80, "http")
    (rule,) = graph.one("kubernetes:networking.k8s.io/v1:Ingress").inputs["spec"]["rules"]
    assert rule["host"] == "monadic-pipeline.localhost"

    replicas, container = deployed(graph, "monadic-pipeline")
    assert (replicas, container.get("ports"), container["command"]) == (1, None, ["sleep", "infinity"])
    assert container["resources"] == RESOURCES
    expected = {name: value.format(SERVICES) for name, value in VARIABLES.items() if name != "ASPNETCORE_URLS"}
    assert told(container) == expected
