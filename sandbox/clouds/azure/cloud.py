"""The simulated Azure, put together."""

from sandbox.clouds.azure import cluster_lookups, clusters, groups, logins, logs, registries, roles
from sandbox.clouds.cloud_site import CloudSite
from sandbox.clouds.kinds import Cloud

_CONFIG = frozenset(
    {
        "auxiliaryTenantIds",
        "clientCertificatePassword",
        "clientCertificatePath",
        "clientId",
        "clientSecret",
        "disableInstanceDiscovery",
        "disablePulumiPartnerId",
        "environment",
        "location",
        "metadataHost",
        "msiEndpoint",
        "oidcRequestToken",
        "oidcRequestUrl",
        "oidcToken",
        "oidcTokenFilePath",
        "partnerId",
        "subscriptionId",
        "tenantId",
        "useDefaultAzureCredential",
        "useMsi",
        "useOidc",
    }
)


def cloud(site: CloudSite) -> Cloud:
    """Azure with the parts that an AKS stack needs.

    Args:
        site: the sandbox that it stands on.
    """
    return Cloud(
        package="azure-native",
        version="3.29.0",
        kinds=(
            groups.GROUPS,
            registries.REGISTRIES,
            clusters.CLUSTERS,
            roles.ROLE_ASSIGNMENTS,
            logs.WORKSPACES,
            logs.DIAGNOSTIC_SETTINGS,
        ),
        functions=(
            logins.CLIENT_CONFIG,
            logins.client_token(site),
            logins.SUBSCRIPTIONS,
            groups.GET_GROUP,
            registries.GET_REGISTRY,
            registries.GET_RESOURCE,
            cluster_lookups.GET_CLUSTER,
            cluster_lookups.kubeconfig(site),
        ),
        config=_CONFIG,
        configure=logins.configure,
    )
