"""The simulated Google Cloud, put together."""

from sandbox.clouds.cloud_site import CloudSite
from sandbox.clouds.google import accounts, pools, repositories, services
from sandbox.clouds.google.clusters import clusters
from sandbox.clouds.google.lookups import GET_CLUSTER, client_config
from sandbox.clouds.kinds import Cloud

_CONFIG = frozenset(
    {
        "accessToken",
        "billingProject",
        "credentials",
        "impersonateServiceAccount",
        "project",
        "region",
        "userProjectOverride",
        "zone",
    }
)


def cloud(site: CloudSite) -> Cloud:
    """Google Cloud with the parts that a GKE stack needs.

    Args:
        site: the sandbox that it stands on.
    """
    return Cloud(
        package="gcp",
        version="10.2.0",
        kinds=(
            services.SERVICES,
            accounts.ACCOUNTS,
            accounts.MEMBERS,
            repositories.REPOSITORIES,
            repositories.MEMBERS,
            clusters(site),
            pools.POOLS,
        ),
        functions=(
            client_config(site),
            repositories.GET_REPOSITORY,
            repositories.GET_POLICY,
            GET_CLUSTER,
            accounts.DEFAULT_ACCOUNT,
        ),
        config=_CONFIG,
    )
