"""What an AKS stack finds: everything that is there already, looked up at once, all that is wrong in one message."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import Provider

from components.platforms import aks_checks, aks_existing
from components.platforms.aks_lookup import look
from components.platforms.aks_provider import Login, read_login
from components.platforms.aks_registry import Acr
from components.platforms.lookup import attempt
from components.settings_aks import ExistingAcr, ExistingAksCluster, NewAcr, NewAksCluster
from components.settings_models import AksSettings
from components.stack_file import Problem, StackFile


@dataclass(frozen=True)
class Found:
    """What is there already."""

    login: Login
    cluster: aks_existing.Cluster | None
    registry: Acr | None
    group: str | None
    """Where a new registry goes; None for the group that this stack makes."""


def look_around(settings: AksSettings, azure: Provider, of_registry: Provider, stack: StackFile) -> Found:
    """Look everything up that a stack file says is there.

    Args:
        settings: of the stack.
        azure: of the cluster's subscription.
        of_registry: of the registry's.
        stack: names the file.

    Raises:
        StackFileError: all that is not there, or cannot be used.
    """
    asking, of_acr = pulumi.InvokeOptions(provider=azure), pulumi.InvokeOptions(provider=of_registry)
    nobody = Problem(("cluster", "subscription"), "Azure does not say who is logged in", ("az account show",))
    login = look(lambda: read_login(asking), nobody, stack)
    cluster, registry, problems = settings.cluster, settings.registry, list[Problem]()
    there = registry_there = None
    if isinstance(cluster, ExistingAksCluster):
        there = attempt(lambda: aks_existing.find_cluster(cluster, stack, asking), problems)
        if there is not None:
            problems += _cluster_problems(settings, cluster, there, stack)
    if isinstance(registry, ExistingAcr):
        registry_there = attempt(lambda: aks_existing.find_registry(registry, stack, of_acr), problems)
        if registry_there is not None:
            own = settings.cluster.subscription or login.subscription
            problems += aks_existing.tenant_problems(own, registry_there, asking)
    group = attempt(lambda: _group(settings, stack, asking), problems)
    if problems:
        raise stack.refusal(problems)
    return Found(login, there, registry_there, group)


def _cluster_problems(
    settings: AksSettings, cluster: ExistingAksCluster, there: aks_existing.Cluster, stack: StackFile
) -> list[Problem]:
    registry = settings.registry
    found = [aks_checks.platform_problem(settings.image.platform, aks_existing.platforms(there), stack)]
    if settings.ingress.class_name is None:
        found.append(aks_existing.routing_problem(cluster, there, stack))
    if isinstance(registry, NewAcr) or (isinstance(registry, ExistingAcr) and registry.attach_pull):
        found.append(aks_existing.identity_problem(cluster, registry, there, stack))
    return [each for each in found if each is not None]


def _group(settings: AksSettings, stack: StackFile, asking: pulumi.InvokeOptions) -> str | None:
    cluster, registry = settings.cluster, settings.registry
    if not isinstance(registry, NewAcr):
        return None
    given, of_cluster = registry.resource_group, cluster.resource_group
    if given is not None and given.lower() != of_cluster.lower():  # Azure does not tell upper case from lower
        return aks_existing.find_group(given, ("registry", "resourceGroup"), stack, asking)
    return None if isinstance(cluster, NewAksCluster) else of_cluster
