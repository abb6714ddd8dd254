"""Amazon EKS with Amazon ECR: cluster, registry, and the nodes' right to pull; each made here or there already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pulumi
import pulumi_kubernetes as k8s

from components.cli_image import each_image, of_each_image
from components.platforms.contract import Cluster, Platform, PullGrant, Registry, Target
from components.platforms.eks_checks import eks_problems
from components.platforms.eks_cluster import Plan, make_cluster
from components.platforms.eks_existing import Existing, look
from components.platforms.eks_grant import Nodes, pull_grant
from components.platforms.eks_ingress import ingress
from components.platforms.eks_kubeconfig import EksLogin, kubeconfig
from components.platforms.eks_leaves import leaves
from components.platforms.eks_lookups import FoundCluster
from components.platforms.eks_network import Place, make_network
from components.platforms.eks_profile import say_what_is_open
from components.platforms.eks_provider import Aws, connect
from components.platforms.eks_registry import existing_repository, make_repository, owner_of, push_registry
from components.platforms.eks_roles import attach_pull
from components.platforms.foreign import check_foreign
from components.settings import Secrets
from components.settings_eks import NewEksCluster
from components.settings_foreign import ForeignRegistry
from components.settings_models import EksSettings
from components.stack_file import StackFile, StackFileError

ImagePlace = tuple[Registry, PullGrant]
Registered = Callable[[Existing, Nodes, Aws], list[ImagePlace]]
"""Where each image is, the web API's first."""
_REPOSITORIES = ("registry", "cli-registry")
"""Names of their resources."""


def check_eks(settings: EksSettings, secrets: Secrets, stack: StackFile) -> Callable[[], Platform]:
    """Look at the stack file, without network.

    Returns:
        what looks up in AWS what should be there already, and declares everything else; raises ConfigError.

    Raises:
        ConfigError: what is wrong.
    """
    problems = eks_problems(settings, stack)
    register: Registered = partial(_places, settings)
    if isinstance(settings.registry, ForeignRegistry):
        try:
            foreign = check_foreign(settings.registry, settings.image, secrets, stack, Target.EKS)
            register = lambda _existing, _nodes, _aws: [foreign()]  # noqa: E731 - of one shape with the other
        except StackFileError as refusal:
            problems += refusal.problems
    if problems:
        raise stack.refusal(problems)
    return lambda: _platform(settings, register, stack)


@dataclass(frozen=True)
class _Half:
    """The cluster's side of a platform."""

    cluster: Cluster
    nodes: Nodes
    auto_mode: bool


def _platform(settings: EksSettings, register: Registered, stack: StackFile) -> Platform:
    aws = connect(settings.cluster.region, settings.tags)
    owner = owner_of(settings, aws)
    existing = look(settings, aws, owner, stack)
    say_what_is_open(settings)
    half = _half(settings, existing, aws, stack)
    (registry, grant), *of_cli = register(existing, half.nodes, owner)
    return Platform(
        target=Target.EKS,
        registry=registry,
        pull_grant=grant,
        cluster=half.cluster,
        ingress=ingress(settings.ingress, auto_mode=half.auto_mode),
        leaves=of_each_image(settings, leaves),
        of_cli=of_cli[0] if of_cli else None,
    )


def _places(settings: EksSettings, existing: Existing, nodes: Nodes, owner: Aws) -> list[ImagePlace]:
    places: list[ImagePlace] = []
    for number, each in enumerate(each_image(settings)):
        name = _REPOSITORIES[number]
        where = (
            existing_repository(each, existing.repositories[number])
            if existing.repositories
            else make_repository(each, owner, name)
        )
        places.append((push_registry(where, owner), pull_grant(each, nodes, where, owner, name)))
    return places


def _half(settings: EksSettings, existing: Existing, aws: Aws, stack: StackFile) -> _Half:
    cluster = settings.cluster
    if isinstance(cluster, NewEksCluster):
        return _made(cluster, settings.profile, existing.place or Place(cluster.subnets), aws)
    if existing.cluster is None:
        raise TypeError(existing)
    given = attach_pull(existing.cluster.roles, aws, stack) if cluster.attach_pull else ()
    return _found(given, settings.image.platform, existing.cluster, aws)


def _made(settings: NewEksCluster, profile: str, place: Place, aws: Aws) -> _Half:
    made = make_cluster(Plan(settings, profile, make_network(settings.name, place, aws), aws))
    # Apart: `all` makes plain dictionaries of the SDK's objects.
    authority = made.cluster.certificate_authority.apply(lambda found: str(found.data))
    text = pulumi.Output.all(made.cluster.name, made.cluster.endpoint, authority).apply(
        lambda all_: kubeconfig(str(all_[0]), str(all_[1]), str(all_[2]), _login(aws))
    )
    nodes = Nodes(
        cluster=settings.name,
        roles=(made.node_role_arn,),
        node_group=None if made.node_group is None else made.node_group.node_group_name,
        given=made.nodes.attachments,
    )
    return _Half(_cluster(settings.name, text, made.platforms, aws, made.needed), nodes, settings.auto_mode)


def _found(given: Sequence[pulumi.Resource], platform: str, found: FoundCluster, aws: Aws) -> _Half:
    text = pulumi.Output.from_input(kubeconfig(found.name, found.endpoint, found.authority, _login(aws)))
    nodes = Nodes(
        cluster=found.name,
        roles=found.roles,
        node_group=found.node_groups[0] if found.node_groups else None,
        given=given,
    )
    return _Half(_cluster(found.name, text, found.platforms or (platform,), aws), nodes, found.auto_mode)


def _cluster(
    name: str, text: pulumi.Output[str], platforms: tuple[str, ...], aws: Aws, needed: tuple[pulumi.Resource, ...] = ()
) -> Cluster:
    secret = pulumi.Output.secret(text)
    provider = k8s.Provider(
        "eks",
        kubeconfig=secret,
        context=name,
        # Known at preview, so that a kubeconfig that is not never replaces what is deployed.
        cluster_identifier=f"eks/{aws.region}/{name}",
        enable_secret_mutable=True,
        # What is in the cluster is deleted first: load balancers block a network, and without nodes nothing drains.
        opts=pulumi.ResourceOptions(depends_on=list(needed)),
    )
    return Cluster(provider=provider, name=name, context=name, kubeconfig=secret, node_platforms=platforms)


def _login(aws: Aws) -> EksLogin:
    return EksLogin(aws.region, aws.role_arn, aws.environment)
