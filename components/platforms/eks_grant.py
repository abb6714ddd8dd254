"""Who pulls from ECR on EKS, and what this stack gives for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ecr

from components.platforms.contract import PullGrant, PullKind
from components.platforms.eks_provider import Aws
from components.platforms.eks_registry import Repository
from components.platforms.eks_roles import PULL_POLICY
from components.settings_eks import ExistingEcr
from components.settings_models import EksSettings

_SPREADS = 60
"""Seconds after which a change of IAM is known everywhere, by all experience."""
_PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


@dataclass(frozen=True)
class Nodes:
    """Who pulls."""

    cluster: str
    roles: Sequence[pulumi.Input[str]]
    """ARNs, by the cluster's own word."""
    node_group: pulumi.Input[str] | None = None
    given: Sequence[pulumi.Resource] = ()
    """What this stack makes so that they may."""


def pull_grant(settings: EksSettings, nodes: Nodes, repository: Repository, owner: Aws, name: str) -> PullGrant:
    """The right of the nodes, and the repository's policy when this stack writes it.

    Args:
        settings: of the stack.
        nodes: who pulls.
        repository: what they pull from.
        owner: login of the account that it is in.
        name: of the policy as a resource.
    """
    policy = _policy(settings, nodes, repository, owner, name)
    given = (*nodes.given, *policy)
    roles = pulumi.Output.all(*nodes.roles)
    facts: dict[str, pulumi.Input[str]] = {
        "cluster": nodes.cluster,
        "partition": owner.partition,
        "region": repository.region,
        "account": repository.account,
        "repository": repository.name,
        "node_role": roles.apply(lambda arns: arns[0].rpartition("/")[2]),
        "node_role_arn": roles.apply(lambda arns: arns[0]),
    }
    if nodes.node_group is not None:
        facts["node_group"] = nodes.node_group
    return PullGrant(
        kind=PullKind.NODE_ROLE,
        identity=roles.apply(", ".join),
        role=PULL_POLICY,
        resource=repository.arn,
        depends_on=given,
        propagation_seconds=_SPREADS if given else 0,
        facts=facts,
    )


def _policy(
    settings: EksSettings, nodes: Nodes, repository: Repository, owner: Aws, name: str
) -> tuple[pulumi.Resource, ...]:
    registry = settings.registry
    if not isinstance(registry, ExistingEcr) or not registry.write_policy:
        return ()
    statement = {"Sid": "pull", "Effect": "Allow", "Principal": {"AWS": list(nodes.roles)}, "Action": _PULL}
    return (
        ecr.RepositoryPolicy(
            name,
            repository=repository.name,
            region=repository.region,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
            # A principal that is not there yet makes the whole policy invalid.
            opts=owner.options(*nodes.given),
        ),
    )
