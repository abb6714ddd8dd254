"""The services as the settings ask for them: specs and the app's variables."""

import json
from typing import Any

import pytest

from components.mount_paths import TMP_PATH
from components.references import check_reference
from components.services import manifests
from components.services.catalogue import services
from components.services.environment import variables
from components.services.images import JAEGER, OLLAMA, QDRANT, PinnedImage
from components.services.manifests import Around
from components.services.model_pull import model_pull_spec
from components.services.service import Service
from components.settings_services import ServicesSettings
from components.stack_file import StackFile
from components.workload_rules import problems

LABELS = {"app": "x"}
ALL: dict[str, dict[str, Any]] = {each: {"mode": "in-cluster"} for each in ("llm", "vectors", "traces")}


def settings(**given: dict[str, Any]) -> ServicesSettings:
    return ServicesSettings.model_validate_json(json.dumps(given))


def made(**given: dict[str, Any]) -> dict[str, Service]:
    return {each.name: each for each in services(settings(**given), StackFile("dev"))}


def pod(service: Service) -> dict[str, Any]:
    around = Around("account", ["pull"], "key" if service.key_variable else None)
    spec: Any = (manifests.stateful_set_spec if service.stateful else manifests.deployment_spec)(
        service, around, LABELS
    )
    return spec["template"]["spec"]


def container(service: Service) -> dict[str, Any]:
    return pod(service)["containers"][0]


def test_only_what_runs_in_the_cluster_is_made() -> None:
    assert made() == {}
    external = {"mode": "external", "address": "http://a:1"}
    assert [*made(llm=external, vectors={"mode": "in-cluster"}, traces={"mode": "off"})] == ["qdrant"]
    assert [*made(**ALL)] == ["ollama", "qdrant", "jaeger"]


@pytest.mark.parametrize("pinned", [OLLAMA, QDRANT, JAEGER], ids=lambda each: each.repository)
def test_each_image_is_pinned_by_digest_and_names_its_registry(pinned: PinnedImage) -> None:
    assert check_reference(pinned.reference) == pinned.reference
    assert pinned.repository.startswith("docker.io/")


@pytest.mark.parametrize(
    ("key", "name", "pinned"), [("llm", "ollama", OLLAMA), ("vectors", "qdrant", QDRANT), ("traces", "jaeger", JAEGER)]
)
def test_a_mirror_takes_the_place_of_the_pinned_image(key: str, name: str, pinned: PinnedImage) -> None:
    mirror = f"r.example.com/{name}@sha256:{'1' * 64}"
    assert container(made(**{key: {"mode": "in-cluster", "image": mirror}})[name])["image"] == mirror
    assert container(made(**ALL)[name])["image"] == pinned.reference


@pytest.mark.parametrize(
    ("name", "address", "ports", "live", "ready"),
    [
        ("ollama", "ollama-service", [11434], (11434, "/"), (11434, "/api/tags")),
        ("qdrant", "qdrant-service", [6333, 6334], (6333, "/livez"), (6333, "/readyz")),
        ("jaeger", "jaeger-collector", [4317, 4318, 16686], (13133, "/status"), (13133, "/status")),
    ],
)
def test_ports_and_probes_are_those_of_the_real_programs(
    name: str, address: str, ports: list[int], live: tuple[int, str], ready: tuple[int, str]
) -> None:
    service = made(**ALL)[name]
    spec: Any = manifests.service_spec(service)
    assert service.address == address
    assert [each["port"] for each in spec["ports"]] == ports
    runs = container(service)
    listened = {each["name"]: each["container_port"] for each in runs["ports"]}
    assert [listened[each["target_port"]] for each in spec["ports"]] == ports
    asked = {kind: runs[f"{kind}_probe"]["http_get"] for kind in ("startup", "liveness", "readiness")}
    assert (asked["liveness"]["port"], asked["liveness"]["path"]) == live
    assert (asked["readiness"]["port"], asked["readiness"]["path"]) == ready
    assert asked["startup"] == asked["liveness"]
    assert live[0] in listened.values()


@pytest.mark.parametrize("name", ["ollama", "qdrant", "jaeger"])
def test_each_pod_keeps_to_the_restricted_profile_with_a_disk_that_nobody_writes_to(name: str) -> None:
    spec = pod(made(**ALL)[name])
    security = spec["security_context"]
    assert (security["run_as_non_root"], security["seccomp_profile"]) == (True, {"type": "RuntimeDefault"})
    assert security["run_as_user"] == security["fs_group"] > 0
    (runs,) = spec["containers"]
    own = runs["security_context"]
    assert (own["allow_privilege_escalation"], own["read_only_root_filesystem"]) == (False, True)
    assert own["capabilities"] == {"drop": ["ALL"]}
    assert spec["automount_service_account_token"] is False
    assert {*runs["resources"]} == {"requests", "limits"}
    assert (
        problems(
            "Pod", name, {"containers": [{"image": runs["image"], "imagePullPolicy": "IfNotPresent"}]}, "r.io", None
        )
        == []
    )


def test_what_a_program_writes_is_on_its_volume_or_in_tmp() -> None:
    ollama, qdrant = made(**ALL)["ollama"], made(**ALL)["qdrant"]
    mounts = {each["mount_path"] for each in container(ollama)["volume_mounts"]}
    assert mounts == {"/data", TMP_PATH}
    assert ollama.environment["HOME"] == "/data"
    assert ollama.environment["OLLAMA_MODELS"].startswith("/data/")
    assert {each["mount_path"] for each in container(qdrant)["volume_mounts"]} == {"/qdrant/storage", TMP_PATH}
    assert qdrant.environment["QDRANT__STORAGE__SNAPSHOTS_PATH"].startswith("/qdrant/storage/")
    assert qdrant.environment["QDRANT_INIT_FILE_PATH"].startswith(f"{TMP_PATH}/")


def test_a_volume_is_never_opened_by_two_pods() -> None:
    ollama, qdrant, jaeger = made(**ALL).values()
    llm: Any = manifests.deployment_spec(ollama, Around("a"), LABELS)
    assert (llm["replicas"], llm["strategy"]) == (1, {"type": "Recreate"})
    assert qdrant.stateful
    assert dict(manifests.stateful_set_spec(qdrant, Around("a"), LABELS))["replicas"] == 1
    serving: Any = manifests.deployment_spec(jaeger, Around("a"), LABELS)
    assert serving["strategy"]["rolling_update"] == {"max_surge": 1, "max_unavailable": 0}


def test_a_claim_is_as_big_and_of_the_class_that_was_asked_for() -> None:
    qdrant = made(vectors={"mode": "in-cluster", "size": "5Gi", "volumeClass": "fast"})["qdrant"]
    spec: Any = manifests.claim_spec(qdrant)
    assert (spec["resources"]["requests"]["storage"], spec["storage_class_name"]) == ("5Gi", "fast")
    usual: Any = manifests.claim_spec(made(**ALL)["qdrant"])
    assert "storage_class_name" not in usual
    assert usual["access_modes"] == ["ReadWriteOnce"]
    assert manifests.claim_spec(made(**ALL)["jaeger"]) is None


def test_amounts_that_the_file_leaves_open_are_the_services_own() -> None:
    only_memory = made(llm={"mode": "in-cluster", "resources": {"limits": {"memory": "1Gi"}}})["ollama"]
    amounts = container(only_memory)["resources"]
    assert (amounts["limits"]["memory"], amounts["requests"]) == ("1Gi", {"cpu": "1", "memory": "1Gi"})
    usual = container(made(**ALL)["qdrant"])["resources"]
    assert usual == {"requests": {"cpu": "500m", "memory": "2Gi"}, "limits": {"cpu": "1", "memory": "2Gi"}}


def test_the_key_comes_from_a_secret_and_only_to_whom_asks_for_one() -> None:
    ollama, qdrant, _ = made(**ALL).values()
    hidden = [each for each in container(qdrant)["env"] if "value_from" in each]
    assert hidden == [
        {"name": "QDRANT__SERVICE__API_KEY", "value_from": {"secret_key_ref": {"name": "key", "key": "api-key"}}}
    ]
    assert all("value" in each for each in container(ollama)["env"])


def test_the_model_is_pulled_by_the_servers_own_program_as_a_client() -> None:
    service = made(llm={"mode": "in-cluster", "model": "phi3", "pullSeconds": 600})["ollama"]
    assert service.model is not None
    spec: Any = model_pull_spec(service, service.model, Around("account"), LABELS)
    (runs,) = spec["template"]["spec"]["containers"]
    assert (runs["image"], runs["args"]) == (OLLAMA.reference, ["pull", "phi3"])
    assert {"name": "OLLAMA_HOST", "value": "http://ollama-service:11434"} in runs["env"]
    assert (spec["active_deadline_seconds"], spec["template"]["spec"]["restart_policy"]) == (600, "Never")
    assert runs["termination_message_policy"] == "FallbackToLogsOnError"


def test_the_app_is_told_what_is_there_and_nothing_else() -> None:
    assert variables(settings(), "ns") == {}
    inside = variables(settings(**ALL), "ns")
    assert inside["PIPELINE__LlmProvider__OllamaEndpoint"] == "http://ollama-service.ns.svc.cluster.local:11434"
    assert inside["PIPELINE__LlmProvider__DefaultChatModel"] == "llama3"
    assert inside["PIPELINE__VectorStore__Type"] == "Qdrant"
    assert inside["PIPELINE__VectorStore__ConnectionString"] == "http://qdrant-service.ns.svc.cluster.local:6333"
    collector = "http://jaeger-collector.ns.svc.cluster.local"
    assert inside["PIPELINE__Observability__OpenTelemetryEndpoint"] == f"{collector}:4317"
    assert inside["OTEL_EXPORTER_OTLP_ENDPOINT"] == f"{collector}:4318"
    assert inside["OTEL_EXPORTER_OTLP_PROTOCOL"] == "http/protobuf"


@pytest.mark.parametrize(
    ("address", "protocol"),
    [
        ("http://a:4317", "grpc"),
        ("http://a:4318", "http/protobuf"),
        ("https://traces.example.com", "http/protobuf"),
    ],
)
def test_a_collector_outside_is_spoken_to_as_its_port_says(address: str, protocol: str) -> None:
    assert variables(settings(traces={"mode": "external", "address": address}), "ns") == {
        "PIPELINE__Observability__EnableTracing": "true",
        "PIPELINE__Observability__OpenTelemetryEndpoint": address,
        "OTEL_EXPORTER_OTLP_ENDPOINT": address,
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
    }
