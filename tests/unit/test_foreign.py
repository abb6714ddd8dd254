"""Registries of other providers: whose login is used, which ones are refused, and what the nodes get."""

import base64
import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pydantic import SecretStr

from components.docker_login import Login
from components.errors import ConfigError
from components.platforms import foreign
from components.platforms.contract import PullGrant, PullKind, Registry, Target
from components.platforms.foreign import check_foreign
from components.settings import Secrets
from components.settings_foreign import ForeignRegistry
from components.settings_models import ImageSettings
from components.stack_file import StackFile
from tests.engine import run_program
from tests.graph import Graph

STACK = StackFile("prod")
PASSWORD = "canary-password"
NONE = Secrets()
DIGEST = "sha256:" + "a" * 64


@pytest.fixture(autouse=True)
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path


def log_in(folder: Path, key: str, username: str, password: str = PASSWORD, **more: object) -> None:
    auth = base64.b64encode(f"{username}:{password}".encode()).decode()
    (folder / "config.json").write_text(json.dumps({"auths": {key: {"auth": auth}}, **more}))


def check(host: str, secrets: Secrets = NONE, target: Target = Target.AKS, **given: Any) -> Any:
    username = given.pop("username", None)
    registry = ForeignRegistry(mode="foreign", host=host, username=username)
    image = ImageSettings.model_validate({"repository": "acme/images/web", "context": "x"} | given)
    return check_foreign(registry, image, secrets, STACK, target)


def made(host: str, secrets: Secrets = NONE, **given: Any) -> tuple[Registry, PullGrant, Graph]:
    found: list[tuple[Registry, PullGrant]] = []

    def program() -> None:
        registry, grant = check(host, secrets, **given)()
        found.append((registry, grant))
        pulumi.export("password", registry.password)
        pulumi.export("pullSecret", grant.pull_secret)

    graph = run_program(program)
    return *found[0], graph


def refusal(host: str, secrets: Secrets = NONE, target: Target = Target.AKS, **given: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        check(host, secrets, target, **given)
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


def test_a_login_that_the_registry_refuses_is_said_before_anything_is_made(
    docker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str, str]] = []

    def refuses(host: str, login: Login) -> str:
        asked.append((host, login.username, login.password))
        return "the registry says no"

    monkeypatch.setattr(foreign, "refuses_login", refuses)
    said = refusal("ghcr.io", Secrets(SecretStr(PASSWORD)), username="acme-ci")
    assert "registryPassword: the registry says no" in said
    assert "pulumi config set --secret registryPassword -s prod" in said
    log_in(docker, "quay.io", "acme+pusher")
    said = refusal("quay.io")
    assert "registry: the registry says no" in said
    assert "docker login quay.io" in said
    assert asked == [("ghcr.io", "acme-ci", PASSWORD), ("quay.io", "acme+pusher", PASSWORD)]
    refusal("docker.io", Secrets(SecretStr(PASSWORD)), username="acme", repository="web")
    assert len(asked) == 2  # nobody is asked about what cannot be


def test_the_login_of_the_stack_file_pushes_and_pulls() -> None:
    registry, grant, graph = made("ghcr.io", Secrets(SecretStr(PASSWORD)), username="acme-ci")
    assert (registry.server, registry.prefix, registry.username) == ("ghcr.io", "ghcr.io", "acme-ci")
    assert (grant.kind, grant.identity, grant.role) == (PullKind.PULL_SECRET, "acme-ci", "login")
    assert json.loads(graph.exports["pullSecret"])["auths"]["ghcr.io"]["password"] == PASSWORD
    assert graph.stack.secret_outputs == {"password", "pullSecret"}
    assert PASSWORD not in repr((registry, grant))
    assert graph.resources == []  # a login is nothing to make


def test_else_the_machines_docker_login_does(docker: Path) -> None:
    log_in(docker, "quay.io", "acme+pusher")
    registry, grant, graph = made("quay.io")
    assert (registry.username, graph.exports["password"]) == ("acme+pusher", PASSWORD)
    assert (grant.propagation_seconds, grant.resource) == (0, "quay.io")


def test_docker_hub_has_another_name_in_lists_of_logins(docker: Path) -> None:
    log_in(docker, "https://index.docker.io/v1/", "acme")
    registry, _, graph = made("docker.io", repository="acme/web")
    assert (registry.server, registry.prefix, registry.username) == ("docker.io", "docker.io", "acme")
    assert list(json.loads(graph.exports["pullSecret"])["auths"]) == ["https://index.docker.io/v1/"]


def test_a_helper_is_asked_by_that_name(docker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = """[ "$(cat)" = https://index.docker.io/v1/ ] && echo '{"Username": "acme", "Secret": "s"}'"""
    (docker / "docker-credential-fake").write_text(f"#!/bin/sh\n{script}\n")
    (docker / "docker-credential-fake").chmod(0o755)
    monkeypatch.setenv("PATH", f"{docker}:/usr/bin:/bin")
    (docker / "config.json").write_text(json.dumps({"credsStore": "fake"}))
    assert made("docker.io", repository="acme/web")[0].username == "acme"


def test_no_login_says_both_ways_to_give_one() -> None:
    said = refusal("ghcr.io")
    assert "there is no login for ghcr.io" in said
    assert "docker login ghcr.io" in said
    assert "pulumi config set --secret registryPassword -s prod" in said


def test_half_a_login_is_refused_with_the_other_half() -> None:
    assert "the password of user 'ci' is missing" in refusal("ghcr.io", username="ci")
    assert "whose password registryPassword is" in refusal("ghcr.io", Secrets(SecretStr(PASSWORD)))


@pytest.mark.parametrize(
    ("host", "username", "what"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "AWS", "Amazon ECR, which ends after 12 hours"),
        ("europe-docker.pkg.dev", "oauth2accesstoken", "Google Cloud, which ends after an hour"),
        ("acme.azurecr.io", "00000000-0000-0000-0000-000000000000", "Azure, which ends after 3 hours"),
    ],
)
def test_a_clouds_token_in_the_docker_login_is_refused(docker: Path, host: str, username: str, what: str) -> None:
    log_in(docker, host, username)
    said = refusal(host, target=Target.LOCAL)
    assert f"the docker login for {host} is a token of {what}" in said
    assert "pulls would fail with the first new node after that" in said


@pytest.mark.parametrize(
    ("helper", "host", "what"),
    [
        ("ecr-login", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "Amazon ECR"),
        ("gcloud", "europe-docker.pkg.dev", "Google Cloud"),
        ("gcr", "europe-docker.pkg.dev", "Google Cloud"),
        ("acr-env", "acme.azurecr.io", "Azure"),
    ],
)
def test_a_helper_that_makes_tokens_is_refused_without_running_it(
    docker: Path, helper: str, host: str, what: str
) -> None:
    (docker / "config.json").write_text(json.dumps({"credHelpers": {host: helper}}))
    said = refusal(host, target=Target.LOCAL)
    assert f"the credential helper {helper} gives tokens of {what}" in said


def test_a_login_in_the_stack_file_is_used_whatever_helper_there_is(docker: Path) -> None:
    (docker / "config.json").write_text(json.dumps({"credHelpers": {"europe-docker.pkg.dev": "gcloud"}}))
    secrets = Secrets(SecretStr("{}"))
    assert made("europe-docker.pkg.dev", secrets, username="_json_key")[0].username == "_json_key"


def test_what_lasts_instead_of_a_token_depends_on_the_cloud(docker: Path) -> None:
    hosts = ("acme.azurecr.io", "europe-docker.pkg.dev", "123456789012.dkr.ecr.eu-west-1.amazonaws.com")
    for host, command in zip(
        hosts,
        ("az acr token create -r acme", "gcloud iam service-accounts keys create", "registry.host '<host>'"),
        strict=True,
    ):
        log_in(docker, host, "AWS")
        assert command in refusal(host, target=Target.LOCAL)
    log_in(docker, hosts[0], "AWS")
    own = refusal(hosts[0], target=Target.AKS)
    assert "pulumi config set --path registry.mode existing -s prod  # nodes of aks pull as themselves there" in own


def test_a_jobs_token_of_github_is_refused_wherever_it_comes_from(docker: Path) -> None:
    token = "ghs_" + "x" * 36
    log_in(docker, "ghcr.io", "acme", token)
    for said in (refusal("ghcr.io"), refusal("ghcr.io", Secrets(SecretStr(token)), username="acme")):
        assert "is a token of a GitHub app, which ends within the hour" in said
        assert token not in said


@pytest.mark.parametrize("host", ["localhost:5001", "127.0.0.1:5050"])
def test_a_registry_on_this_machine_is_refused(docker: Path, host: str) -> None:
    log_in(docker, host, "ci")
    said = refusal(host, target=Target.GKE)
    assert f"the registry {host} is on this machine, where the nodes of a GKE cluster cannot reach it" in said


def test_another_clouds_registry_is_taken_with_a_login_that_lasts(docker: Path) -> None:
    log_in(docker, "acme.azurecr.io", "pull-token")
    assert made("acme.azurecr.io", target=Target.EKS)[0].username == "pull-token"


def test_all_that_is_wrong_comes_at_once() -> None:
    said = refusal("localhost:5001", repository="web", digest=f"ghcr.io/other@{DIGEST}")
    assert said.startswith("Pulumi.prod.yaml: 3 mistakes")
    assert "image.digest: " in said
    assert "is in another repository than localhost:5001/web" in said


def test_logins_that_cannot_be_read_are_named(docker: Path) -> None:
    (docker / "config.json").write_text("{")
    assert "cannot read docker's logins" in refusal("ghcr.io")
