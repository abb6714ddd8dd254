"""Azure Resource Manager: ids, the words of its refusals, and what it asks of every request."""

import re
import uuid
import zlib
from collections.abc import Callable

from sandbox.clouds.accounts import SUBSCRIPTION, TENANT
from sandbox.clouds.azure.type_tokens import GROUP, ROLE_ASSIGNMENT
from sandbox.clouds.kinds import CloudError, Json
from sandbox.clouds.world import Content, Thing
from sandbox.engine.property_values import UNKNOWN

# `az account list-locations`; a part of it.
_LOCATIONS = """
australiaeast brazilsouth canadacentral centralindia centralus eastasia eastus eastus2 francecentral
germanywestcentral israelcentral italynorth japaneast koreacentral mexicocentral northcentralus northeurope
norwayeast polandcentral southafricanorth southcentralus southeastasia spaincentral swedencentral
switzerlandnorth uaenorth uksouth ukwest westeurope westus westus2 westus3
"""
LOCATIONS = frozenset(_LOCATIONS.split())
_UNTOLD = ("registryName", "resourceGroupName", "resourceName", "roleAssignmentMode", "tenantId")
"""Names that stand in the id, and what the provider's versions of the API do not tell."""
TENANT_KEY = "tenantId"
"""Among the outputs of a thing of another tenant; nothing that is made here has it."""


def refused(status: int, code: str, message: str) -> CloudError:
    """A refusal as the provider passes it on (pulumi-azure-native provider/pkg/azure/client_azcore.go)."""
    return CloudError(f'Status={status} Code="{code}" Message="{message}"')


def subscription_of(config: Json) -> str:
    """The subscription that a provider is for."""
    return str(config.get("subscriptionId") or SUBSCRIPTION)


def group_id(subscription: str, name: str) -> str:
    """The id of a resource group."""
    return f"/subscriptions/{subscription}/resourceGroups/{name}"


def resource_id(subscription: str, group: str, kind: str, name: str) -> str:
    """The id of what is in a resource group; `kind` such as `Microsoft.ContainerRegistry/registries`."""
    return f"{group_id(subscription, group)}/providers/{kind}/{name}"


def guid(*parts: object) -> str:
    """A GUID, the same for the same parts."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "|".join(map(str, parts)).lower()))


def covers(scope: str, identifier: str) -> bool:
    """Whether a scope is an id or above it; Azure does not tell upper case from lower."""
    wide, narrow = scope.rstrip("/").lower(), identifier.lower()
    return narrow == wide or narrow.startswith(f"{wide}/")


def find(content: Content, token: str, identifier: str) -> Thing | None:
    """A thing by its id, however that is spelled."""
    return next((each for each in content.of(token) if each.id.lower() == identifier.lower()), None)


def require_group(content: Content, subscription: str, name: str) -> None:
    """Refuse what is to go into a group that is not there.

    Raises:
        CloudError: in ARM's words.
    """
    require_subscription(content, subscription)
    if find(content, GROUP, group_id(subscription, name)) is None:
        raise refused(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def require_subscription(content: Content, subscription: str) -> None:
    """Refuse a subscription that nobody knows, or that is of another tenant.

    Raises:
        CloudError: in ARM's words.
    """
    inside = [each for each in content.things if covers(f"/subscriptions/{subscription}", each.id)]
    if subscription != SUBSCRIPTION and not inside:
        raise refused(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")
    other = next((each.outputs[TENANT_KEY] for each in inside if TENANT_KEY in each.outputs), TENANT)
    if other != TENANT:
        issuer = "https://sts.windows.net"
        message = (
            f"The access token is from the wrong issuer '{issuer}/{TENANT}/'. It must match the tenant "
            f"'{issuer}/{other}/' associated with this subscription."
        )
        raise refused(401, "InvalidAuthenticationTokenTenant", message)


def told(thing: Thing) -> Json:
    """What a look-up gives of a thing: what was asked for, what Azure added, and not what only the simulation knows."""
    everything = {**thing.inputs, **thing.outputs, "id": thing.id}
    return {key: value for key, value in everything.items() if key not in _UNTOLD and not key.startswith("__")}


def not_found(kind: str, name: str, group: str) -> CloudError:
    """What a look-up of something that is not there gives."""
    message = (
        f"The Resource '{kind}/{name}' under resource group '{group}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix"
    )
    return refused(404, "ResourceNotFound", message)


def forget_roles(thing: Thing, content: Content, now: float) -> None:
    """What goes with a thing: the roles on it; those that its identity has elsewhere stay, with nobody to use them."""
    for each in content.of(ROLE_ASSIGNMENT):
        if covers(thing.id, str(each.inputs["scope"])):
            content.remove(each, now)


def named(key: str) -> Callable[[str, Json, Json], Json]:
    """Fills in a name as the provider does where none is given: the logical one and eight more signs.

    The real ones are random. These are always the same for a subscription and a group, so that a name which is asked
    for twice is one name.
    """

    def defaults(logical: str, inputs: Json, config: Json) -> Json:
        if inputs.get(key) is not None:
            return inputs
        where = f"{subscription_of(config)}/{inputs.get('resourceGroupName', '')}/{logical}"
        return {**inputs, key: f"{logical}{zlib.crc32(where.encode()):08x}"}

    return defaults


def pattern(inputs: Json, key: str, rule: str, must: str) -> list[tuple[str, str]]:
    """What is wrong with a name; nothing of one that is not known yet."""
    value = inputs.get(key)
    if value is None or value == UNKNOWN or re.fullmatch(rule, str(value), re.ASCII):
        return []
    return [(key, f"{value!r} must be {must}")]
