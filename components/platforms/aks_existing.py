"""What an AKS stack only uses: clusters, registries and groups that are there, looked up before anything is made."""

from collections.abc import Mapping
from typing import cast

import pulumi
from pulumi_azure_native import authorization, containerregistry, containerservice, resources

from components.errors import InvalidValueError
from components.platforms.aks_cluster import Aks, kubelet_of
from components.platforms.aks_kubeconfig import asks_kubelogin, usable_kubeconfig
from components.platforms.aks_lookup import look, other_tenant
from components.platforms.aks_provider import subscription_of
from components.platforms.aks_registry import Acr
from components.platforms.login_kubelogin import login_method
from components.platforms.machine import this_machine
from components.platforms.node_sizes import azure_platform
from components.settings_aks import ExistingAcr, ExistingAksCluster, NewAcr
from components.stack_file import Path, Problem, StackFile

_CLUSTER, _REGISTRY, _PERMISSIONS = ("cluster", "name"), ("registry", "name"), ("registry", "permissions")
_MODE_VERSION = "2025-11-01"
"""Of the API that says the role assignment mode; the SDK's own function speaks an older one."""
_ABAC = "AbacRepositoryPermissions"

Cluster = containerservice.GetManagedClusterResult


def find_cluster(cluster: ExistingAksCluster, stack: StackFile, opts: pulumi.InvokeOptions) -> Cluster:
    """Look a cluster up.

    Raises:
        StackFileError: it is not there, or stands still.
    """
    what = f"cluster {cluster.name} in resource group {cluster.resource_group}"
    listing = "az aks list --output table"
    found = look(
        lambda: containerservice.get_managed_cluster(
            resource_group_name=cluster.resource_group, resource_name=cluster.name, opts=opts
        ),
        Problem(_CLUSTER, f"there is no {what}", (listing, stack.set(("cluster", "mode"), "create"))),
        stack,
    )
    power = found.power_state.code if found.power_state else None
    if power == "Stopped":
        command = f"az aks start -g {cluster.resource_group} -n {cluster.name}"
        raise stack.refusal([Problem(_CLUSTER, f"{what} is stopped", (command,))])
    if found.provisioning_state in ("Failed", "Deleting", "Creating"):
        command = f"az aks show -g {cluster.resource_group} -n {cluster.name} --query provisioningState"
        raise stack.refusal([Problem(_CLUSTER, f"{what} is in the state {found.provisioning_state}", (command,))])
    return found


def use_cluster(cluster: ExistingAksCluster, found: Cluster, stack: StackFile, opts: pulumi.InvokeOptions) -> Aks:
    """A cluster that is there, with the kubeconfig for this login.

    Raises:
        StackFileError: this login gets none, or cannot use it.
    """
    machine = this_machine()
    answer = look(
        lambda: containerservice.list_managed_cluster_user_credentials(
            resource_group_name=cluster.resource_group, resource_name=cluster.name, format="exec", opts=opts
        ),
        Problem(
            _CLUSTER,
            "Azure gives no kubeconfig to this login; it needs the role Azure Kubernetes Service Cluster User Role",
            (f"az aks get-credentials -g {cluster.resource_group} -n {cluster.name} --file -",),
        ),
        stack,
    )
    try:
        text = usable_kubeconfig(answer.kubeconfigs[0].value, cluster.name, login_method(machine))
    except InvalidValueError as error:
        raise stack.refusal([Problem(_CLUSTER, str(error), ())]) from error
    if asks_kubelogin(text) and not machine.has_program("kubelogin"):
        reason = f"kubelogin is not on the PATH; users of cluster {cluster.name} come from Entra, and log in with it"
        raise stack.refusal([Problem(_CLUSTER, reason, ("az aks install-cli",))])
    return Aks(
        name=cluster.name,
        group=cluster.resource_group,
        kubelet=kubelet_of(found.identity_profile) or _service_principal(found),
        kubeconfig=pulumi.Output.secret(text),
        node_group=found.node_resource_group or "",
        node_platforms=platforms(found),
    )


def platforms(found: Cluster) -> tuple[str, ...]:
    """What the nodes of a cluster run, as `os/arch`."""
    sizes = [each.vm_size or "" for each in found.agent_pool_profiles or () if each.os_type != "Windows"]
    return tuple(sorted({azure_platform(each) for each in sizes}))


def identity_problem(
    cluster: ExistingAksCluster, registry: NewAcr | ExistingAcr, found: Cluster, stack: StackFile
) -> Problem | None:
    """Why a cluster's nodes cannot be given a right here: they log in as a service principal, not as an identity."""
    if kubelet_of(found.identity_profile) is not None:
        return None
    reason = (
        f"cluster {cluster.name} logs in as a service principal, so its kubelets have no identity to give a right to"
    )
    commands = [f"az aks update -g {cluster.resource_group} -n {cluster.name} --enable-managed-identity"]
    if isinstance(registry, ExistingAcr):
        give = f"az aks update -g {cluster.resource_group} -n {cluster.name} --attach-acr {registry.name}"
        commands.append(f"{give} && {stack.set(('registry', 'attachPull'), value=False)}")
    return Problem(_CLUSTER, reason, tuple(commands))


def routing_problem(cluster: ExistingAksCluster, found: Cluster, stack: StackFile) -> Problem | None:
    """Whether a cluster lacks the add-on that serves an Ingress without a class of the stack's own."""
    routing = found.ingress_profile.web_app_routing if found.ingress_profile else None
    if routing is not None and routing.enabled:
        return None
    path = ("ingress", "className")
    commands = (
        f"az aks approuting enable -g {cluster.resource_group} -n {cluster.name}",
        f"{stack.set(path, '<class>')}  # with another ingress controller",
    )
    return Problem(path, "is missing, and the cluster has no application routing add-on", commands)


def find_registry(registry: ExistingAcr, stack: StackFile, opts: pulumi.InvokeOptions) -> Acr:
    """Look a registry up, and how rights are given in it.

    Raises:
        StackFileError: it is not there, or does not say its mode.
    """
    found = look(
        lambda: containerregistry.get_registry(
            registry_name=registry.name, resource_group_name=registry.resource_group, opts=opts
        ),
        Problem(
            _REGISTRY,
            f"there is no registry {registry.name} in resource group {registry.resource_group}",
            ("az acr list --output table", stack.set(("registry", "mode"), "create")),
        ),
        stack,
    )
    if found.public_network_access == "Disabled":
        pulumi.log.warn(f"{found.login_server} takes no requests from outside of its private endpoints")
    return Acr(found.id, found.name, found.login_server, abac=_is_abac(registry, stack, opts))


def _is_abac(registry: ExistingAcr, stack: StackFile, opts: pulumi.InvokeOptions) -> bool:
    if registry.permissions != "auto":
        return registry.permissions == "abac"
    unknown = "its role assignment mode cannot be looked up; say it"
    command = f"az acr show -n {registry.name} -g {registry.resource_group} --query roleAssignmentMode"
    problem = Problem(_PERMISSIONS, unknown, (command, stack.set(_PERMISSIONS, "rbac")))
    found = look(
        lambda: resources.get_resource(
            api_version=_MODE_VERSION,
            resource_group_name=registry.resource_group,
            resource_provider_namespace="Microsoft.ContainerRegistry",
            parent_resource_path="",
            resource_type="registries",
            resource_name=registry.name,
            opts=opts,
        ),
        problem,
        stack,
    )
    properties = cast("Mapping[str, object]", found.properties or {})
    return properties.get("roleAssignmentMode") == _ABAC


def find_group(name: str, path: Path, stack: StackFile, opts: pulumi.InvokeOptions) -> str:
    """Name of a resource group that is there.

    Raises:
        StackFileError: it is not.
    """
    command = f"az group create -n {name} -l <location>"
    missing = Problem(path, f"there is no resource group {name}", ("az group list --output table", command))
    return look(lambda: resources.get_resource_group(resource_group_name=name, opts=opts), missing, stack).name


def tenant_problems(cluster: str, registry: Acr, opts: pulumi.InvokeOptions) -> list[Problem]:
    """Whether a cluster and a registry are of two tenants, as far as this login sees both.

    Args:
        cluster: its subscription.
        registry: one that is there.
        opts: with the provider.
    """
    other = subscription_of(str(registry.id))
    if other == cluster:
        return []
    listed = authorization.list_subscriptions(opts=opts).value or ()
    tenants = {each.subscription_id: each.tenant_id for each in listed}
    one, two = tenants.get(cluster), tenants.get(other)
    if one is None or two is None or one == two:
        return []
    return [other_tenant("registry", f"the cluster's subscription is of {one}, and the registry's of {two}")]


def _service_principal(found: Cluster) -> str:
    return found.service_principal_profile.client_id if found.service_principal_profile else ""
