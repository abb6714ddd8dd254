"""The three services of MonadicPipeline as the settings ask for them: ports, paths, users and variables. Pure.

Names, ports and addresses are those of its Kubernetes manifests (ollama-service, qdrant-service, jaeger-collector).
"""

from typing import cast

from components.pipeline_args import AmountsArgs, ResourcesArgs
from components.services.images import JAEGER, OLLAMA, QDRANT
from components.services.service import Model, Service, Volume
from components.settings_app import ResourceSettings
from components.settings_services import LlmSettings, ServicesSettings, StoredSettings, TraceSettings, VectorSettings
from components.stack_file import StackFile

OLLAMA_PORT, QDRANT_PORT, OTLP_PORT, OTLP_HTTP_PORT = 11434, 6333, 4317, 4318
QDRANT_NAME = "qdrant"
_OLLAMA_DATA, _QDRANT_DATA = "/data", "/qdrant/storage"
_USER, _JAEGER_USER = 1000, 10001  # the latter is its image's own


def services(settings: ServicesSettings, stack: StackFile) -> list[Service]:
    """Those that run in the cluster; the stack file is named in what they advise."""
    found: list[Service] = []
    if settings.llm.in_cluster:
        found.append(ollama(settings.llm, stack))
    if settings.vectors.in_cluster:
        found.append(qdrant(settings.vectors, stack))
    if settings.traces.in_cluster:
        found.append(jaeger(settings.traces))
    return found


def ollama(settings: LlmSettings, stack: StackFile) -> Service:
    """The LLM server. It writes its models, and a key of its own, below its home."""
    return Service(
        name="ollama",
        address="ollama-service",
        image=settings.image or OLLAMA.reference,
        user=_USER,
        ports={"http": OLLAMA_PORT},
        health=OLLAMA_PORT,
        live_path="/",
        ready_path="/api/tags",
        command=("serve",),
        environment={
            "HOME": _OLLAMA_DATA,
            "OLLAMA_HOST": f"0.0.0.0:{OLLAMA_PORT}",
            "OLLAMA_MODELS": f"{_OLLAMA_DATA}/models",
        },
        resources=_resources(settings.resources, cpu="1", memory="8Gi"),
        volume=_volume(_OLLAMA_DATA, settings, stack.set(("services", "llm", "volumeClass"), "<name>")),
        model=Model(settings.model, settings.pull_seconds, stack.set(("services", "llm", "model"), "<name>")),
        reaches_out=True,  # for models
    )


def qdrant(settings: VectorSettings, stack: StackFile) -> Service:
    """The vector database. What it would write beside its binary goes to its volume (qdrant/qdrant:src/startup.rs)."""
    return Service(
        name=QDRANT_NAME,
        address="qdrant-service",
        image=settings.image or QDRANT.reference,
        user=_USER,
        ports={"http": QDRANT_PORT, "grpc": 6334},
        health=QDRANT_PORT,
        live_path="/livez",
        ready_path="/readyz",
        environment={
            "QDRANT_INIT_FILE_PATH": "/tmp/.qdrant-initialized",  # noqa: S108 - in the container
            "QDRANT__STORAGE__SNAPSHOTS_PATH": f"{_QDRANT_DATA}/snapshots",
            "QDRANT__TELEMETRY_DISABLED": "true",
        },
        key_variable="QDRANT__SERVICE__API_KEY",
        resources=_resources(settings.resources, cpu="500m", memory="2Gi"),
        volume=_volume(_QDRANT_DATA, settings, stack.set(("services", "vectors", "volumeClass"), "<name>")),
        stateful=True,
    )


def jaeger(settings: TraceSettings) -> Service:
    """The tracing collector and its page. Its second version says how it is on a port of its own."""
    return Service(
        name="jaeger",
        address="jaeger-collector",
        image=settings.image or JAEGER.reference,
        user=_JAEGER_USER,
        ports={"otlp-grpc": OTLP_PORT, "otlp-http": OTLP_HTTP_PORT, "ui": 16686},
        health=13133,
        live_path="/status",
        ready_path="/status",
        environment={"JAEGER_LISTEN_HOST": "0.0.0.0"},  # noqa: S104 - a container's own network
        resources=_resources(settings.resources, cpu="250m", memory="1Gi"),
    )


def _volume(path: str, settings: StoredSettings, advice: str) -> Volume:
    return Volume(path, settings.size, settings.volume_class, settings.delete_data, advice)


def _resources(given: ResourceSettings, *, cpu: str, memory: str) -> ResourcesArgs:
    """What the stack file says of each of the two amounts, and the service's own where it says nothing of one."""
    requests = cast("AmountsArgs", given.requests.model_dump(exclude_none=True))
    limits = cast("AmountsArgs", given.limits.model_dump(exclude_none=True))
    if "cpu" not in requests and "cpu" not in limits:
        requests["cpu"] = cpu
    if "memory" not in requests and "memory" not in limits:
        limits["memory"] = memory
    return {"requests": requests, "limits": limits}
