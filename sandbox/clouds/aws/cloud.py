"""The simulated AWS, as one provider serves it."""

import importlib.metadata

import pulumi_aws
from pulumi import _types as annotations  # pyright: ignore[reportPrivateUsage] - as in sdk_types

from sandbox.clouds.aws.access_entry_types import ACCESS_TYPES
from sandbox.clouds.aws.ec2_types import EC2_TYPES
from sandbox.clouds.aws.ecr_types import ECR_TYPES
from sandbox.clouds.aws.eks_types import cluster_type
from sandbox.clouds.aws.functions import functions
from sandbox.clouds.aws.iam_types import IAM_TYPES
from sandbox.clouds.aws.kind import kind
from sandbox.clouds.aws.moto_account import Moto
from sandbox.clouds.aws.node_group_types import NODE_GROUP_TYPE
from sandbox.clouds.aws.place import Place
from sandbox.clouds.aws.route_types import ROUTE_TYPES
from sandbox.clouds.cloud_site import CloudSite
from sandbox.clouds.kinds import Cloud, CloudError, Json

_USUAL_REGION = "eu-central-1"
_KEY = "SIMULATED"
"""How keys of the simulated deployer begin; a real key is not taken, so that nobody believes it was used."""


def cloud(site: CloudSite) -> Cloud:
    """AWS on this sandbox; starts moto in this process."""
    types = (*ECR_TYPES, *IAM_TYPES, *EC2_TYPES, *ROUTE_TYPES, cluster_type(site.kubernetes_url, site.kubernetes_ca))
    types = (*types, NODE_GROUP_TYPE, *ACCESS_TYPES)
    moto = Moto({each.token: each.deed for each in types if each.deed is not None})
    moto.warm(_USUAL_REGION)
    return Cloud(
        package="aws",
        version=importlib.metadata.version("pulumi-aws"),
        kinds=tuple(kind(each, moto) for each in types),
        functions=functions(site.tokens, lambda place: _zones(moto, place)),
        config=frozenset(annotations.input_type_types(pulumi_aws.ProviderArgs)),
        configure=_configure,
    )


def _configure(config: Json) -> None:
    key = config.get("accessKey")
    if key is not None and not str(key).startswith(_KEY):
        message = (
            "validating provider credentials: retrieving caller identity from STS: operation error STS: "
            "GetCallerIdentity, https response error StatusCode: 403, RequestID: simulated, api error "
            "InvalidClientTokenId: The security token included in the request is invalid."
        )
        raise CloudError(message)


def _zones(moto: Moto, place: Place) -> list[tuple[str, str]]:
    try:
        found = moto.call(place, "ec2", "DescribeAvailabilityZones", {})["AvailabilityZones"]
    except CloudError:
        return []
    return [(each["ZoneName"], each["ZoneId"]) for each in found]
