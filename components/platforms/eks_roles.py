"""The IAM roles of an EKS cluster and of its nodes, with the policies that AWS keeps for them.

Source: awsdocs/amazon-eks-user-guide, cluster-iam-role, create-node-role, auto-cluster-iam-role, auto-create-node-role.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import iam

from components.naming import shortened
from components.platforms.eks_given import POLICY_IS_NEW
from components.platforms.eks_provider import Aws
from components.platforms.given_already import give_new
from components.stack_file import StackFile

PULL_POLICY = "AmazonEC2ContainerRegistryPullOnly"
"""The right to pull from every repository of the account, and to get the token for it."""
_CLUSTER = ("AmazonEKSClusterPolicy",)
_AUTO_CLUSTER = (
    *_CLUSTER,
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
_NODES = ("AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy")
_AUTO_NODES = ("AmazonEKSWorkerNodeMinimalPolicy",)
_LONGEST = 64


@dataclass(frozen=True)
class Role:
    """A role with its policies."""

    role: iam.Role
    attachments: tuple[iam.RolePolicyAttachment, ...]
    """Without these it can do nothing; what has the role must be gone before they are."""


def cluster_role(cluster: str, aws: Aws, *, auto_mode: bool) -> Role:
    """What the control plane may do."""
    # Auto Mode tags the instances that it starts for the cluster.
    actions = ("sts:AssumeRole", "sts:TagSession") if auto_mode else ("sts:AssumeRole",)
    trusted = _trust("eks.amazonaws.com", actions)
    return _role("cluster", cluster, trusted, _AUTO_CLUSTER if auto_mode else _CLUSTER, aws)


def node_role(cluster: str, aws: Aws, *, auto_mode: bool) -> Role:
    """What the nodes may do: join, and pull, from this account's registry and from the one with EKS's own images."""
    trusted = _trust(f"ec2.{aws.dns_suffix}", ("sts:AssumeRole",))
    return _role("nodes", cluster, trusted, (*(_AUTO_NODES if auto_mode else _NODES), PULL_POLICY), aws)


def role_name(cluster: str, region: str, what: str) -> str:
    """A name for a role: an account has one set of names for all regions."""
    return shortened(f"{cluster}-{region}-{what}", _LONGEST)


def _role(what: str, cluster: str, trusted: str, policies: Sequence[str], aws: Aws) -> Role:
    role = iam.Role(what, name=role_name(cluster, aws.region, what), assume_role_policy=trusted, opts=aws.options())
    attachments = [
        iam.RolePolicyAttachment(
            f"{what}-{policy}", role=role.name, policy_arn=aws.managed_policy(policy), opts=aws.options()
        )
        for policy in policies
    ]
    return Role(role, tuple(attachments))


def attach_pull(role_arns: Sequence[str], aws: Aws, stack: StackFile) -> tuple[iam.RolePolicyAttachment, ...]:
    """The right to pull, for roles that are there already, and have it from nobody."""
    policy, names = aws.managed_policy(PULL_POLICY), [each.rpartition("/")[2] for each in role_arns]

    def attach(number: int, opts: pulumi.ResourceOptions) -> iam.RolePolicyAttachment:
        role = names[number]
        return iam.RolePolicyAttachment(f"pull-{role}", role=role, policy_arn=policy, opts=opts)

    rights = [{"role": each, "policyArn": policy} for each in names]
    return give_new(POLICY_IS_NEW, rights, attach, aws.options(), stack)


def _trust(service: str, actions: Sequence[str]) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
