"""The cluster of an AKS stack: made by it, in a resource group of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
from pulumi_azure_native import Provider, containerservice, resources

from components.platforms.aks_checks import EVERYWHERE, dns_prefix
from components.platforms.aks_kubeconfig import usable_kubeconfig
from components.platforms.aks_registry import Place
from components.platforms.login_kubelogin import login_method
from components.platforms.machine import this_machine
from components.platforms.node_sizes import azure_platform
from components.settings_aks import NewAksCluster


@dataclass(frozen=True)
class Profile:
    """How careful a cluster is."""

    nodes: int
    tier: Literal["Free", "Standard"]
    """Free comes without a service level agreement, and Azure advises at most ten nodes."""
    upgrades: Literal["none", "patch"]
    """Of Kubernetes, by itself."""
    node_upgrades: Literal["None", "NodeImage"]
    protect: bool


PROFILES: Mapping[Literal["test", "production"], Profile] = {
    "test": Profile(1, "Free", "none", "None", protect=False),
    "production": Profile(3, "Standard", "patch", "NodeImage", protect=True),
}


@dataclass(frozen=True)
class Aks:
    """A cluster, as its users see it."""

    name: str
    group: str
    kubelet: pulumi.Input[str]
    """Object id of the identity with which its nodes pull."""
    kubeconfig: pulumi.Output[str] = field(repr=False)
    """Secret."""
    node_group: pulumi.Input[str]
    """Resource group that Azure keeps the nodes in."""
    node_platforms: tuple[str, ...]
    made: containerservice.ManagedCluster | None = None
    """The resource, if it is of this stack."""


def make_group(settings: NewAksCluster, tags: Mapping[str, str], azure: Provider, *, protect: bool) -> Place:
    """The resource group of a new cluster, and of a new registry unless that has another one."""
    group = resources.ResourceGroup(
        "group",
        resource_group_name=settings.resource_group,
        location=settings.location,
        tags=tags,
        opts=pulumi.ResourceOptions(provider=azure, protect=protect),
    )
    return Place(group.name, settings.location, tags, protect)


def make_cluster(
    settings: NewAksCluster, profile: Profile, place: Place, tenant: pulumi.Input[str], azure: Provider
) -> Aks:
    """A cluster with a managed identity, whose users come from Entra only."""
    cluster = containerservice.ManagedCluster(
        "cluster",
        resource_group_name=place.group,
        resource_name_=settings.name,
        location=place.location,
        dns_prefix=dns_prefix(settings.name),
        kubernetes_version=settings.kubernetes_version,
        sku={"name": "Base", "tier": profile.tier},
        identity={"type": containerservice.ResourceIdentityType.SYSTEM_ASSIGNED},
        enable_rbac=True,
        # Without local accounts there is no certificate of an administrator that would be valid for years.
        aad_profile={"managed": True, "enable_azure_rbac": True, "tenant_id": tenant},
        disable_local_accounts=True,
        agent_pool_profiles=[_nodes(settings, profile, place.tags)],
        # The plug-in that obeys network policies, and that Azure advises for new clusters.
        network_profile={
            "network_plugin": "azure",
            "network_plugin_mode": "overlay",
            "network_dataplane": "cilium",
            "network_policy": "cilium",
        },
        ingress_profile={"web_app_routing": {"enabled": True}},
        api_server_access_profile=_access(settings),
        auto_upgrade_profile={
            "upgrade_channel": profile.upgrades,
            "node_os_upgrade_channel": profile.node_upgrades,
        },
        tags=place.tags,
        opts=pulumi.ResourceOptions(provider=azure, protect=place.protect),
    )
    return Aks(
        name=settings.name,
        group=settings.resource_group,
        kubelet=cluster.identity_profile.apply(lambda identities: kubelet_of(identities) or ""),
        kubeconfig=_kubeconfig(cluster, settings.name, place, azure),
        node_group=cluster.node_resource_group.apply(lambda name: name or ""),
        node_platforms=(azure_platform(settings.node_size),),
        made=cluster,
    )


def kubelet_of(identities: Mapping[str, Any] | None) -> str | None:
    """Object id of the kubelets' identity; None for a cluster that logs in as a service principal."""
    kubelet = (identities or {}).get("kubeletidentity")
    return None if kubelet is None else kubelet.object_id


def _nodes(
    settings: NewAksCluster, profile: Profile, tags: Mapping[str, str]
) -> containerservice.ManagedClusterAgentPoolProfileArgsDict:
    return {
        "name": "system",
        "mode": "System",
        "type": "VirtualMachineScaleSets",
        "os_type": "Linux",
        "vm_size": settings.node_size,
        "count": settings.node_count or profile.nodes,
        "tags": tags,
    }


def _access(settings: NewAksCluster) -> containerservice.ManagedClusterAPIServerAccessProfileArgsDict | None:
    if not settings.api_ranges or EVERYWHERE in settings.api_ranges:
        return None
    return {"authorized_ip_ranges": list(settings.api_ranges)}


def _kubeconfig(
    cluster: containerservice.ManagedCluster, name: str, place: Place, azure: Provider
) -> pulumi.Output[str]:
    answer = containerservice.list_managed_cluster_user_credentials_output(
        resource_group_name=place.group,
        resource_name=cluster.name,
        format="exec",
        opts=pulumi.InvokeOutputOptions(provider=azure, depends_on=[cluster]),
    )
    method = login_method(this_machine())
    return pulumi.Output.secret(answer.apply(lambda found: usable_kubeconfig(found.kubeconfigs[0].value, name, method)))
