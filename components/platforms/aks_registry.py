"""The container registry of an AKS stack: made by it, or found."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import Provider, containerregistry

from components.settings_aks import NewAcr


@dataclass(frozen=True)
class Acr:
    """A registry."""

    id: pulumi.Input[str]
    name: pulumi.Input[str]
    login_server: pulumi.Input[str]
    """Host; only Azure says it: a registry with a domain name label is not `<name>.azurecr.io`."""
    abac: bool = False
    """Whether rights are given by repository (RBAC and ABAC permissions), where AcrPull and AcrPush are void."""
    created: pulumi.Input[str] | None = None
    """When, in ISO 8601; None for one that is not of this stack."""
    made: tuple[pulumi.Resource, ...] = ()
    """The resource, if it is of this stack."""


@dataclass(frozen=True)
class Place:
    """Where things are made."""

    group: pulumi.Input[str]
    location: pulumi.Input[str]
    tags: Mapping[str, str]
    protect: bool
    """Whether `pulumi destroy` refuses to delete them."""


def make_registry(settings: NewAcr, place: Place, azure: Provider) -> Acr:
    """A registry of this stack, without a user of its own; all that enter come from Entra."""
    registry = containerregistry.Registry(
        "registry",  # letters only: a name that Azure is to choose begins with it, and may have no hyphen
        resource_group_name=place.group,
        registry_name=settings.name,
        location=place.location,
        sku={"name": settings.sku},
        admin_user_enabled=False,
        anonymous_pull_enabled=False,
        tags=place.tags,
        opts=pulumi.ResourceOptions(provider=azure, protect=place.protect),
    )
    return Acr(
        id=registry.id,
        name=registry.name,
        login_server=registry.login_server,
        created=registry.creation_date,
        made=(registry,),
    )
