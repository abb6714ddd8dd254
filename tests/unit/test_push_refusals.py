"""A push that a registry refuses, as a key of the stack file and a command."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_docker as docker
import pytest

from components.platforms import push_refusals
from components.platforms.push_refusals import explain_pushes, push_problem
from components.settings_foreign import ForeignRegistry
from components.stack_file import StackFile
from tests.component.guarded import Hook
from tests.engine import run_program

STACK = StackFile("prod")
OWN = ForeignRegistry(mode="foreign", host="ghcr.io", username="acme-ci")
MACHINES = ForeignRegistry(mode="foreign", host="quay.io")


@pytest.mark.parametrize(
    "words",
    [
        "denied: denied",  # GHCR, a wrong password
        "denied: permission_denied: write_package",
        "unauthorized: incorrect username or password",  # Docker Hub
        "denied: requested access to the resource is denied",
        "unauthorized: access to the requested resource is not authorized",  # Quay
        "unauthorized: unauthorized to access repository: acme/web, action: push",  # Harbor
        "unauthorized: authentication required",
        "no basic auth credentials",
    ],
)
def test_a_refused_push_is_the_password_or_the_name(words: str) -> None:
    text = f"error reading push output:\n{words}\nghcr.io refused the push: check registry.password of the image"
    found = push_problem(OWN, "acme/web", "acme-ci", STACK, text)
    assert found is not None
    assert found.path == ("registryPassword",)
    assert found.message.startswith("ghcr.io refuses the push of acme/web by user 'acme-ci'")
    assert found.commands == (
        "pulumi config set --secret registryPassword -s prod",
        "pulumi config set --path image.repository '<repository>' -s prod  # one that it may write",
    )


def test_where_the_machines_login_pushed_it_is_that_one() -> None:
    found = push_problem(MACHINES, "acme/web", "acme", STACK, "error reading push output: denied: denied")
    assert found is not None
    assert found.path == ("registry",)
    assert found.commands[0] == "docker login quay.io"


@pytest.mark.parametrize(
    "text",
    [
        "error building image:\n  cp: cannot open '/etc/shadow': Permission denied",
        "error building image:\n  pull access denied for acme/base, repository does not exist",
        "error reading push output: dial tcp: lookup ghcr.io: no such host",
        "",
    ],
)
def test_what_the_registry_did_not_refuse_is_none(text: str) -> None:
    assert push_problem(OWN, "acme/web", "acme-ci", STACK, text) is None


def test_every_image_explains_itself_once_and_is_not_pushed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks: list[Hook] = []
    said: list[str] = []

    def made(*args: Any) -> Hook:
        hooks.append(Hook(*args))
        return hooks[-1]

    merged: list[pulumi.ResourceOptions] = []

    def with_advice(opts: pulumi.ResourceOptions, hook: object) -> pulumi.ResourceOptions:
        assert hook is hooks[0]
        merged.append(opts)
        return opts

    monkeypatch.setattr(push_refusals.pulumi, "ErrorHook", made)
    monkeypatch.setattr(push_refusals.pulumi.log, "error", said.append)
    monkeypatch.setattr(push_refusals, "with_advice", with_advice)

    def program() -> None:
        explain_pushes(OWN, "acme/web", "acme-ci", STACK)
        provider = docker.Provider("docker")
        for name in ("one", "two"):
            opts = pulumi.ResourceOptions(provider=provider)
            docker.Image(name, image_name="ghcr.io/acme/web:v1", build={"context": "."}, opts=opts)

    run_program(program)
    assert (len(hooks), len(merged)) == (1, 2)
    args = pulumi.ErrorHookArgs(
        "urn", "id", "image", "docker:index/image:Image", failed_operation="create", errors=["push output: denied: x"]
    )
    callback: Any = hooks[0].callback
    assert callback(args) is False
    (text,) = said
    assert text.startswith("Pulumi.prod.yaml: the push of image failed\n  registryPassword: ghcr.io refuses")
    args.name, args.new_inputs = "cli-image", {"imageName": "ghcr.io/acme/cli:v1"}
    assert callback(args) is False
    assert "ghcr.io refuses the push of acme/cli by" in said[1]
    assert "pulumi config set --path cli.image.repository" in said[1]


def test_the_hook_is_the_images_and_nobody_elses() -> None:
    def program() -> None:
        explain_pushes(OWN, "acme/web", "acme-ci", STACK)
        opts = pulumi.ResourceOptions(provider=docker.Provider("docker"))
        docker.Image("image", image_name="ghcr.io/acme/web:v1", build={"context": "."}, opts=opts)
        aws.Provider("aws", region="eu-central-1")

    graph = run_program(program)
    assert {each.name: each.hooks.get("on_error") for each in graph.resources} == {
        "docker": None,
        "image": ("push-advice",),
        "aws": None,
    }
