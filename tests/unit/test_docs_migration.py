"""docs/migration.md leaves nothing of the old repository out, and each of its rows names a test that is there."""

import re
import subprocess

import pytest
import typer

from components.platforms.contract import Target
from components.settings_fields import field_at, is_mapping
from components.settings_models import MODELS
from ops.__main__ import app
from tests.stack_files import ROOT
from tests.unit.docs_commands import make_targets
from tests.unit.docs_pages import lost_links, missing_tests, named_tests, sections, table_rows, text_of

PAGE = "migration.md"
TEXT = text_of(PAGE)
PARTS = sections(TEXT, level=3)
OLD: dict[str, tuple[str, ...]] = {
    "deploy-k8s.sh": (
        *("[namespace]", "cluster-info", "current-context", "Dockerfile.webapi", "monadic-pipeline:latest"),
        *("minikube image load", "kind load docker-image", "Docker Desktop", "kubectl apply", "--timeout=300s"),
        *("kubectl get all", "kubectl logs", "port-forward", "jaeger-ui", "kubectl exec", "kubectl delete namespace"),
    ),
    "load-images-to-cluster.sh": ("minikube image load", "kind load docker-image", "docker tag", "regcred"),
    "deploy-aks.sh": (
        *("<registry-name>", "[namespace]", "az account show", "get-credentials", "az acr login", "docker push"),
        *("REGISTRY_URL", "kubectl wait", "az acr repository list", "check-acr", "kubectl describe pod", "attach-acr"),
        "kubectl delete namespace",
    ),
    "deploy-cloud.sh": (
        *(
            "<registry-url>",
            "[namespace]",
            "dkr.ecr",
            "gcr.io/my-project",
            "docker.io/myusername",
            "get-login-password",
        ),
        *("configure-docker", "docker login", "authenticated to your registry", "imagePullSecrets", "REGISTRY_URL"),
        "kubectl wait",
    ),
    "validate-deployment.sh": (
        *("[namespace]", "cluster type", "Manifests to use", "DO NOT USE", "minikube image ls", "docker images"),
        *("kubectl get namespace", "kubectl get events", "imagePullPolicy: Never"),
    ),
    "namespace.yaml": ("name: monadic-pipeline", "environment: production"),
    "secrets.yaml": (
        *("monadic-pipeline-secrets", "openai-api-key", "vector-store-connection-string"),
        "application-insights-connection-string",
    ),
    "configmap.yaml": (
        *("appsettings.Production.json", "DefaultProvider", "OllamaEndpoint", "DefaultChatModel", "EmbeddingModel"),
        *("RequestTimeoutSeconds", "VectorStore.Type", "ConnectionString", "BatchSize", "DefaultCollection"),
        *("MaxTurns", "MaxParallelToolExecutions", "EnableDebugOutput", "ToolExecutionTimeoutSeconds"),
        *("EnableStructuredLogging", "MinimumLogLevel", "EnableMetrics", "EnableTracing", "OpenTelemetryEndpoint"),
        "Logging.LogLevel",
    ),
    "deployment.yaml, deployment.cloud.yaml": (
        *("name: monadic-pipeline", "replicas: 1", "monadic-pipeline:latest", "REGISTRY_URL", "imagePullPolicy: Never"),
        *("Always", "regcred", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "PIPELINE__LlmProvider__OllamaEndpoint"),
        *("PIPELINE__VectorStore__", "PIPELINE__Observability__", "512Mi", "250m", "2Gi", "1000m", "subPath", "logs"),
        "monadic-pipeline-service",
    ),
    "webapi-deployment.yaml, webapi-deployment.cloud.yaml": (
        *("name: monadic-pipeline-webapi", "replicas: 2", "monadic-pipeline-webapi:latest", "REGISTRY_URL", "regcred"),
        *("imagePullPolicy: Never", "Always", "containerPort: 8080", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"),
        *("ASPNETCORE_URLS", "PIPELINE__LlmProvider__OllamaEndpoint", "PIPELINE__VectorStore__Type"),
        *("PIPELINE__VectorStore__ConnectionString", "PIPELINE__Observability__EnableMetrics"),
        *("PIPELINE__Observability__EnableTracing", "PIPELINE__Observability__OpenTelemetryEndpoint"),
        *("512Mi", "250m", "2Gi", "1000m", "livenessProbe", "readinessProbe", "/health", "/ready", "subPath", "logs"),
        *("monadic-pipeline-webapi-service", "monadic-pipeline.local", "rewrite-target", "component"),
    ),
    "ollama.yaml": ("ollama/ollama:latest", "11434", "4Gi", "2000m", "8Gi", "4000m", "/api/tags", "ollama-pvc", "20Gi"),
    "qdrant.yaml": (
        *("qdrant/qdrant:v1.13.3", "6333", "6334", "1Gi", "500m", "4Gi", "2000m", "/livez", "/readyz", "qdrant-pvc"),
        *("managed-csi", "10Gi"),
    ),
    "jaeger.yaml": (
        *("jaegertracing/all-in-one:latest", "4317", "4318", "16686", "14268", "14250", "5775", "6831", "6832", "5778"),
        *("9411", "LoadBalancer", "512Mi", "250m", "2Gi", "1000m", "jaeger-collector", "jaeger-ui"),
    ),
    "IMAGEPULLBACKOFF-FIX.md, IMAGEPULLBACKOFF-SOLUTION.md": (
        *("AKS", "EKS", "GKE", "Docker Hub", "unauthorized: authentication required", "repository does not exist"),
        *("pull access denied", "attach-acr"),
    ),
    "INCIDENT-RESPONSE-IMAGEPULLBACKOFF.md": ("root cause", "verification", "action item", "recommended"),
    "TROUBLESHOOTING.md": (
        *("Image Pull Errors", "CrashLoopBackOff", "ImagePullBackOff on AKS", "AKS Node Issues", "Service Unavailable"),
        *("Build Failures", "Out of Memory", "Ollama Connection", "Vector Store Connection", "Health Check Failures"),
    ),
    "DEPLOYMENT.md, DEPLOYMENT-QUICK-REFERENCE.md, DEPLOYMENT-OVERVIEW.md": (
        *("Local Kubernetes", "Cloud Kubernetes", "Manual Deployment", "kubectl scale", "kubectl autoscale"),
        *("kubectl set image", "kubectl rollout undo", "kubectl set env", "Secret Management", "checklist"),
    ),
    "scripts/README.md": ("Scripts Overview", "Quick Reference", "Troubleshooting ImagePullBackOff"),
    "README.md, CONFIGURATION_AND_SECURITY.md": (
        *("Kubernetes Deployment", "Troubleshooting", "Environment Variables", "Secrets Management"),
    ),
}
"""What each old file has: arguments, steps, questions, names, values, headings."""


def test_each_old_file_has_a_part_and_each_part_is_of_an_old_file() -> None:
    assert list(PARTS) == list(OLD)


@pytest.mark.parametrize("file", OLD)
def test_everything_in_an_old_file_is_in_a_row(file: str) -> None:
    first = " ".join(row[0] for row in table_rows(PARTS[file])).replace("\\|", "|")
    assert [each for each in OLD[file] if each not in first] == []


@pytest.mark.parametrize("file", OLD)
def test_each_row_says_what_is_there_now_and_names_a_test(file: str) -> None:
    rows = table_rows(PARTS[file])
    assert rows
    assert [row for row in rows if len(row) != 3 or not row[1] or len(named_tests(row[2])) != 1] == []


@pytest.mark.parametrize("file", OLD)
def test_each_old_file_has_a_test_on_the_sandbox(file: str) -> None:
    found = {test.split("/")[1] for test, _, _ in named_tests(PARTS[file])}
    assert found & {"e2e", "clouds", "faults"}


def test_each_test_that_the_page_names_is_there() -> None:
    assert missing_tests(TEXT) == []


def test_each_key_that_the_page_names_is_one_of_a_stack_file() -> None:
    tops = "|".join(sorted({str(each.alias) for model in MODELS.values() for each in model.model_fields.values()}))
    named = set(re.findall(rf"`((?:{tops})\.[.\w]+)", TEXT)) - {"cluster.name."}
    assert len(named) > 30
    assert sorted(each for each in named if not _is_key(each)) == []


def _is_key(text: str) -> bool:
    path = tuple(text.rstrip(".").split("."))
    return any(_leads(target, path) for target in Target)


def _leads(target: Target, path: tuple[str, ...]) -> bool:
    whole = field_at(MODELS[target], path)
    if whole is not None:
        return True
    above = field_at(MODELS[target], path[:-1])
    return above is not None and is_mapping(above)


def test_each_command_of_the_page_is_listed_by_its_help() -> None:
    assert set(re.findall(r"`make (\w+)`", TEXT)) <= make_targets()
    listed = set(typer.main.get_group(app).commands)
    assert set(re.findall(r"-m ops (\w+)", TEXT)) <= listed
    shown = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "make up" in shown


def test_each_link_leads_somewhere() -> None:
    assert lost_links(PAGE) == []
