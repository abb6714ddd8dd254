"""Who is logged in to the simulated Azure, and Entra's tokens for it."""

from sandbox.clouds.accounts import CLIENT_AZURE, DEPLOYER_AZURE, SUBSCRIPTION, TENANT
from sandbox.clouds.azure import arm
from sandbox.clouds.cloud_site import CloudSite
from sandbox.clouds.kinds import CloudError, Function, Json, Order
from sandbox.clouds.tokens import Claims

_HOUR = 3600.0
_OF_ARM = "https://management.azure.com"


def configure(config: Json) -> None:
    """Refuse a login that Entra would not give.

    Raises:
        CloudError: in Entra's words.
    """
    tenant = config.get("tenantId")
    if tenant not in (None, "", TENANT):
        message = f"AADSTS90002: Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
        raise CloudError(message)


def _client_config(order: Order) -> Json:
    return {
        "clientId": CLIENT_AZURE,
        "objectId": DEPLOYER_AZURE,
        "subscriptionId": arm.subscription_of(order.config),
        "tenantId": TENANT,
    }


def _subscriptions(order: Order) -> Json:
    tenants = {SUBSCRIPTION: TENANT}
    for each in order.content.things:
        if each.id.startswith("/subscriptions/"):
            tenants.setdefault(each.id.split("/")[2], str(each.outputs.get(arm.TENANT_KEY, TENANT)))
    # A login sees the subscriptions of its own tenant.
    own = [each for each, tenant in tenants.items() if tenant == TENANT]
    return {"value": [{"subscriptionId": each, "tenantId": TENANT, "state": "Enabled"} for each in own]}


def client_token(site: CloudSite) -> Function:
    """Entra's access token of the deployer for one audience."""

    def call(order: Order) -> Json:
        audience = str(order.inputs.get("endpoint") or _OF_ARM)
        claims = Claims("azure", "access", DEPLOYER_AZURE, order.now, order.now + _HOUR, audience)
        return {"token": site.tokens.give(claims)}

    return Function(
        "azure-native:authorization:getClientToken",
        call=call,
        known=frozenset({"endpoint"}),
    )


CLIENT_CONFIG = Function("azure-native:authorization:getClientConfig", call=_client_config)
SUBSCRIPTIONS = Function(
    "azure-native:authorization:listSubscriptions",
    call=_subscriptions,
    known=frozenset({"apiVersion"}),
)
