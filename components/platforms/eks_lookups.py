"""What is there already in an AWS account, looked up so that a mistake is known at preview."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from pulumi_aws import ecr, eks, iam

from components.platforms.cloud_errors import advice
from components.platforms.contract import Target
from components.platforms.eks_provider import Aws
from components.platforms.lookup import attempt, look
from components.settings_eks import ExistingEcr, ExistingEksCluster
from components.stack_file import Path, Problem, StackFile

_ABSENT = re.compile(r"couldn't find resource|NotFound|NoSuchEntity|no matching|empty result", re.IGNORECASE)
"""What the provider says of things that are not there (hashicorp/terraform-provider-aws, internal/retry)."""
_SERVES = ("ACTIVE", "UPDATING")
_CLUSTER, _ROLES, _REPOSITORY = ("cluster", "name"), ("cluster", "nodeRoles"), ("image", "repository")

Found = TypeVar("Found")


@dataclass(frozen=True)
class FoundCluster:
    """An EKS cluster that is there."""

    name: str
    endpoint: str
    authority: str
    """PEM in base64."""
    auto_mode: bool
    node_groups: tuple[str, ...]
    roles: tuple[str, ...]
    """ARNs of the roles that its nodes have."""
    platforms: tuple[str, ...] | None
    """What its nodes run; None if nobody says."""


def find_cluster(cluster: ExistingEksCluster, aws: Aws, stack: StackFile) -> FoundCluster:
    """Look a cluster up, and who its nodes are.

    Raises:
        ConfigError: it is not there, does not serve, or nobody says which role its nodes have.
    """
    name, region = cluster.name, cluster.region
    absent = Problem(
        _CLUSTER,
        f"there is no EKS cluster {name!r} in {region}",
        (f"aws eks list-clusters --region {region}", stack.set(("cluster", "mode"), "create")),
    )
    found = looked_up(lambda: eks.get_cluster(name=name, region=region, opts=aws.invoked), absent, stack)
    if found.status not in _SERVES:
        status = f"aws eks describe-cluster --name {name} --region {region} --query cluster.status"
        raise stack.refusal([Problem(_CLUSTER, f"the EKS cluster {name!r} is {found.status}, not ACTIVE", (status,))])
    auto = any(each.enabled for each in found.compute_configs or ())
    groups = _node_groups(cluster, aws, stack) if not cluster.node_roles else ()
    roles = _named_roles(cluster, aws, stack)
    roles += [each.node_role_arn for each in groups]
    if not cluster.node_roles:
        roles += [each.node_role_arn for each in found.compute_configs or () if each.enabled]
    if not roles:
        raise stack.refusal([_no_roles(cluster, stack)])
    return FoundCluster(
        name=found.name,
        endpoint=found.endpoint,
        authority=found.certificate_authorities[0].data,
        auto_mode=auto,
        node_groups=tuple(each.node_group_name for each in groups),
        roles=tuple(dict.fromkeys(roles)),
        platforms=None if auto or not groups else tuple(dict.fromkeys(_platform(each.ami_type) for each in groups)),
    )


def find_repository(
    name: str, region: str, registry: ExistingEcr, aws: Aws, stack: StackFile
) -> ecr.GetRepositoryResult:
    """Look a repository up.

    Raises:
        ConfigError: it is not there.
    """
    account = f" --registry-id {registry.account}" if registry.account else ""
    where = f"in {region}" + (f" of account {registry.account}" if registry.account else "")
    absent = Problem(
        _REPOSITORY,
        f"there is no ECR repository {name!r} {where}",
        (f"aws ecr describe-repositories --region {region}{account}", stack.set(("registry", "mode"), "create")),
    )
    return looked_up(
        lambda: ecr.get_repository(name=name, region=region, registry_id=registry.account, opts=aws.invoked),
        absent,
        stack,
    )


def looked_up(find: Callable[[], Found], absent: Problem, stack: StackFile) -> Found:
    """What a function of the provider finds.

    Args:
        find: calls it.
        absent: what is wrong when it finds nothing.
        stack: whose mistake it is.

    Raises:
        ConfigError: it finds nothing, or may not look.
    """
    return look(find, lambda text: absent if _ABSENT.search(text) else _unanswered(absent, text, stack), stack)


def _unanswered(absent: Problem, text: str, stack: StackFile) -> Problem:
    """AWS may have said what to do about it, such as to log in again; else what it said stands for itself."""
    said = " ".join(text.split()).rpartition("failed: ")[2]
    commands = ("aws sts get-caller-identity", *absent.commands[:1])
    return advice(stack, Target.EKS, "", text) or Problem(absent.path, f"cannot be looked up: {said}", commands)


def _node_groups(cluster: ExistingEksCluster, aws: Aws, stack: StackFile) -> tuple[eks.GetNodeGroupResult, ...]:
    absent = _no_roles(cluster, stack)
    name, region = cluster.name, cluster.region
    names = looked_up(
        lambda: eks.get_node_groups(cluster_name=name, region=region, opts=aws.invoked).names, absent, stack
    )
    return tuple(
        looked_up(
            lambda group=group: eks.get_node_group(
                cluster_name=name, node_group_name=group, region=region, opts=aws.invoked
            ),
            absent,
            stack,
        )
        for group in sorted(names)
    )


def _named_roles(cluster: ExistingEksCluster, aws: Aws, stack: StackFile) -> list[str]:
    problems: list[Problem] = []
    found = [
        attempt(partial(_role, each, number, aws, stack), problems) for number, each in enumerate(cluster.node_roles)
    ]
    if problems:
        raise stack.refusal(problems)
    return [each for each in found if each is not None]


def _role(name: str, number: int, aws: Aws, stack: StackFile) -> str:
    path: Path = (*_ROLES, number)
    absent = Problem(path, f"there is no IAM role {name!r}", (f"aws iam get-role --role-name {name}",))
    return looked_up(lambda: iam.get_role(name=name, opts=aws.invoked).arn, absent, stack)


def _no_roles(cluster: ExistingEksCluster, stack: StackFile) -> Problem:
    reason = (
        f"is missing: {cluster.name} has neither managed node groups nor Auto Mode, "
        "so nothing says which role its nodes pull with"
    )
    return Problem(_ROLES, reason, (stack.set((*_ROLES, 0), "<role>"), "kubectl get nodes -o wide"))


def _platform(ami_type: str) -> str:
    return "linux/arm64" if "ARM_64" in ami_type.upper() else "linux/amd64"
