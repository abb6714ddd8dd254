"""The variables by which an app finds its services: those of MonadicPipeline, and OpenTelemetry's own. Pure.

| variable | value |
|---|---|
| `PIPELINE__LlmProvider__OllamaEndpoint` | address of the LLM server |
| `PIPELINE__LlmProvider__DefaultChatModel` | `services.llm.model` |
| `PIPELINE__VectorStore__Type` | `Qdrant` |
| `PIPELINE__VectorStore__ConnectionString` | address of the vector database |
| `PIPELINE__VectorStore__ApiKey` | its key, from a Secret; of one outside, what `appSecrets` has under this name |
| `PIPELINE__Observability__EnableTracing` | `true` |
| `PIPELINE__Observability__OpenTelemetryEndpoint` | address of the tracing collector, in the cluster with port 4317 |
| `OTEL_EXPORTER_OTLP_ENDPOINT` | the same, in the cluster with port 4318 |
| `OTEL_EXPORTER_OTLP_PROTOCOL` | `http/protobuf`, or `grpc` for an address outside with port 4317 |

Every SDK speaks the former; a program that gives its exporter OpenTelemetryEndpoint says there that 4317 is gRPC.

The first part of each name is a prefix that .NET's configuration takes off (AddEnvironmentVariables).
"""

from urllib.parse import urlsplit

from components.services.catalogue import OLLAMA_PORT, OTLP_HTTP_PORT, OTLP_PORT, QDRANT_PORT
from components.settings_services import ServiceSettings, ServicesSettings

API_KEY_VARIABLE = "PIPELINE__VectorStore__ApiKey"


def variables(settings: ServicesSettings, namespace: str) -> dict[str, str]:
    """Those of the services that are not off; none of them is secret.

    Args:
        settings: of the stack.
        namespace: of the services in the cluster.
    """
    found: dict[str, str] = {}
    llm = _address(settings.llm, f"ollama-service.{namespace}", OLLAMA_PORT)
    if llm is not None:
        found["PIPELINE__LlmProvider__OllamaEndpoint"] = llm
        found["PIPELINE__LlmProvider__DefaultChatModel"] = settings.llm.model
    vectors = _address(settings.vectors, f"qdrant-service.{namespace}", QDRANT_PORT)
    if vectors is not None:
        found["PIPELINE__VectorStore__Type"] = "Qdrant"
        found["PIPELINE__VectorStore__ConnectionString"] = vectors
    collector = f"jaeger-collector.{namespace}"
    traces = _address(settings.traces, collector, OTLP_PORT)
    exported = _address(settings.traces, collector, OTLP_HTTP_PORT)
    if traces is not None and exported is not None:
        found["PIPELINE__Observability__EnableTracing"] = "true"
        found["PIPELINE__Observability__OpenTelemetryEndpoint"] = traces
        found["OTEL_EXPORTER_OTLP_ENDPOINT"] = exported
        found["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc" if urlsplit(exported).port == OTLP_PORT else "http/protobuf"
    return found


def _address(settings: ServiceSettings, host: str, port: int) -> str | None:
    if settings.mode == "external":
        return settings.address
    return f"http://{host}.svc.cluster.local:{port}" if settings.in_cluster else None
