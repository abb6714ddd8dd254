"""A GKE cluster of this stack: nodes with a service account of their own, in a pool or managed by Autopilot."""

from collections.abc import Mapping

import pulumi
from pulumi_gcp import container, projects, serviceaccount

from components.platforms.gke_api import enabled_api
from components.platforms.gke_nodes import SCOPE, account_id, node_count
from components.platforms.gke_running import RunningCluster
from components.platforms.node_sizes import google_platform
from components.settings_gke import NewGkeCluster

_NODE_ROLE = "roles/container.defaultNodeServiceAccount"
"""Logs and metrics of the nodes; the right to pull is not in it."""
_DISK_GB = 50
"""Three nodes with the usual 100 GB would be more than the quota that a new project has for such disks."""


def new_cluster(
    cluster: NewGkeCluster, labels: Mapping[str, str], opts: pulumi.ResourceOptions, *, production: bool
) -> RunningCluster:
    """Make a cluster.

    Args:
        cluster: its settings.
        labels: by Google's rules.
        opts: with the provider.
        production: whether it is protected.
    """
    api = enabled_api("container", cluster.project, opts)
    # The API of service accounts comes on with the one of clusters.
    account = serviceaccount.Account(
        "nodes",
        account_id=account_id(cluster),
        display_name=f"Nodes of {cluster.name}",
        project=cluster.project,
        opts=_after(opts, api),
    )
    role = projects.IAMMember(
        "nodes-default", member=account.member, role=_NODE_ROLE, project=cluster.project, opts=opts
    )
    after = _after(opts, api, role)
    if cluster.autopilot:
        return _autopilot(cluster, labels, account, after, production=production)
    return _standard(cluster, labels, account, after, production=production)


def _autopilot(
    cluster: NewGkeCluster,
    labels: Mapping[str, str],
    account: serviceaccount.Account,
    opts: pulumi.ResourceOptions,
    *,
    production: bool,
) -> RunningCluster:
    made = container.Cluster(
        "cluster",
        name=cluster.name,
        location=cluster.location,
        project=cluster.project,
        enable_autopilot=True,
        cluster_autoscaling={
            # Autopilot takes its nodes' identity from here (pulumi_gcp, ClusterClusterAutoscalingArgs).
            "auto_provisioning_defaults": {"service_account": account.email, "oauth_scopes": [SCOPE]},
        },
        release_channel=_channel(production=production),
        master_authorized_networks_config=_api_ranges(cluster),
        deletion_protection=production,
        resource_labels=labels,
        opts=_kept(opts, production=production),
    )
    pulls_as = made.cluster_autoscaling.apply(_account_of_autopilot)
    return RunningCluster(made.endpoint, _authority(made), (account.email,), pulls_as, needs=(made,))


def _standard(
    cluster: NewGkeCluster,
    labels: Mapping[str, str],
    account: serviceaccount.Account,
    opts: pulumi.ResourceOptions,
    *,
    production: bool,
) -> RunningCluster:
    pool = _pool_name(cluster.project)
    made = container.Cluster(
        "cluster",
        name=cluster.name,
        location=cluster.location,
        project=cluster.project,
        # GKE makes no cluster without a pool, so it makes one that goes at once; that one needs the account too,
        # for a project need not have the default one.
        initial_node_count=1,
        remove_default_node_pool=True,
        node_config={"service_account": account.email, "oauth_scopes": [SCOPE], "disk_size_gb": _DISK_GB},
        # Network policies hold with this one only.
        datapath_provider="ADVANCED_DATAPATH",
        workload_identity_config=None if pool is None else {"workload_pool": pool},
        logging_config={"enable_components": _logs(production=production)},
        release_channel=_channel(production=production),
        master_authorized_networks_config=_api_ranges(cluster),
        deletion_protection=production,
        resource_labels=labels,
        # Of the pool that is gone; GKE then shows the other pool's there, which would replace the cluster.
        opts=_kept(
            pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=["nodeConfig"])),
            production=production,
        ),
    )
    config: container.NodePoolNodeConfigArgsDict = {
        "machine_type": cluster.machine_type,
        "disk_size_gb": _DISK_GB,
        "service_account": account.email,
        "oauth_scopes": [SCOPE],
    }
    if pool is not None:
        # Pods then get no credentials of the node.
        config["workload_metadata_config"] = {"mode": "GKE_METADATA"}
    nodes = container.NodePool(
        "nodes",
        name="nodes",
        cluster=made.name,
        location=cluster.location,
        project=cluster.project,
        node_count=node_count(cluster, production=production),
        node_config=config,
        opts=opts,
    )
    return RunningCluster(
        made.endpoint,
        _authority(made),
        (account.email,),
        nodes.node_config.apply(lambda found: found.service_account or "default"),
        nodes.name,
        (google_platform(cluster.machine_type),),
        (made, nodes),
    )


def _after(opts: pulumi.ResourceOptions, *first: pulumi.Resource) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(first)))


def _kept(opts: pulumi.ResourceOptions, *, production: bool) -> pulumi.ResourceOptions:
    # With this the preview of a destroy refuses; Google does at the cluster's own step, when app and nodes are gone.
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=production))


def _authority(made: container.Cluster) -> pulumi.Output[str]:
    return made.master_auth.apply(lambda found: found.cluster_ca_certificate or "")


def _account_of_autopilot(found: container.outputs.ClusterClusterAutoscaling) -> str:
    defaults = found.auto_provisioning_defaults
    return (defaults.service_account if defaults is not None else None) or "default"


def _pool_name(project: str) -> str | None:
    """Where pods get an identity of their own; how it is called in a project of a domain is not documented."""
    return None if ":" in project else f"{project}.svc.id.goog"


def _channel(*, production: bool) -> container.ClusterReleaseChannelArgsDict:
    return {"channel": "STABLE" if production else "REGULAR"}


def _logs(*, production: bool) -> list[str]:
    return ["SYSTEM_COMPONENTS", "APISERVER", "WORKLOADS"] if production else ["SYSTEM_COMPONENTS"]


def _api_ranges(cluster: NewGkeCluster) -> container.ClusterMasterAuthorizedNetworksConfigArgsDict | None:
    if not cluster.api_ranges:
        return None
    return {"cidr_blocks": [{"cidr_block": each} for each in cluster.api_ranges]}
