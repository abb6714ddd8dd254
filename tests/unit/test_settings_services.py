"""What a stack file may say of the services beside the app, and what is said about mistakes in it."""

from pathlib import Path
from typing import Any

import pytest

from components.settings_services import ServicesSettings
from tests.unit.settings_loader import Values, checkout, load, local, refusal
from tests.unit.test_settings_typed import typed


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout(tmp_path)


def services(**fields: Any) -> Values:
    return local() | {"services": fields}


def test_without_a_word_every_service_is_off(root: Path) -> None:
    settings, _ = load(local(), root)
    assert settings.services == ServicesSettings()
    assert {settings.services.llm.mode, settings.services.vectors.mode, settings.services.traces.mode} == {"off"}
    assert settings.services.llm.model == "llama3"


def test_each_service_has_a_mode_and_keys_of_its_own(root: Path) -> None:
    given = services(
        llm={"mode": "in-cluster", "model": "hf.co/team/model:Q4_K_M", "size": "40Gi", "volumeClass": "fast"},
        vectors={"mode": "external", "address": "https://x.cloud.example:6333"},
        traces={"mode": "in-cluster", "resources": {"limits": {"memory": "512Mi"}}},
    )
    settings, _ = load(given, root)
    assert settings.services.llm.in_cluster
    assert (settings.services.llm.model, settings.services.llm.volume_class) == ("hf.co/team/model:Q4_K_M", "fast")
    assert settings.services.vectors.address == "https://x.cloud.example:6333"
    assert settings.services.traces.resources.limits.memory == "512Mi"


def test_a_service_that_is_switched_off_keeps_its_keys(root: Path) -> None:
    settings, _ = load(services(vectors={"mode": "off", "address": "http://a:1", "size": "5Gi"}), root)
    assert settings.services.vectors.address == "http://a:1"


MISTAKES: dict[str, tuple[Values, str, str]] = {
    "a mode that is none": (services(llm={"mode": "on"}), "services.llm.mode: must be 'off'", "services.llm.mode off"),
    "external without an address": (
        services(vectors={"mode": "external"}),
        "services.vectors: is external, and has no address",
        "services.vectors.address http://vectors.example.com:6333",
    ),
    "an address beside a service of ours": (
        services(traces={"mode": "in-cluster", "address": "http://a:4317"}),
        "services.traces: has an address, which is for the mode external only",
        "services.traces.mode external",
    ),
    "an address and no mode": (
        services(llm={"address": "http://a:11434"}),
        "services.llm: has an address",
        "services.llm.mode external",
    ),
    "an address without a scheme": (
        services(llm={"mode": "external", "address": "llm.example.com:11434"}),
        "services.llm.address: 'llm.example.com:11434' is not an address",
        "services.llm.address http://llm.example.com:11434",
    ),
    "an address with another scheme": (
        services(traces={"mode": "external", "address": "grpc://a:4317"}),
        "services.traces.address: 'grpc://a:4317' is not an address",
        "services.traces.address http://traces.example.com:4317",
    ),
    "an address with a port that is none": (
        services(traces={"mode": "external", "address": "http://a:70000"}),
        "services.traces.address: 'http://a:70000' is not an address",
        "services.traces.address http://traces.example.com:4317",
    ),
    "a model by its page": (
        services(llm={"mode": "in-cluster", "model": "https://ollama.com/library/llama3"}),
        "services.llm.model: 'https://ollama.com/library/llama3' is not the name of a model",
        "services.llm.model llama3",
    ),
    "a model with a space": (
        services(llm={"model": "llama 3"}),
        "services.llm.model: 'llama 3' is not the name of a model",
        "services.llm.model llama-3",
    ),
    "an image by its tag": (
        services(llm={"image": "docker.io/ollama/ollama:latest"}),
        "services.llm.image: 'docker.io/ollama/ollama:latest' is not a reference by digest",
        "config rm --path services.llm.image",
    ),
    "a size that is none": (
        services(vectors={"size": "big"}),
        "services.vectors.size: 'big'",
        "services.vectors.size 10Gi",
    ),
    "a class that no object can have": (
        services(vectors={"volumeClass": "Fast_SSD"}),
        "services.vectors.volumeClass: 'Fast_SSD' cannot name an object",
        "services.vectors.volumeClass standard",
    ),
    "a service by another name": (
        services(vector={"mode": "in-cluster"}),
        "services.vector: unknown key; did you mean vectors?",
        "config rm --path services.vector",
    ),
    "a misspelt key": (
        services(llm={"modell": "llama3"}),
        "services.llm.modell: unknown key; did you mean model?",
        "services.llm.model llama3",
    ),
    "more requested than allowed": (
        services(llm={"resources": {"requests": {"memory": "2Gi"}, "limits": {"memory": "1Gi"}}}),
        "services.llm.resources: requests 2Gi memory, more than its limit of 1Gi",
        "services.llm.resources.limits.memory 2Gi",
    ),
    "a mode in place of a service": (
        services(llm="in-cluster"),
        "services.llm: ",
        "config rm --path services.llm",
    ),
}


@pytest.mark.parametrize(("values", "said", "command"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_key_and_what_to_type(root: Path, values: Values, said: str, command: str) -> None:
    message = refusal(values, root)
    assert said in message
    assert command in message


def test_every_mistake_is_gone_when_its_commands_were_typed(root: Path) -> None:
    left = {name: typed(values, root) for name, (values, *_) in MISTAKES.items()}
    assert {name: said for name, (said, rounds) in left.items() if said or rounds != 1} == {}


def test_a_password_in_an_address_is_not_shown(root: Path) -> None:
    message = refusal(services(vectors={"mode": "external", "address": "http://me:hunter2@a:6333"}), root)
    assert "services.vectors.address" in message
    assert "hunter2" not in message
