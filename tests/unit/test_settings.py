"""What a stack file may say, and what is said about one that is wrong."""

import asyncio
import contextvars
import re
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config

from components.errors import ConfigError
from components.settings import KEYS, Secrets, load_settings
from components.settings_models import AksSettings, LocalSettings, Settings
from components.stack_file import StackFile
from tests.stack_files import PROJECT, engine_config, project_defaults, stack_values

Values = dict[str, Any]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "webapi").mkdir()
    (tmp_path / "webapi" / "Dockerfile").touch()
    return tmp_path


def local() -> Values:
    return {
        "target": "local",
        "image": {"repository": "web", "context": "webapi"},
        "app": {"name": "web"},
        "cluster": {"context": "kind-kind"},
        "registry": {"host": "localhost:5001"},
    }


def load(values: Values, root: Path, secret: tuple[str, ...] = (), stack: str = "local") -> tuple[Settings, Secrets]:
    """Load values as the engine would send them, defaults of Pulumi.yaml included."""
    full = project_defaults() | {f"{PROJECT}:{key}": value for key, value in values.items()}

    # Outputs need an event loop, and the one of an earlier test is closed.
    async def run() -> tuple[Settings, Secrets]:
        set_all_config(engine_config(full), [f"{PROJECT}:{key}" for key in secret])
        return load_settings(pulumi.Config(PROJECT), StackFile(stack), root)

    with asyncio.Runner() as runner:
        return contextvars.Context().run(runner.run, run())


def refusal(values: Values, root: Path, secret: tuple[str, ...] = ()) -> str:
    with pytest.raises(ConfigError) as caught:
        load(values, root, secret)
    return str(caught.value)


def with_(section: str, **fields: object) -> Values:
    values = local()
    return values | {section: values.get(section, {}) | fields}


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
    assert stack_values(stack)["pulumi:disable-default-providers"] == ["kubernetes"]


def test_every_key_of_the_project_is_declared() -> None:
    assert {key.removeprefix(f"{PROJECT}:") for key in project_defaults()} == set(KEYS)


def test_numbers_and_booleans_in_the_environment_become_text(root: Path) -> None:
    # `pulumi config set --path` stores what looks like a number as a number.
    settings, _ = load(with_("app", environment={"WORKERS": 4, "DEBUG": True, "A.B": "c"}), root)
    assert settings.app.environment == {"WORKERS": "4", "DEBUG": "true", "A.B": "c"}


def test_a_digest_needs_no_source(root: Path) -> None:
    values = local() | {"image": {"repository": "web", "digest": "sha256:" + "0" * 64}}
    settings, _ = load(values, root)
    assert settings.image.context is None


MISTAKES: dict[str, tuple[Values, str, str]] = {
    "misspelt key": (
        with_("app", replica=3),
        "app.replica: unknown key; did you mean replicas?",
        "config rm --path app.replica -s local\n      pulumi config set --path app.replicas 3 -s local",
    ),
    "misspelt top-level key": (
        local() | {"imgae": {"repository": "x"}},
        "imgae: unknown key; did you mean image?",
        "pulumi config rm imgae -s local",
    ),
    "unlike any key": (
        with_("registry", zzz=1),
        "registry.zzz: unknown key; known here: host, username",
        "pulumi config rm --path registry.zzz -s local",
    ),
    "key of another case": (
        with_("app", min_ready_seconds=3),
        "did you mean minReadySeconds?",
        "pulumi config set --path app.minReadySeconds 3 -s local",
    ),
    "text for a number": (
        with_("app", replicas="two"),
        "app.replicas: must be a valid integer, not 'two'",
        "pulumi config set --path app.replicas 2 -s local",
    ),
    "number as text": (
        with_("app", port="8080"),
        "app.port: must be a valid integer, not '8080'",
        "pulumi config set --path app.port 8080 -s local",
    ),
    "negative replicas": (
        with_("app", replicas=-1),
        "app.replicas: must be greater than or equal to 0, not -1",
        "pulumi config set --path app.replicas 2 -s local",
    ),
    "port out of range": (
        with_("app", port=70000),
        "app.port: 70000 is not a port: they run from 1 to 65535",
        "pulumi config set --path app.port 8080 -s local",
    ),
    "port zero": (with_("ingress", port=0), "ingress.port: 0 is not a port", "--path ingress.port"),
    "object for text": (
        with_("app", host=["a"]),
        "app.host: must be a valid string",
        "edit Pulumi.local.yaml",
    ),
    "text for an object": (with_("app", resources="big"), "app.resources:", "edit Pulumi.local.yaml"),
    "host with a scheme": (
        with_("app", host="https://web.example.com/"),
        "it has a scheme",
        "pulumi config set --path app.host web.example.com -s local",
    ),
    "host with a port": (
        with_("app", host="web.example.com:8080"),
        "it has a port; the URL's port is ingress.port",
        "pulumi config set --path app.host web.example.com -s local",
    ),
    "cloud key in a local file": (
        local() | {"cluster": {"context": "a", "region": "eu-west-1"}},
        "cluster.region: unknown key",
        "pulumi config rm --path cluster.region -s local",
    ),
    "missing field": (
        local() | {"cluster": {"kubeconfig": "a"}},
        "cluster.context: is missing: context in the kubeconfig; `kubectl config get-contexts",
        "pulumi config set --path cluster.context kind-kind -s local",
    ),
    "neither source nor digest": (
        local() | {"image": {"repository": "web"}},
        "neither what to build (image.context) nor what to deploy (image.digest)",
        "edit Pulumi.local.yaml",
    ),
    "request above limit": (
        with_("app", resources={"requests": {"memory": "2Gi"}, "limits": {"memory": "512Mi"}}),
        "requests 2Gi memory, more than its limit of 512Mi",
        "edit Pulumi.local.yaml",
    ),
    "amount": (
        with_("app", resources={"limits": {"cpu": "lots"}}),
        "app.resources.limits.cpu: 'lots' is not an amount",
        "--path app.resources.limits.cpu",
    ),
    "namespace of the cluster": (
        with_("app", namespace="kube-system"),
        "'kube-system' is the cluster's own",
        "pulumi config set --path app.namespace monadic-pipeline -s local",
    ),
    "registry with a scheme": (
        with_("registry", host="http://localhost:5001"),
        "without scheme and path",
        "pulumi config set --path registry.host localhost:5001 -s local",
    ),
    "registry that docker takes for a path": (
        with_("registry", host="registry"),
        "docker takes 'registry' for a path on Docker Hub",
        "pulumi config set --path registry.host registry:5000 -s local",
    ),
    "repository with a tag": (
        with_("image", repository="Team/web:1"),
        "without a registry, tag or digest",
        "pulumi config set --path image.repository team/web -s local",
    ),
    "short digest": (
        with_("image", digest="sha256:abc"),
        "image.digest: 'sha256:abc' is not a digest",
        "--path image.digest",
    ),
    "platform": (with_("image", platform="amd64"), "'linux/amd64' or 'linux/arm64'", "linux/amd64 -s local"),
    "unknown target": (
        local() | {"target": "azure"},
        "target: must be one of aks, eks, gke, local, not 'azure'",
        "pulumi config set target local -s local",
    ),
    "no target": (
        {key: each for key, each in local().items() if key != "target"},
        "target: is missing: one of aks, eks, gke, local",
        "pulumi config set target local -s local",
    ),
    "missing context folder": (
        with_("image", context="webpai"),
        "image.context: webpai: there is no such folder; near are webapi",
        "pulumi config set --path image.context webapi -s local",
    ),
    "context is a file": (
        with_("image", context="webapi/Dockerfile"),
        "is a file, not a folder",
        "pulumi config set --path image.context webapi -s local",
    ),
    "missing Dockerfile": (
        with_("image", dockerfile="webapi/Dockerfil"),
        "image.dockerfile: webapi/Dockerfil: there is no such file; near are webapi/Dockerfile",
        "pulumi config set --path image.dockerfile webapi/Dockerfile -s local",
    ),
    "password in the environment": (
        with_("app", environment={"DB_PASSWORD": "hunter2"}),
        "app.environment.DB_PASSWORD: DB_PASSWORD looks like a secret",
        "pulumi config set --secret --path appSecrets.DB_PASSWORD -s local",
    ),
    "token in the build": (
        with_("image", buildArgs={"NPM_TOKEN": "hunter2"}),
        "image.buildArgs.NPM_TOKEN: NPM_TOKEN looks like a secret",
        "pulumi config rm --path image.buildArgs.NPM_TOKEN -s local",
    ),
    "password in clear": (
        local() | {"registryPassword": "hunter2"},
        "registryPassword: is written in clear; it must be a secret",
        "pulumi config set --secret registryPassword -s local",
    ),
    "app secret in clear": (
        local() | {"appSecrets": {"API_KEY": "hunter2"}},
        "appSecrets: is written in clear; it must be a secret",
        "pulumi config set --secret --path appSecrets.API_KEY -s local",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_key_and_the_command_that_mends_it(mistake: str, root: Path) -> None:
    values, reason, command = MISTAKES[mistake]
    message = refusal(values, root)
    assert message.startswith("Pulumi.local.yaml: 1 mistake, nothing was changed\n")
    assert reason in message
    assert command in message
    assert "hunter2" not in message


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
    assert re.findall(r"^  (\w+): unknown key", message, re.MULTILINE) == ["cluster", "registry"]


def test_a_cloud_stack_needs_no_cluster(root: Path) -> None:
    values = {key: each for key, each in local().items() if key not in ("cluster", "registry")}
    settings, _ = load(values | {"target": "aks"}, root, stack="aks")
    assert isinstance(settings, AksSettings)


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
