"""What is said beside a cloud's own error."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s
import pytest
import yaml

from components.platforms import cloud_errors
from components.platforms.cloud_errors import advice, error_hook, explain_errors, with_advice
from components.platforms.contract import Target
from components.stack_file import StackFile, path_text
from tests.component.guarded import Hook
from tests.engine import run_program

STACK = StackFile("prod")
ACR = "azure-native:containerregistry:Registry"
AKS = "azure-native:containerservice:ManagedCluster"
ECR = "aws:ecr/repository:Repository"
EKS = "aws:eks/cluster:Cluster"

CASES = yaml.safe_load((Path(__file__).parent / "cloud_error_texts.yaml").read_text())


def facts(case: dict[str, str]) -> dict[str, str]:
    modes = {f"{section}_mode": case.get(section, "create") for section in ("cluster", "registry")}
    return modes | {"region": "eu-central-1", "registry_region": "eu-central-1"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_an_error_is_put_into_a_key_and_a_command(case: dict[str, str]) -> None:
    found = advice(STACK, Target(case["target"]), case["type"], case["text"], facts(case))
    assert found is not None
    assert path_text(found.path) == case["key"] or found.path == (case["key"],)
    assert any(case["command"] in each for each in found.commands), found.commands
    assert "{" not in found.message


@pytest.mark.parametrize("target", [Target.AKS, Target.EKS, Target.GKE])
@pytest.mark.parametrize("text", ["", "internal server error", "context deadline exceeded"])
def test_nothing_is_said_of_what_nobody_knows(target: Target, text: str) -> None:
    assert advice(STACK, target, ACR, text) is None


def test_nothing_of_a_strangers_text_reaches_a_shell() -> None:
    text = "EntityAlreadyExists: Role with name $(reboot) already exists, Role with name `reboot` already exists."
    found = advice(STACK, Target.EKS, "aws:iam/role:Role", text)
    assert found is None or "reboot" not in " ".join(found.commands)
    scope = "'/subscriptions/x$(reboot)/resourceGroups/y'"
    denied = f"AuthorizationFailed with object id 'o;reboot' to perform action 'a' over scope {scope}"
    found = advice(STACK, Target.AKS, AKS, denied)
    assert found is not None
    assert "reboot" not in " ".join(found.commands)


def test_words_that_a_provider_breaks_over_lines_are_found() -> None:
    text = "Policy arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy\ndoes not exist or is not attachable."
    assert advice(STACK, Target.EKS, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", text) is not None


# The hook


def fail(hook: Any, token: str, *errors: str) -> bool:
    args = pulumi.ErrorHookArgs("urn", "id", "images", token, failed_operation="create", errors=list(errors))
    return cast("bool", hook.callback(args))


def test_the_hook_logs_the_advice_once_and_never_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(cloud_errors.pulumi, "ErrorHook", Hook)
    monkeypatch.setattr(cloud_errors.pulumi.log, "error", said.append)
    hook = error_hook(STACK, Target.EKS, {})
    ended = "ExpiredToken: The security token included in the request is expired"
    assert [fail(hook, ECR, ended), fail(hook, EKS, ended), fail(hook, EKS, "no idea")] == [False] * 3
    (text,) = said
    assert text.startswith(f"Pulumi.prod.yaml: create of images ({ECR}) failed\n  aws: not logged in")
    assert "      aws sso login" in text


def test_a_hook_of_its_own_stays_beside_the_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud_errors.pulumi, "ErrorHook", Hook)
    own: Any = Hook("own", lambda _: asyncio.sleep(0))
    opts = pulumi.ResourceOptions(protect=True, hooks=pulumi.ResourceHookBinding(on_error=[own]))
    merged = with_advice(opts, error_hook(STACK, Target.EKS, {}))
    assert merged.hooks is not None
    assert [each.name for each in merged.hooks.on_error or ()] == ["own", "eks-advice"]
    assert merged.protect


def test_every_resource_of_the_cloud_gets_the_hook_and_no_other_one() -> None:
    def program() -> None:
        explain_errors(STACK, Target.EKS, {})
        account = aws.Provider("aws", region="eu-central-1")
        parent = aws.ecr.Repository("web", opts=pulumi.ResourceOptions(provider=account))
        aws.ecr.Repository("below", opts=pulumi.ResourceOptions(provider=account, parent=parent))
        k8s.Provider("cluster", kubeconfig="x")

    graph = run_program(program)
    hooked = {each.name for each in graph.resources if each.hooks.get("on_error") == ("eks-advice",)}
    assert hooked == {"web", "below"}
