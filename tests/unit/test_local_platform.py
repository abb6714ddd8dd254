"""What the local platform makes of a stack file, this machine's logins, and servers that answer or do not."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from components.docker_login import Login
from components.platforms.contract import AddressSource, PullKind, Target
from components.platforms.pull_secret import docker_config_json
from components.settings import Secrets
from tests.unit.local_machine import PASSWORD, Machine, start_machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with start_machine(tmp_path) as machine:
        yield machine


def test_the_login_of_docker_on_this_machine_is_used(machine: Machine) -> None:
    machine.docker_login("ci", PASSWORD)
    platform, graph = machine.run()
    assert platform.target == Target.LOCAL
    assert (platform.registry.server, platform.registry.prefix) == (machine.registry, machine.registry)
    assert platform.registry.username == "ci"
    assert graph.exports["password"] == PASSWORD
    assert platform.pull_grant.kind == PullKind.PULL_SECRET
    assert json.loads(graph.exports["pullSecret"])["auths"][machine.registry]["password"] == PASSWORD


def test_the_login_of_the_stack_comes_before_that_of_docker(machine: Machine) -> None:
    machine.docker_login("someone", "wrong")
    platform, graph = machine.run(Secrets(SecretStr(PASSWORD)), username="ci")
    assert (platform.registry.username, graph.exports["password"]) == ("ci", PASSWORD)


def test_a_registry_that_takes_anybody_needs_no_login_and_no_pull_secret(machine: Machine) -> None:
    machine.handler.open_ = True
    platform, graph = machine.run()
    assert machine.handler.seen == [None]
    assert (platform.registry.username, platform.registry.password) == (None, None)
    assert platform.pull_grant.kind == PullKind.ANONYMOUS
    assert (platform.pull_grant.pull_secret, graph.exports.get("pullSecret")) == (None, None)


def test_passwords_and_kubeconfig_are_secret_and_in_no_repr(machine: Machine) -> None:
    machine.docker_login("ci", PASSWORD)
    platform, graph = machine.run()
    assert graph.stack.secret_outputs == {"password", "pullSecret", "kubeconfig"}
    assert "kubeconfig" in graph.one("pulumi:providers:kubernetes").secrets
    assert PASSWORD not in repr(platform)
    assert "kind-dev-token" not in repr(platform)


def test_the_provider_gets_the_named_context_and_never_the_current_one(machine: Machine) -> None:
    machine.handler.open_ = True
    platform, graph = machine.run()
    inputs = graph.one("pulumi:providers:kubernetes").inputs
    assert (inputs["context"], platform.cluster.context) == ("kind-dev", "kind-dev")
    assert "production" not in inputs["kubeconfig"]
    assert yaml.safe_load(inputs["kubeconfig"])["users"] == [{"name": "kind-dev", "user": {"token": "kind-dev-token"}}]


def test_renewed_credentials_keep_the_cluster_the_same(machine: Machine) -> None:
    machine.handler.open_ = True
    before = machine.run()[1].one("pulumi:providers:kubernetes").inputs
    path = machine.folder / "kubeconfig"
    path.write_text(path.read_text().replace("kind-dev-token", "renewed"))
    after = machine.run()[1].one("pulumi:providers:kubernetes").inputs
    assert before["kubeconfig"] != after["kubeconfig"]
    assert before["clusterIdentifier"] == after["clusterIdentifier"] == "local/kind-dev"


def test_the_ingress_is_the_one_of_the_stack_file(machine: Machine) -> None:
    machine.handler.open_ = True
    ingress = machine.run()[0].ingress
    assert (ingress.class_name, ingress.url_port, ingress.address) == ("traefik", None, AddressSource.HOST)


def test_half_a_login_is_refused_with_the_other_half(machine: Machine) -> None:
    no_password = machine.refusal(username="ci")
    assert "registryPassword: the password of user 'ci' is missing" in no_password
    assert "pulumi config set --secret registryPassword -s local" in no_password
    no_user = machine.refusal(Secrets(SecretStr(PASSWORD)))
    assert "registry.username: is missing: whose password registryPassword is" in no_user
    assert "pulumi config set --path registry.username '<user>' -s local" in no_user
    assert machine.handler.seen == []


def test_a_wrong_password_is_found_before_anything_starts(machine: Machine) -> None:
    message = machine.refusal(Secrets(SecretStr(f"{PASSWORD}x")), username="ci")
    assert f"registry: the registry {machine.registry} refuses the password of user 'ci'" in message
    assert f"docker login {machine.registry}" in message


def test_a_missing_login_says_both_ways_to_give_one(machine: Machine) -> None:
    message = machine.refusal()
    assert "wants a login, and there is none for it" in message
    assert f"      docker login {machine.registry}\n" in message
    assert (
        "      pulumi config set --path registry.username '<user>' -s local"
        " && pulumi config set --secret registryPassword -s local"
    ) in message


def test_a_broken_docker_configuration_is_named(machine: Machine) -> None:
    (machine.folder / "config.json").write_text('{"credsStore": "none-such"}')
    assert "registry: docker's credential helper docker-credential-none-such does not work" in machine.refusal()


def test_a_misspelt_context_is_answered_with_the_nearest(machine: Machine) -> None:
    path = machine.folder / "kubeconfig"
    path.write_text(path.read_text().replace("name: kind-dev", "name: kind-prod"))
    message = machine.refusal()
    assert "cluster.context: no context 'kind-dev' in" in message
    assert "pulumi config set --path cluster.context kind-prod -s local" in message


def test_cluster_and_registry_that_are_both_down_come_in_one_message(machine: Machine) -> None:
    machine.write_kubeconfig("https://127.0.0.1:1")
    message = machine.refusal(host="127.0.0.1:1")
    assert message.startswith("Pulumi.local.yaml: 2 mistakes, nothing was changed")
    assert "cluster: the cluster of context 'kind-dev' does not answer at https://127.0.0.1:1" in message
    assert "kubectl --context kind-dev version" in message
    assert "registry: the registry 127.0.0.1:1 does not answer" in message
    assert message.count("make up") == 2


@pytest.mark.parametrize("password", ["pass:word", 'quo"te', "ümlaut"])
def test_a_pull_secret_says_the_login_twice_as_kubelets_expect(password: str) -> None:
    document = json.loads(docker_config_json("r.io:5000", Login("ci", password)))
    entry = document["auths"]["r.io:5000"]
    assert document.keys() == {"auths"}
    assert (entry["username"], entry["password"]) == ("ci", password)
    assert base64.b64decode(entry["auth"]).decode() == f"ci:{password}"
