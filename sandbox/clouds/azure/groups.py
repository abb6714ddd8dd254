"""Resource groups: what is deleted with them goes without a question."""

from sandbox.clouds import sdk_types
from sandbox.clouds.azure import arm
from sandbox.clouds.azure.type_tokens import GROUP
from sandbox.clouds.kinds import Function, Json, Kind, Order
from sandbox.clouds.world import Content, Thing


def _identify(order: Order) -> str:
    return arm.group_id(arm.subscription_of(order.config), str(order.inputs["resourceGroupName"]))


def _outputs(order: Order, identifier: str) -> Json:
    arm.require_subscription(order.content, arm.subscription_of(order.config))
    location = str(order.inputs.get("location", ""))
    if location not in arm.LOCATIONS:
        listed = ",".join(sorted(arm.LOCATIONS))
        message = (
            f"The provided location '{location}' is not available for resource group. "
            f"List of available regions is '{listed}'."
        )
        raise arm.refused(400, "LocationNotAvailableForResourceGroup", message)
    if order.old is None and (there := arm.find(order.content, GROUP, identifier)) is not None:
        # pulumi-azure-native looks before it writes, as ARM would change what is there.
        raise arm.refused(409, "Conflict", f"cannot create already existing resource '{there.id}'")
    return {
        "azureApiVersion": "2024-03-01",
        "name": order.inputs["resourceGroupName"],
        "properties": {"provisioningState": "Succeeded"},
        "type": "Microsoft.Resources/resourceGroups",
    }


def _check(inputs: Json) -> list[tuple[str, str]]:
    # learn.microsoft.com azure/azure-resource-manager/management/resource-name-rules
    must = "1 to 90 letters, digits and . _ - ( ), not ending in a dot"
    return arm.pattern(inputs, "resourceGroupName", r"[-\w.()]{0,89}[-\w()]", must)


def _delete(thing: Thing, content: Content, now: float) -> None:
    arm.forget_roles(thing, content, now)
    for each in list(content.things):
        if each is not thing and arm.covers(thing.id, each.id):
            content.remove(each, now)


def _get(order: Order) -> Json:
    name, subscription = str(order.inputs["resourceGroupName"]), arm.subscription_of(order.config)
    arm.require_group(order.content, subscription, name)
    found = arm.find(order.content, GROUP, arm.group_id(subscription, name))
    assert found is not None
    return arm.told(found)


GROUPS = Kind(
    resource=sdk_types.resource("pulumi_azure_native.resources", "ResourceGroup"),
    identify=_identify,
    outputs=_outputs,
    # The API has no way to rename or move one.
    replaces=frozenset({"resourceGroupName", "location"}),
    check=_check,
    defaults=arm.named("resourceGroupName"),
    delete=_delete,
)
GET_GROUP = Function(
    "azure-native:resources:getResourceGroup",
    call=_get,
    required=frozenset({"resourceGroupName"}),
    known=frozenset({"resourceGroupName"}),
)
