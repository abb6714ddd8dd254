"""Values that look right and that Kubernetes, docker or a process would refuse later: named before anything starts."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.settings_loader import Values, checkout, load, local, refusal, with_


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout(tmp_path)


LATE: dict[str, tuple[Values, str]] = {
    "config file with two dots": (with_("app", configFiles={"..x": "a"}), "app.configFiles"),
    "config file named dot": (with_("app", configFiles={".": "a"}), "names that start with two dots"),
    "config files bigger than an object": (
        with_("app", configFiles={"a": "x" * 2**19, "b": "é" * 2**19}),
        "app.configFiles: are 1572864 bytes; Kubernetes takes 1048576 in one object",
    ),
    "volume where a config file is": (
        with_(
            "app", configPath="/app", configFiles={"a": "x"}, volumes={"data": {"path": "/app/a/data", "claim": "data"}}
        ),
        "mounts volumes.data at /app/a/data, inside of configFiles.a (/app/a), which is read-only",
    ),
    "config path without a slash": (with_("app", configPath="app"), "app.configPath"),
    "variable with two dots": (with_("app", environment={"..X": "a"}), "is not a variable name"),
    "zero byte": (with_("app", environment={"X": "a\0b"}), "app.environment.X: has a zero byte in it"),
    "address without bits": (with_("app", egress=[{"cidr": "10.0.0.1"}]), "must end in a slash and a number of bits"),
    "mask": (with_("app", egress=[{"cidr": "10.0.0.0/255.0.0.0"}]), "must end in a slash and a number of bits"),
    "zone": (with_("app", egress=[{"cidr": "fe80::%1/128"}]), "must end in a slash and a number of bits"),
    "volume name": (with_("app", volumes={"a" * 57: {"path": "/a"}}), "it has more than 56 characters"),
    "claim": (with_("app", volumes={"a": {"path": "/a", "claim": "My_Claim"}}), "cannot name an object"),
    "secret": (with_("app", volumes={"a": {"path": "/a", "secret": "a/b"}}), "cannot name an object"),
    "config map": (with_("app", volumes={"a": {"path": "/a", "configMap": ""}}), "cannot name an object"),
    "tls secret": (with_("app", tlsSecret="Cert"), "app.tlsSecret: 'Cert' cannot name an object"),
    "tls secret without a host": (with_("app", tlsSecret="cert"), "app: has tlsSecret, a certificate, and no host"),
    "replicas beside autoscaling": (
        with_("app", replicas=2, autoscaling={"maxReplicas": 3}),
        "app: has both replicas and autoscaling",
    ),
    "context of nothing": (with_("image", contextLimit=0), "image.contextLimit: '0' is less than one byte"),
    "context of less": (with_("image", contextLimit="0.5"), "image.contextLimit: '0.5' is less than one byte"),
    "address as a host": (with_("app", host="10.0.0.256"), "its last part is a number"),
    "password as an object": (
        local() | {"registryPassword": {"a": "b"}},
        "registryPassword: is an object, and a password is text",
    ),
    "password as a list": (
        local() | {"registryPassword": ["b"]},
        "registryPassword: is an object, and a password is text",
    ),
    "annotation": (with_("ingress", annotations={"a b": "c"}), "is not the name of an annotation"),
    "annotation without a name": (
        with_("ingress", annotations={"example.com/": "c"}),
        "is not the name of an annotation",
    ),
    "user with a colon": (with_("registry", username="ci:pw"), "is not a user"),
    "empty context": (with_("image", context=""), "image.context: must have at least 1 character"),
    "empty Dockerfile": (with_("image", dockerfile=""), "image.dockerfile: must have at least 1 character"),
    "empty kubeconfig": (with_("cluster", kubeconfig=""), "cluster.kubeconfig: must have at least 1 character"),
    "stage": (with_("image", target="a b"), "is not a stage of a Dockerfile"),
    "long repository": (with_("image", repository="a" * 201), "it is longer than 200 characters"),
    "path longer than a file system takes": (with_("image", context="a" * 300), "there is no such folder"),
    "path with a zero byte": (with_("image", dockerfile="a\0b"), "there is no such file"),
    "digits that Python does not read": (local() | {"app": "9" * 5000}, "app: must be an object"),
}


@pytest.mark.parametrize("value", LATE)
def test_what_would_be_refused_later_is_refused_now(value: str, root: Path) -> None:
    values, reason = LATE[value]
    message = refusal(values, root)
    assert message.startswith("Pulumi.local.yaml: 1 mistake, nothing was changed\n")
    assert reason in message


USUAL: dict[str, Values] = {
    "secret names with dots": with_("app", host="web.example.com", tlsSecret="web.example.com-tls"),
    "names of 56": with_("app", volumes={"a" * 56: {"path": "/a"}}),
    "annotation of a domain": with_("ingress", annotations={"traefik.ingress.kubernetes.io/router.tls": "true"}),
    "autoscaling alone": with_("app", autoscaling={"maxReplicas": 3}),
    "a host that ends in digits and letters": with_("app", host="10.0.0.2a"),
    "plain annotation": with_("ingress", annotations={"owner": "team"}),
    "hidden config file": with_("app", configFiles={".rc": "a"}),
    "variables that only name a secret": with_(
        "app",
        environment={"TOKEN_URL": "https://a/token", "DB_PASSWORD_FILE": "/run/a", "DB_PASSWORD": "", "PWD": "/app"},
    ),
    "build arguments that only name a secret": with_("image", buildArgs={"MAX_TOKENS": "5", "USE_TOKEN": True}),
    "one address": with_("app", egress=[{"cidr": "10.0.0.1/32"}, {"cidr": "::/0"}]),
}


@pytest.mark.parametrize("value", USUAL)
def test_what_kubernetes_takes_is_taken(value: str, root: Path) -> None:
    load(USUAL[value], root)


def test_the_key_of_a_service_account_is_a_password(root: Path) -> None:
    # Google's user `_json_key` has it as it is in its file.
    key = '{"type": "service_account", "private_key": "canary"}'
    _, secrets = load(local() | {"registryPassword": key}, root, secret=("registryPassword",))
    assert secrets.registry_password is not None
    assert secrets.registry_password.get_secret_value() == key


def test_a_password_that_is_an_object_is_not_shown(root: Path) -> None:
    values = local() | {"registryPassword": {"a": "canary"}}
    message = refusal(values, root, secret=("registryPassword",))
    assert "pulumi config set --secret registryPassword -s local" in message
    assert "canary" not in message


def test_a_huge_value_is_not_quoted_whole(root: Path) -> None:
    assert len(refusal(with_("app", host="A_" * 5000), root)) < 1000
    assert len(refusal(local() | {"target": "x" * 5000}, root)) < 1000


def app_secrets(values: object, root: Path, **app: Any) -> str:
    return refusal(with_("app", **app) | {"appSecrets": values}, root, secret=("appSecrets",))


@pytest.mark.parametrize("name", ["a b", "..x", "1ST", ""])
def test_a_secret_that_cannot_be_a_variable_is_named_and_not_shown(name: str, root: Path) -> None:
    message = app_secrets({name: "canary"}, root)
    assert f"{name!r} is not a variable name" in message
    assert "canary" not in message


def test_a_variable_that_is_plain_and_secret_is_refused(root: Path) -> None:
    message = app_secrets({"DB": "canary"}, root, environment={"DB": "x"})
    assert "appSecrets.DB: is in app.environment too, and one variable has one value" in message
    assert "pulumi config rm --path app.environment.DB -s local" in message
    assert "canary" not in message


def test_a_secret_with_a_zero_byte_is_refused_without_showing_it(root: Path) -> None:
    message = app_secrets({"DB": "canary\0"}, root)
    assert "appSecrets.DB: has a zero byte in it" in message
    assert "canary" not in message


def test_secrets_bigger_than_an_object_are_refused(root: Path) -> None:
    message = app_secrets({"A": "x" * 2**20, "B": "x"}, root)
    assert "appSecrets: are 1048577 bytes; Kubernetes takes 1048576 in one object" in message
    assert "xx" not in message


def test_secrets_as_files_are_no_variables(root: Path) -> None:
    values = with_("app", secretsAs="files", environment={"DB": "x"})
    _, secrets = load(values | {"appSecrets": {"DB": "canary", "1st": "a"}}, root, secret=("appSecrets",))
    assert sorted(secrets.app) == ["1st", "DB"]
    assert "'a/b' is not a file name" in app_secrets({"a/b": "canary"}, root, secretsAs="files")
