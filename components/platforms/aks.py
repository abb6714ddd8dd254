"""AKS with Azure Container Registry: made by this stack or there already, freely mixed.

Nodes pull as the cluster's kubelet identity, which has a role on the registry; nothing holds a password.
"""

from collections.abc import Callable
from dataclasses import replace

import pulumi
import pulumi_kubernetes as k8s
from pulumi_azure_native import Provider

from components.cli_image import each_image, of_each_image
from components.platforms import aks_checks, aks_existing
from components.platforms.aks_admin import admin_grant
from components.platforms.aks_cluster import PROFILES, Aks, make_cluster, make_group
from components.platforms.aks_found import Found, look_around
from components.platforms.aks_grant import pull_grant
from components.platforms.aks_leaves import leaves
from components.platforms.aks_logs import keep_logs
from components.platforms.aks_provider import Login, azure_provider
from components.platforms.aks_push import USER, push_password
from components.platforms.aks_registry import Place, make_registry
from components.platforms.cloud_tags import azure_tags
from components.platforms.contract import AddressSource, Cluster, Ingress, Platform, PullGrant, Registry, Target
from components.platforms.foreign import check_foreign
from components.platforms.lookup import attempt
from components.settings import Secrets
from components.settings_aks import ExistingAcr, ExistingAksCluster, NewAcr, NewAksCluster
from components.settings_foreign import ForeignRegistry
from components.settings_models import AksSettings
from components.stack_file import StackFile

Foreign = Callable[[], tuple[Registry, PullGrant]]

_CLASS = "webapprouting.kubernetes.azure.com"
"""Of the application routing add-on."""


def check_aks(settings: AksSettings, secrets: Secrets, stack: StackFile) -> Callable[[], Platform]:
    """Look at a stack file for AKS, without asking anybody.

    Returns:
        what makes the platform; it raises ConfigError where the stack names what is not there.

    Raises:
        ConfigError: everything that is wrong with it.
    """
    problems = aks_checks.setting_problems(settings, stack)
    registry, foreign = settings.registry, None
    if isinstance(registry, ForeignRegistry):
        foreign = attempt(lambda: check_foreign(registry, settings.image, secrets, stack, Target.AKS), problems)
    if problems:
        raise stack.refusal(problems)
    return lambda: _platform(settings, foreign, stack)


def _platform(settings: AksSettings, foreign: Foreign | None, stack: StackFile) -> Platform:
    if (text := aks_checks.left_open(settings)) is not None:
        pulumi.log.info(text)
    azure = azure_provider("azure", settings.cluster.subscription)
    of_registry = _registry_provider(settings, azure)
    # Everything is looked up before anything is made, so that a mistake leaves nothing half-made.
    found = look_around(settings, azure, of_registry, stack)
    if isinstance(settings.cluster, NewAksCluster):
        cluster, place, needs = _new_cluster(settings, settings.cluster, found.login, azure)
    else:
        cluster, place, needs = _used_cluster(settings, settings.cluster, found, azure, stack)
    if foreign is not None:
        registry, grant = foreign()
    else:
        registry, grant = _acr(settings, found, cluster, place, of_registry)
    return Platform(
        target=Target.AKS,
        registry=registry,
        pull_grant=grant,
        cluster=_cluster(cluster, needs),
        ingress=Ingress(
            settings.ingress.class_name or _CLASS, settings.ingress.annotations, address=AddressSource.STATUS
        ),
        leaves=of_each_image(settings, leaves),
    )


def _registry_provider(settings: AksSettings, azure: Provider) -> Provider:
    """That of the registry's subscription: rights are given where the thing is."""
    registry = settings.registry
    if not isinstance(registry, ExistingAcr) or registry.subscription in (None, settings.cluster.subscription):
        return azure
    return azure_provider("azure-registry", registry.subscription)


def _new_cluster(
    settings: AksSettings, cluster: NewAksCluster, login: Login, azure: Provider
) -> tuple[Aks, Place, tuple[pulumi.Resource, ...]]:
    profile = PROFILES[settings.profile]
    place = make_group(cluster, azure_tags(settings.tags), azure, protect=profile.protect)
    made = make_cluster(cluster, profile, place, login.tenant, azure)
    if settings.profile == "production":
        keep_logs(made, place, azure)
    return made, place, (admin_grant(made, login, azure),)


def _used_cluster(
    settings: AksSettings, cluster: ExistingAksCluster, found: Found, azure: Provider, stack: StackFile
) -> tuple[Aks, Place, tuple[pulumi.Resource, ...]]:
    assert found.cluster is not None
    used = aks_existing.use_cluster(cluster, found.cluster, stack, pulumi.InvokeOptions(provider=azure))
    tags, protect = azure_tags(settings.tags), settings.profile == "production"
    return used, Place(cluster.resource_group, found.cluster.location, tags, protect), ()


def _acr(
    settings: AksSettings, found: Found, cluster: Aks, place: Place, of_registry: Provider
) -> tuple[Registry, PullGrant]:
    settled, acr = settings.registry, found.registry
    if acr is None:
        assert isinstance(settled, NewAcr)
        where = place if found.group is None else replace(place, group=found.group)
        acr = make_registry(settled, where, of_registry)
    facts = {"resource_group": cluster.group, "cluster": cluster.name, "node_resource_group": cluster.node_group}
    attach = isinstance(settled, NewAcr) or (isinstance(settled, ExistingAcr) and settled.attach_pull)
    grant = pull_grant(acr, cluster.kubelet, facts, of_registry if attach else None)
    server = acr.login_server
    # A signature is asked for with the same login as a push.
    images = [each.image for each in each_image(settings)]
    used = [each.repository for each in images if each.digest is None or each.signature is not None]
    if not used:  # nothing is pushed
        return Registry(server, server, replace_with=acr.made), grant
    password = push_password(acr, used[0], found.login, of_registry)
    return Registry(server, server, USER, password, acr.made, login_in_preview=False), grant


def _cluster(cluster: Aks, needs: tuple[pulumi.Resource, ...]) -> Cluster:
    provider = k8s.Provider(
        "aks",
        kubeconfig=cluster.kubeconfig,
        context=cluster.name,
        # Known at preview and the same for ever, so that renewed credentials never replace what is deployed.
        cluster_identifier=f"aks/{cluster.group}/{cluster.name}",
        # A new registry password changes the pull secret in place; the pods that use it do not roll.
        enable_secret_mutable=True,
        # What runs in the cluster goes before the right to delete it does.
        opts=pulumi.ResourceOptions(depends_on=list(needs)),
    )
    return Cluster(provider, cluster.name, cluster.name, cluster.kubeconfig, cluster.node_platforms)
