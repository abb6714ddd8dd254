"""The functions of the simulated AWS: all of them look at the content only."""

import base64
import datetime
from collections.abc import Callable, Iterable

from sandbox.clouds.accounts import DEPLOYER_AWS
from sandbox.clouds.aws import lookups
from sandbox.clouds.aws.access import LIFE, ecr_token
from sandbox.clouds.aws.place import Place, place_of, taken_role
from sandbox.clouds.aws.values import listed
from sandbox.clouds.kinds import CloudError, Function, Json, Order
from sandbox.clouds.tokens import Tokens

Zones = Callable[[Place], list[tuple[str, str]]]
"""Names and ids of a region's zones; none of a region that AWS does not have."""


def functions(tokens: Tokens, zones: Zones) -> tuple[Function, ...]:
    """All of them."""
    return (
        _function("index/getPartition:getPartition", _partition),
        _function("index/getCallerIdentity:getCallerIdentity", _caller),
        _function(
            "index/getAvailabilityZones:getAvailabilityZones",
            lambda order: _zones(order, zones),
            known=("allAvailabilityZones", "excludeNames", "excludeZoneIds", "filters", "region", "state"),
        ),
        _function(
            "ecr/getAuthorizationToken:getAuthorizationToken",
            lambda order: _token(order, tokens),
            known=("region", "registryId"),
        ),
        _function(
            "ecr/getRepository:getRepository",
            lookups.repository,
            required=("name",),
            known=("region", "registryId", "tags"),
        ),
        _function("ec2/getSubnet:getSubnet", lookups.subnet, required=("id",), known=("region",)),
        _function("eks/getCluster:getCluster", lookups.cluster, required=("name",), known=("region", "tags")),
        _function("eks/getNodeGroups:getNodeGroups", lookups.node_groups, required=("clusterName",), known=("region",)),
        _function(
            "eks/getNodeGroup:getNodeGroup",
            lookups.node_group,
            required=("clusterName", "nodeGroupName"),
            known=("region", "tags"),
        ),
        _function("iam/getRole:getRole", lookups.role, required=("name",), known=("tags",)),
        _function(
            "iam/getRolePolicyAttachments:getRolePolicyAttachments",
            lookups.attached_policies,
            required=("roleName",),
            known=("pathPrefix",),
        ),
    )


def _function(
    name: str, call: Callable[[Order], Json], *, required: Iterable[str] = (), known: Iterable[str] = ()
) -> Function:
    return Function(f"aws:{name}", call, required=frozenset(required), known=frozenset(known))


def _partition(order: Order) -> Json:
    place = place_of(order)
    reverse = ".".join(reversed(place.dns_suffix.split(".")))
    partition = place.partition
    return {"id": partition, "partition": partition, "dnsSuffix": place.dns_suffix, "reverseDnsPrefix": reverse}


def _caller(order: Order) -> Json:
    place = place_of(order)
    arn = DEPLOYER_AWS.replace("arn:aws:", f"arn:{place.partition}:", 1)
    return {"id": place.account, "accountId": place.account, "arn": arn, "userId": "AIDASIMULATED"}


def _zones(order: Order, zones: Zones) -> Json:
    place = place_of(order)
    without = {*listed(order.inputs, "excludeZoneIds"), *listed(order.inputs, "excludeNames")}
    found = [(name, ident) for name, ident in zones(place) if not {name, ident} & without]
    if not found:
        host = f"ec2.{place.region}.{place.dns_suffix}"
        message = (
            "operation error EC2: DescribeAvailabilityZones, https response error StatusCode: 0, RequestID: , request "
            f'send failed, Post "https://{host}/": dial tcp: lookup {host}: no such host'
        )
        raise CloudError(message)
    return {
        "id": place.region,
        "region": place.region,
        "names": [name for name, _ in found],
        "zoneIds": [ident for _, ident in found],
        "groupNames": [place.region],
    }


def _token(order: Order, tokens: Tokens) -> Json:
    place = place_of(order)
    password = ecr_token(tokens, taken_role(order.config) or DEPLOYER_AWS, order.now)
    ends = datetime.datetime.fromtimestamp(order.now + LIFE, datetime.UTC)
    account = str(order.inputs.get("registryId") or place.account)
    return {
        "id": place.region,
        "region": place.region,
        "authorizationToken": base64.b64encode(f"AWS:{password}".encode()).decode(),
        "expiresAt": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "password": password,
        "proxyEndpoint": f"https://{Place(account, place.region).registry}",
        "userName": "AWS",
    }
