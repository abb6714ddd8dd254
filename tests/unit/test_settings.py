"""What a stack file may say, and what is said about one that is wrong as a whole."""

import re
from pathlib import Path

import pytest

from components.settings import KEYS, Secrets
from components.settings_models import LocalSettings
from tests.stack_files import PROJECT, project_defaults, stack_values
from tests.unit.settings_loader import checkout, load, local, refusal, with_


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout(tmp_path)


def test_a_minimal_file_gets_the_defaults(root: Path) -> None:
    settings, secrets = load(local(), root)
    assert isinstance(settings, LocalSettings)
    assert (settings.app.port, settings.app.service_port, settings.app.replicas) == (8080, 80, 2)
    assert settings.app.namespace == "monadic-pipeline"
    assert settings.image.platform == "linux/amd64"
    assert settings.ingress.class_name == "traefik"
    assert secrets == Secrets()


def test_a_zero_in_the_file_survives(root: Path) -> None:
    settings, _ = load(with_("app", replicas=0, minReadySeconds=0), root)
    assert (settings.app.replicas, settings.app.min_ready_seconds) == (0, 0)


@pytest.mark.parametrize("stack", ["aks", "eks", "gke", "local"])
def test_the_committed_files_are_accepted_as_they_are(stack: str) -> None:
    project = Path(__file__).parents[2]
    values = {key.removeprefix(f"{PROJECT}:"): each for key, each in stack_values(stack).items()}
    own = {key: each for key, each in values.items() if not key.startswith("pulumi:")}
    settings, _ = load(own, project, stack=stack)
    assert settings.target == stack
    package = {"aks": ["azure-native"], "eks": ["aws"], "gke": ["gcp"]}.get(stack, [])
    assert stack_values(stack)["pulumi:disable-default-providers"] == ["kubernetes", *package]


def test_every_key_of_the_project_is_declared() -> None:
    assert {key.removeprefix(f"{PROJECT}:") for key in project_defaults()} == set(KEYS)


def test_numbers_and_booleans_in_the_environment_become_text(root: Path) -> None:
    # `pulumi config set --path` stores what looks like a number as a number.
    settings, _ = load(with_("app", environment={"WORKERS": 4, "DEBUG": True, "A.B": "c"}), root)
    assert settings.app.environment == {"WORKERS": "4", "DEBUG": "true", "A.B": "c"}


def test_numbers_are_amounts_as_the_readme_says(root: Path) -> None:
    # `pulumi config set --path app.resources.limits.cpu 2` stores a number.
    resources = {"requests": {"cpu": 0.5}, "limits": {"cpu": 2, "memory": "512Mi"}}
    settings, _ = load(with_("app", resources=resources) | {"image": local()["image"] | {"contextLimit": 4096}}, root)
    assert (settings.app.resources.requests.cpu, settings.app.resources.limits.cpu) == ("0.5", "2")
    assert settings.image.context_limit == "4096"


def test_a_digest_needs_no_source(root: Path) -> None:
    values = local() | {"image": {"repository": "web", "digest": "sha256:" + "0" * 64}}
    settings, _ = load(values, root)
    assert settings.image.context is None


def test_all_mistakes_come_in_one_message(root: Path) -> None:
    values = with_("app", replicas=-1, prot=1, host="a_b") | {"registryPassword": "x", "foo": "bar"}
    message = refusal(values | {"image": {"repository": "web", "context": "nowhere"}}, root)
    keys = re.findall(r"^  (\S+): ", message, re.MULTILINE)
    assert keys == ["app.host", "app.prot", "app.replicas", "foo", "image.context", "registryPassword"]
    assert message.startswith("Pulumi.local.yaml: 6 mistakes")


def test_mistakes_are_listed_even_when_the_target_is_unknown(root: Path) -> None:
    message = refusal(with_("app", replicas=-1) | {"target": "azure"}, root)
    assert "target: must be one of" in message
    assert "app.replicas: must be" in message


def test_a_cloud_stack_refuses_what_only_the_local_one_has(root: Path) -> None:
    message = refusal(local() | {"target": "eks"}, root)
    assert re.findall(r"^  ([.\w]+): ", message, re.MULTILINE) == ["cluster.mode", "registry.mode"]


def test_a_secret_inside_an_object_is_refused_without_showing_it(root: Path) -> None:
    message = refusal(with_("app", replicas="hunter2", environment={"X": "y"}), root, secret=("app",))
    assert "app: holds a secret" in message
    assert "hunter2" not in message


def test_commands_quote_what_a_shell_would_change(root: Path) -> None:
    message = refusal(with_("app", environment={"a b": "c"}), root)
    assert """pulumi config rm --path 'app.environment["a b"]' -s local""" in message


def test_secrets_leave_as_secret_outputs(root: Path) -> None:
    values = local() | {"registryPassword": "hunter2", "appSecrets": {"API_KEY": "hunter3", "PIN": 7}}
    _, secrets = load(values, root, secret=("registryPassword", "appSecrets"))
    assert "hunter" not in repr(secrets)
    assert secrets.registry_password is not None
    assert secrets.registry_password.get_secret_value() == "hunter2"
    assert sorted(secrets.app) == ["API_KEY", "PIN"]


def test_a_misspelt_secret_key_is_corrected_without_showing_its_value(root: Path) -> None:
    text = refusal(local() | {"registryPasword": "hunter2"}, root)
    assert "did you mean registryPassword?" in text
    assert "pulumi config set --secret registryPassword -s local" in text
    assert "hunter2" not in text
