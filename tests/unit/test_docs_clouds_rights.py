"""The rights and permissions that docs/clouds.md names are those that the platforms give, and that the clouds know."""

import importlib
import json
import re
from typing import Any, cast

import pytest

from components.platforms.contract import Target
from tests.unit.clouds_page import PLATFORMS, SECTIONS, blocks


def code(target: Target) -> str:
    """All files of a platform."""
    return "\n".join(each.read_text() for each in sorted(PLATFORMS.glob(f"{target}*.py")))


@pytest.mark.parametrize(
    ("target", "right"),
    [
        (Target.AKS, "AcrPull"),
        (Target.AKS, "Container Registry Repository Reader"),
        (Target.AKS, "Azure Kubernetes Service RBAC Cluster Admin"),
        (Target.EKS, "AmazonEC2ContainerRegistryPullOnly"),
        (Target.EKS, "AmazonEKSClusterAdminPolicy"),
        (Target.GKE, "roles/artifactregistry.reader"),
        (Target.GKE, "roles/container.defaultNodeServiceAccount"),
    ],
)
def test_each_right_that_a_platform_gives_is_named(target: Target, right: str) -> None:
    assert f"`{right}`" in SECTIONS[target.upper()]
    assert f"{right}" in code(target)


def test_who_deploys_to_aks_may_give_only_the_roles_that_the_stack_gives() -> None:
    (condition,) = blocks("text", SECTIONS["AKS"])
    sets = re.findall(r"GuidEquals \{([^}]+)\}", condition)
    given = set(re.findall(r'Role\("[^"]+", "([-0-9a-f]{36})"\)', code(Target.AKS)))
    assert [set(each.split(", ")) for each in sets] == [given, given]


def test_each_policy_is_json() -> None:
    found = [cast("dict[str, Any]", json.loads(each)) for each in blocks("json")]
    assert len(found) == 2
    azure, aws = found
    assert len(set(azure["Actions"])) == len(azure["Actions"])
    actions = [action for each in aws["Statement"] for action in each["Action"]]
    assert len(set(actions)) == len(actions)
    assert not [each for each in [*actions, *azure["Actions"]] if "*" in each]


def test_each_action_of_the_aws_policy_is_one_of_its_service() -> None:
    loader = importlib.import_module("botocore.session").Session()  # comes with moto; it has no types
    policy = json.loads(blocks("json")[1])
    for action in (each for statement in policy["Statement"] for each in statement["Action"]):
        service, name = action.split(":")
        # PassRole alone is a permission without a request of its own.
        assert action == "iam:PassRole" or name in loader.get_service_model(service).operation_names, action
