"""Azure container registries. A repository in one is made by the first push to it."""

from datetime import UTC, datetime

from sandbox.clouds import sdk_types
from sandbox.clouds.azure import arm
from sandbox.clouds.azure.rights import mode_of
from sandbox.clouds.azure.type_tokens import REGISTRY
from sandbox.clouds.azure.vendor import check_registry
from sandbox.clouds.kinds import Function, Json, Kind, Order
from sandbox.clouds.world import Thing

_KIND = "Microsoft.ContainerRegistry/registries"
_VERSION = "2023-01-01-preview"
_MODE_SINCE = "2024-11-01"
"""Versions of the API from here on say the role assignment mode."""


def _identify(order: Order) -> str:
    group, name = str(order.inputs["resourceGroupName"]), str(order.inputs["registryName"])
    return arm.resource_id(arm.subscription_of(order.config), group, _KIND, name)


def _outputs(order: Order, identifier: str) -> Json:
    inputs, name = order.inputs, str(order.inputs["registryName"])
    arm.require_group(order.content, arm.subscription_of(order.config), str(inputs["resourceGroupName"]))
    check_registry(inputs)
    if order.old is None and any(each.outputs["name"].lower() == name.lower() for each in order.content.of(REGISTRY)):
        message = (
            f"The registry DNS name {name.lower()}.azurecr.io is already in use. You can check if the name is already "
            "claimed using following API: "
            "https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/checknameavailability"
        )
        raise arm.refused(409, "AlreadyInUse", message)
    if inputs.get("anonymousPullEnabled") and inputs["sku"]["name"] == "Basic":
        raise arm.refused(400, "InvalidSkuForAnonymousPull", "Anonymous pull is not supported for the Basic SKU.")
    made = order.old.made if order.old is not None else order.now
    _ = identifier
    return {
        "azureApiVersion": _VERSION,
        "creationDate": datetime.fromtimestamp(made, UTC).isoformat().replace("+00:00", "Z"),
        "dataEndpointHostNames": [],
        "loginServer": f"{name.lower()}.azurecr.io",
        "name": name,
        "privateEndpointConnections": [],
        "provisioningState": "Succeeded",
        "sku": {"name": inputs["sku"]["name"], "tier": inputs["sku"]["name"]},
        "type": _KIND,
    }


def _check(inputs: Json) -> list[tuple[str, str]]:
    # azure-mgmt-containerregistry: the pattern of every operation's registry_name
    return arm.pattern(inputs, "registryName", r"[a-zA-Z0-9]{5,50}", "5 to 50 letters and digits, without hyphens")


def _found(order: Order, key: str) -> Thing:
    group, name = str(order.inputs["resourceGroupName"]), str(order.inputs[key])
    subscription = arm.subscription_of(order.config)
    arm.require_group(order.content, subscription, group)
    found = arm.find(order.content, REGISTRY, arm.resource_id(subscription, group, _KIND, name))
    if found is None:
        raise arm.not_found(_KIND, name, group)
    return found


def _get(order: Order) -> Json:
    return arm.told(_found(order, "registryName"))


def _get_resource(order: Order) -> Json:
    inputs = order.inputs
    kind = f"{inputs['resourceProviderNamespace']}/{inputs['resourceType']}"
    if kind != _KIND:
        raise arm.refused(404, "InvalidResourceType", f"The simulation can look up {_KIND} so, and no {kind}.")
    found = _found(order, "resourceName")
    version = str(inputs["apiVersion"])
    mode = {"roleAssignmentMode": mode_of(found)} if version >= _MODE_SINCE else {}
    properties = {"loginServer": found.outputs["loginServer"], "provisioningState": "Succeeded", **mode}
    return {
        "azureApiVersion": version,
        "id": found.id,
        "location": found.inputs.get("location"),
        "name": found.outputs["name"],
        "properties": properties,
        "type": _KIND,
    }


REGISTRIES = Kind(
    resource=sdk_types.resource("pulumi_azure_native.containerregistry", "Registry"),
    identify=_identify,
    outputs=_outputs,
    # The SDK says it of the location; the other two are its address.
    replaces=frozenset({"registryName", "resourceGroupName", "location"}),
    check=_check,
    defaults=arm.named("registryName"),
    delete=arm.forget_roles,
)
GET_REGISTRY = Function(
    "azure-native:containerregistry:getRegistry",
    call=_get,
    required=frozenset({"registryName", "resourceGroupName"}),
    known=frozenset({"registryName", "resourceGroupName"}),
)
_OF_RESOURCE = frozenset(
    {"apiVersion", "resourceGroupName", "resourceName", "resourceProviderNamespace", "resourceType"}
)
GET_RESOURCE = Function(
    "azure-native:resources:getResource",
    call=_get_resource,
    required=_OF_RESOURCE,
    known=_OF_RESOURCE | {"parentResourcePath"},
)
