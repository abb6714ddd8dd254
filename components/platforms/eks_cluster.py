"""An EKS cluster of a stack's own: control plane, nodes, and who administers it."""

import re
from dataclasses import dataclass

import pulumi
from pulumi_aws import eks

from components.platforms.eks_network import Network
from components.platforms.eks_provider import Aws
from components.platforms.eks_roles import Role, cluster_role, node_role
from components.platforms.node_sizes import aws_platform
from components.settings_eks import NewEksCluster

_LOGS = ["api", "audit", "authenticator"]
_NODE_COUNTS = {"test": 1, "production": 3}
_AMI = {"linux/amd64": "AL2023_x86_64_STANDARD", "linux/arm64": "AL2023_ARM_64_STANDARD"}


@dataclass(frozen=True)
class MadeCluster:
    """What this stack makes."""

    cluster: eks.Cluster
    node_group: eks.NodeGroup | None
    """None in Auto Mode."""
    nodes: Role
    platforms: tuple[str, ...]
    needed: tuple[pulumi.Resource, ...]
    """What the cluster works with; objects in it must be gone before these are."""

    @property
    def node_role_arn(self) -> pulumi.Output[str]:
        """The role that its nodes really have, by the cluster's own word."""
        if self.node_group is not None:
            return self.node_group.node_role_arn
        return self.cluster.compute_config.apply(lambda config: str(config.node_role_arn))


@dataclass(frozen=True)
class Plan:
    """What a cluster is made from."""

    settings: NewEksCluster
    profile: str
    """`test` or `production`."""
    network: Network
    aws: Aws


def make_cluster(plan: Plan) -> MadeCluster:
    """Declare the cluster, its nodes and their roles."""
    settings, network = plan.settings, plan.network
    control = cluster_role(settings.name, plan.aws, auto_mode=settings.auto_mode)
    nodes = node_role(settings.name, plan.aws, auto_mode=settings.auto_mode)
    cluster = _cluster(plan, control, nodes)
    admins = _admins(settings, cluster, plan.aws)
    needed: tuple[pulumi.Resource, ...] = (*network.ready, *control.attachments, *nodes.attachments, *admins)
    if settings.auto_mode:
        return MadeCluster(cluster, None, nodes, ("linux/amd64",), needed)
    group = _node_group(plan, nodes, cluster)
    return MadeCluster(cluster, group, nodes, (aws_platform(settings.node_type),), (*needed, group))


def _cluster(plan: Plan, control: Role, nodes: Role) -> eks.Cluster:
    settings, is_production = plan.settings, plan.profile == "production"
    access: eks.ClusterVpcConfigArgsDict = {
        "subnet_ids": list(plan.network.subnets),
        # Nodes talk to the API inside of the network, so `apiRanges` need not have their addresses.
        "endpoint_private_access": True,
        "endpoint_public_access": True,
    }
    if settings.api_ranges:
        access["public_access_cidrs"] = list(settings.api_ranges)
    auto: dict[str, object] = _auto_mode(nodes) if settings.auto_mode else {}
    # In Auto Mode nodes start with the cluster, and the right to pull must be there before they do.
    before = (*control.attachments, *(nodes.attachments if settings.auto_mode else ()))
    return eks.Cluster(
        "cluster",
        name=settings.name,
        role_arn=control.role.arn,
        version=settings.kubernetes_version,
        vpc_config=access,
        access_config={"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": True},
        # The other policy lets a cluster slip into support that costs six times as much.
        upgrade_policy={"support_type": "STANDARD"},
        enabled_cluster_log_types=_LOGS if is_production else [],
        deletion_protection=is_production,
        # With this the preview of a destroy refuses; AWS does at this step, when app and nodes are gone. The nodes are
        # not protected: ones of another type take their place.
        opts=pulumi.ResourceOptions.merge(plan.aws.options(*before), pulumi.ResourceOptions(protect=is_production)),
        **auto,  # pyright: ignore[reportArgumentType] - the three that Auto Mode wants together
    )


def _auto_mode(nodes: Role) -> dict[str, object]:
    return {
        "bootstrap_self_managed_addons": False,
        "compute_config": {
            "enabled": True,
            "node_pools": ["general-purpose", "system"],
            "node_role_arn": nodes.role.arn,
        },
        "kubernetes_network_config": {"elastic_load_balancing": {"enabled": True}},
        "storage_config": {"block_storage": {"enabled": True}},
    }


def _node_group(plan: Plan, nodes: Role, cluster: eks.Cluster) -> eks.NodeGroup:
    settings, network = plan.settings, plan.network
    count = settings.node_count or _NODE_COUNTS[plan.profile]
    return eks.NodeGroup(
        "nodes",
        cluster_name=cluster.name,
        # A prefix and no name: another instance type makes a second group before it ends the first.
        node_group_name_prefix="nodes-",
        node_role_arn=nodes.role.arn,
        subnet_ids=list(network.subnets),
        instance_types=[settings.node_type],
        ami_type=_AMI[aws_platform(settings.node_type)],
        version=cluster.version,
        scaling_config={"desired_size": count, "min_size": count, "max_size": count + 1},
        update_config={"max_unavailable": 1},
        # A node that boots without its policies cannot even pull its network plug-in, and does not try again.
        opts=plan.aws.options(*nodes.attachments, *network.ready),
    )


def _admins(settings: NewEksCluster, cluster: eks.Cluster, aws: Aws) -> list[pulumi.Resource]:
    policy = f"arn:{aws.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    made: list[pulumi.Resource] = []
    for arn in dict.fromkeys(settings.admins):
        name = re.sub(r"[:/]", "-", arn.split(":", 4)[4])
        entry = eks.AccessEntry(name, cluster_name=cluster.name, principal_arn=arn, opts=aws.options())
        right = eks.AccessPolicyAssociation(
            name,
            cluster_name=cluster.name,
            principal_arn=arn,
            policy_arn=policy,
            access_scope={"type": "cluster"},
            opts=aws.options(entry),
        )
        made += [entry, right]
    return made
