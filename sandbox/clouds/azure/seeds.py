"""What is there before a stack comes: registries and clusters of others, which a stack may find and use."""

from typing import Any

from sandbox.clouds.accounts import SUBSCRIPTION, TENANT
from sandbox.clouds.azure import arm
from sandbox.clouds.azure.rights import Mode
from sandbox.clouds.azure.type_tokens import CLUSTER, GROUP, REGISTRY, ROLE_ASSIGNMENT
from sandbox.clouds.world import Thing

_PLACE = "westeurope"


def group(name: str, *, subscription: str = SUBSCRIPTION, tenant: str = TENANT, made: float = 0.0) -> Thing:
    """A resource group; with another tenant it makes its subscription one of that tenant."""
    inputs = {"resourceGroupName": name, "location": _PLACE}
    outputs = {"name": name, "location": _PLACE, **({} if tenant == TENANT else {arm.TENANT_KEY: tenant})}
    return Thing(token=GROUP, id=arm.group_id(subscription, name), inputs=inputs, outputs=outputs, made=made)


def registry(
    name: str,
    in_group: str,
    *,
    subscription: str = SUBSCRIPTION,
    mode: Mode = "LegacyRegistryPermissions",
    made: float = 0.0,
) -> Thing:
    """A registry; in ABAC mode AcrPull and AcrPush are void."""
    inputs = {"registryName": name, "resourceGroupName": in_group, "sku": {"name": "Basic"}, "location": _PLACE}
    outputs = {
        "name": name,
        "location": _PLACE,
        "loginServer": f"{name}.azurecr.io",
        "publicNetworkAccess": "Enabled",
        "provisioningState": "Succeeded",
        "roleAssignmentMode": mode,
    }
    identifier = arm.resource_id(subscription, in_group, "Microsoft.ContainerRegistry/registries", name)
    return Thing(token=REGISTRY, id=identifier, inputs=inputs, outputs=outputs, made=made)


def cluster(
    name: str,
    in_group: str,
    *,
    subscription: str = SUBSCRIPTION,
    power: str = "Running",
    identity: bool = True,
    made: float = 0.0,
) -> Thing:
    """A cluster with Entra; without an identity it is one that logs in as a service principal."""
    identifier = arm.resource_id(subscription, in_group, "Microsoft.ContainerService/managedClusters", name)
    kubelet = {key: arm.guid(identifier, made, key) for key in ("objectId", "clientId")}
    pool = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_B2s", "osType": "Linux"}
    inputs = {
        "resourceName": name,
        "resourceGroupName": in_group,
        "location": _PLACE,
        "aadProfile": {"managed": True, "enableAzureRBAC": True},
        "agentPoolProfiles": [pool],
        "ingressProfile": {"webAppRouting": {"enabled": True}},
    }
    outputs: dict[str, Any] = {
        **{key: inputs[key] for key in ("location", "aadProfile", "agentPoolProfiles")},
        "name": name,
        "nodeResourceGroup": f"MC_{in_group}_{name}_{_PLACE}",
        "powerState": {"code": power},
        "provisioningState": "Succeeded",
        "identity": {"type": "SystemAssigned", "principalId": arm.guid(identifier, made, "own"), "tenantId": TENANT},
        "ingressProfile": {"webAppRouting": {"enabled": True, "identity": kubelet}},
    }
    if identity:
        outputs["identityProfile"] = {"kubeletidentity": kubelet}
    else:
        outputs["servicePrincipalProfile"] = {"clientId": kubelet["clientId"]}
    return Thing(token=CLUSTER, id=identifier, inputs=inputs, outputs=outputs, made=made)


def role(on: Thing, principal: str, definition: str) -> Thing:
    """A role on a thing.

    Args:
        on: the thing.
        principal: object id of an application.
        definition: GUID of a built-in role.
    """
    subscription, name = on.id.split("/")[2], arm.guid(on.id, principal, definition)
    inputs = {
        "scope": on.id,
        "principalId": principal,
        "principalType": "ServicePrincipal",
        "roleDefinitionId": (
            f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{definition}"
        ),
        "roleAssignmentName": name,
    }
    identifier = f"{on.id}/providers/Microsoft.Authorization/roleAssignments/{name}"
    return Thing(token=ROLE_ASSIGNMENT, id=identifier, inputs=inputs, outputs={"name": name}, made=0.0)
