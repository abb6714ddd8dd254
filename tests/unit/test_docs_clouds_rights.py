"""The rights and permissions that docs/clouds.md names are those that the platforms give, and that the clouds know."""

import importlib
import json
import re
from collections.abc import Mapping
from typing import Any, cast

import pytest

from components.platforms.contract import Target
from tests.unit.clouds_page import PLATFORMS, SECTIONS, blocks

_FUNCTIONS: Mapping[Target, Mapping[str, tuple[str, ...]]] = {
    Target.AKS: {
        "authorization.getClientConfig": (),
        "authorization.getClientToken": (),
        "authorization.listSubscriptions": (),  # whoever is logged in sees their own
        "containerregistry.getRegistry": ("Microsoft.ContainerRegistry/registries/read",),
        "containerservice.getManagedCluster": ("Microsoft.ContainerService/managedClusters/read",),
        "containerservice.listManagedClusterUserCredentials": (
            "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
        ),
        "resources.getResource": ("Microsoft.ContainerRegistry/registries/read",),
        "resources.getResourceGroup": ("Microsoft.Resources/subscriptions/resourceGroups/read",),
    },
    Target.EKS: {
        "aws.getAvailabilityZones": ("ec2:DescribeAvailabilityZones",),
        "aws.getCallerIdentity": (),
        "aws.getPartition": (),
        "ec2.getSubnet": ("ec2:DescribeSubnets",),
        "ecr.getAuthorizationToken": ("ecr:GetAuthorizationToken",),
        "ecr.getRepository": ("ecr:DescribeRepositories", "ecr:ListTagsForResource"),
        "eks.getCluster": ("eks:DescribeCluster",),
        "eks.getNodeGroup": ("eks:DescribeNodegroup",),
        "eks.getNodeGroups": ("eks:ListNodegroups",),
        "iam.getRole": ("iam:GetRole",),
        "iam.getRolePolicyAttachments": ("iam:ListAttachedRolePolicies",),
    },
    Target.GKE: {
        "artifactregistry.getRepository": ("roles/artifactregistry.admin",),
        "artifactregistry.getRepositoryIamPolicy": ("roles/artifactregistry.admin",),
        # It reads instance groups: compute.instanceGroupManagers.get (terraform-provider-google, flattenNodePool).
        "container.getCluster": ("roles/container.admin", "roles/compute.viewer"),
        "compute.getDefaultServiceAccount": ("roles/compute.viewer",),
        "organizations.getClientConfig": (),
    },
}
"""What each question of a platform to its cloud needs: an action, or on Google Cloud a role."""


def asked(target: Target) -> set[str]:
    """The functions of its own SDK that the files of a platform call, such as `eks.getCluster`."""
    text = code(target)
    called = [
        (module, name.removesuffix("_output")) for module, name in re.findall(r"(\w+)\.((?:get|list)_\w+)\(", text)
    ]
    tokens = re.findall(r'"\w+:(\w+)/\w+:(\w+)"', text)
    found = [(module, re.sub(r"_(\w)", lambda each: each[1].upper(), name)) for module, name in (*called, *tokens)]
    return {f"{module.removesuffix('_sdk')}.{name}" for module, name in found if module != "config"}


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


@pytest.mark.parametrize("target", list(_FUNCTIONS))
def test_what_a_platform_asks_its_cloud_is_allowed_by_what_the_page_lists(target: Target) -> None:
    needed = _FUNCTIONS[target]
    assert asked(target) == set(needed)
    listed = re.findall(r'["`]([\w./:]+)["`]', SECTIONS[target.upper()])
    assert [each for actions in needed.values() for each in actions if each not in listed] == []


def of_existing(target: Target) -> str:
    """What the page says of rights for what is there already."""
    return SECTIONS[target.upper()].partition("\nFor `mode: existing`")[2].partition("\n\n")[0]


def test_what_is_there_already_can_be_looked_up_with_what_the_page_lists() -> None:
    # Of the roles to push with, none lets read the registry itself (built-in-roles/containers, AcrPush).
    assert "`Reader`" in of_existing(Target.AKS)
    assert "`roles/compute.viewer`" in of_existing(Target.GKE)


def test_each_role_that_the_program_takes_on_is_in_the_policy() -> None:
    taken = set(re.findall(r"iam::\{account\}:(role/\w+)", code(Target.EKS)))
    allowed = [each for each in json.loads(blocks("json")[1])["Statement"] if each["Action"] == ["sts:AssumeRole"]]
    assert taken
    assert {each["Resource"].rpartition(":")[2] for each in allowed} == taken
