"""The right to pull on AKS: a role on the registry for the identity with which kubelets log in."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import Provider, authorization

from components.platforms.aks_provider import role_definition
from components.platforms.aks_registry import Acr
from components.platforms.contract import PullGrant, PullKind

PROPAGATION_SECONDS = 600
"""How long the registry's token server may not know of a new role (Azure/acr FAQ)."""


@dataclass(frozen=True)
class Role:
    """A built-in role (learn.microsoft.com azure/role-based-access-control/built-in-roles/containers)."""

    name: str
    id: str


@dataclass(frozen=True)
class Principal:
    """Whom a role is for."""

    id: pulumi.Input[str]
    """Its object id, never a client id."""
    type: pulumi.Input[str] = "ServicePrincipal"
    """Also of managed identities: with another one Azure looks an identity up that it may not know yet."""


ACR_PULL = Role("AcrPull", "7f951dda-4ed3-4680-a7ca-43fe172d538d")
REPOSITORY_READER = Role("Container Registry Repository Reader", "b93aa761-3e63-49ed-ac28-beffa264f7ac")


def pull_role(*, abac: bool) -> Role:
    """The role with which one pulls: in a registry with ABAC permissions AcrPull is void."""
    return REPOSITORY_READER if abac else ACR_PULL


def assignment_name(scope: str, principal: str, role: str) -> str:
    """A GUID for an assignment, the same for the same right: a second run finds the first one's."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "|".join((scope, principal, role)).lower()))


def assign(
    name: str,
    scope: pulumi.Input[str],
    principal: Principal,
    role: Role,
    opts: pulumi.ResourceOptions,
) -> authorization.RoleAssignment:
    """Give a role.

    Args:
        name: of the resource.
        scope: id of what it is on.
        principal: whom it is for.
        role: which.
        opts: with the provider.
    """
    both = pulumi.Output.all(scope, principal.id)
    return authorization.RoleAssignment(
        name,
        scope=scope,
        principal_id=principal.id,
        principal_type=principal.type,
        role_definition_id=pulumi.Output.from_input(scope).apply(lambda text: role_definition(text, role.id)),
        role_assignment_name=both.apply(lambda values: assignment_name(values[0], values[1], role.id)),
        opts=opts,
    )


def pull_grant(
    acr: Acr, kubelet: pulumi.Input[str], facts: Mapping[str, pulumi.Input[str]], attach: Provider | None
) -> PullGrant:
    """The right of kubelets to pull from a registry.

    Args:
        acr: the registry.
        kubelet: object id of the kubelets' identity, as the cluster says it.
        facts: what commands need to know of the cluster.
        attach: provider of the registry's subscription, to give the right with; None where somebody gave it.
    """
    role = pull_role(abac=acr.abac)
    made = ()
    if attach is not None:
        made = (assign("pull", acr.id, Principal(kubelet), role, pulumi.ResourceOptions(provider=attach)),)
    return PullGrant(
        kind=PullKind.KUBELET_IDENTITY,
        identity=kubelet,
        role=role.name,
        resource=acr.id,
        depends_on=made,
        propagation_seconds=PROPAGATION_SECONDS if made else 0,
        facts={**facts, "registry_name": acr.name, "registry": acr.login_server},
    )
