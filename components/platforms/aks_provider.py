"""The Azure provider of an AKS stack: explicit, with what people set for the default one handed on."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pulumi
from pulumi_azure_native import Provider, authorization


@dataclass(frozen=True)
class Login:
    """Who deploys."""

    tenant: str
    subscription: str
    """Of the provider."""
    object_id: str


def azure_provider(name: str, subscription: str | None) -> Provider:
    """A provider for one subscription.

    Args:
        name: of the resource.
        subscription: GUID; `azure-native:subscriptionId`, then the login's own, if None.
    """
    config = pulumi.Config("azure-native")
    return Provider(
        name,
        subscription_id=subscription or config.get("subscriptionId"),
        tenant_id=config.get("tenantId"),
        auxiliary_tenant_ids=cast("Sequence[str] | None", config.get_object("auxiliaryTenantIds")),
        client_id=config.get_secret("clientId"),
        client_secret=config.get_secret("clientSecret"),
        client_certificate_path=config.get("clientCertificatePath"),
        client_certificate_password=config.get_secret("clientCertificatePassword"),
        use_msi=config.get_bool("useMsi"),
        msi_endpoint=config.get("msiEndpoint"),
        use_oidc=config.get_bool("useOidc"),
        oidc_token=config.get_secret("oidcToken"),
        oidc_token_file_path=config.get("oidcTokenFilePath"),
        oidc_request_token=config.get_secret("oidcRequestToken"),
        oidc_request_url=config.get("oidcRequestUrl"),
        use_default_azure_credential=config.get_bool("useDefaultAzureCredential"),
        # Without a value the SDK writes `public`, and the provider would no longer look at the variable.
        environment=config.get("environment") or os.environ.get("ARM_ENVIRONMENT"),
        metadata_host=config.get("metadataHost"),
        disable_instance_discovery=config.get_bool("disableInstanceDiscovery"),
        disable_pulumi_partner_id=config.get_bool("disablePulumiPartnerId"),
        partner_id=config.get("partnerId"),
    )


def read_login(opts: pulumi.InvokeOptions) -> Login:
    """Who is logged in with a provider."""
    found = authorization.get_client_config(opts=opts)
    return Login(found.tenant_id, found.subscription_id, found.object_id)


def subscription_of(identifier: str) -> str:
    """`/subscriptions/<guid>/…` → the guid."""
    return identifier.split("/")[2]


def role_definition(scope: str, role: str) -> str:
    """The full id of a built-in role, in the subscription of what it is on: the short one is refused.

    Args:
        scope: id of a resource.
        role: GUID.
    """
    return f"/subscriptions/{subscription_of(scope)}/providers/Microsoft.Authorization/roleDefinitions/{role}"
