"""Ways out of the simulated EC2's networks: internet gateways, route tables and what they are for."""

from collections.abc import Callable
from typing import Any

from sandbox.clouds.aws.kind import AwsType
from sandbox.clouds.aws.moto_account import Asked, Deed
from sandbox.clouds.aws.place import Place
from sandbox.clouds.aws.values import key_values, listed
from sandbox.clouds.kinds import Json, Order


def tagged(kind: str, inputs: Json) -> list[dict[str, Any]] | None:
    """Tags as EC2 takes them; None without."""
    tags = key_values(inputs)
    return [{"ResourceType": kind, "Tags": tags}] if tags else None


def undone(operation: str, argument: str) -> "Callable[[Asked, Json], None]":
    """A deletion by the id alone."""

    def unmake(asked: Asked, inputs: Json) -> None:
        _ = inputs
        asked("ec2", operation, **{argument: asked.known})

    return unmake


def _make_gateway(asked: Asked, inputs: Json) -> str:
    made = asked("ec2", "CreateInternetGateway", TagSpecifications=tagged("internet-gateway", inputs))
    identifier = made["InternetGateway"]["InternetGatewayId"]
    if inputs.get("vpcId"):
        asked("ec2", "AttachInternetGateway", InternetGatewayId=identifier, VpcId=inputs["vpcId"])
    return identifier


def _unmake_gateway(asked: Asked, inputs: Json) -> None:
    if inputs.get("vpcId"):
        asked("ec2", "DetachInternetGateway", InternetGatewayId=asked.known, VpcId=inputs["vpcId"])
    asked("ec2", "DeleteInternetGateway", InternetGatewayId=asked.known)


def _make_routes(asked: Asked, inputs: Json) -> str:
    tags = tagged("route-table", inputs)
    made = asked("ec2", "CreateRouteTable", VpcId=inputs["vpcId"], TagSpecifications=tags)
    identifier = made["RouteTable"]["RouteTableId"]
    for each in listed(inputs, "routes"):
        asked(
            "ec2",
            "CreateRoute",
            RouteTableId=identifier,
            DestinationCidrBlock=each.get("cidrBlock"),
            GatewayId=each.get("gatewayId"),
            NatGatewayId=each.get("natGatewayId"),
        )
    return identifier


def _make_association(asked: Asked, inputs: Json) -> str:
    made = asked("ec2", "AssociateRouteTable", RouteTableId=inputs["routeTableId"], SubnetId=inputs.get("subnetId"))
    return made["AssociationId"]


def _owned(kind: str) -> "Callable[[Order, Place, str, Asked], Json]":
    def outputs(order: Order, place: Place, identifier: str, asked: Asked) -> Json:
        _ = order, asked
        return {"arn": place.arn("ec2", f"{kind}/{identifier}"), "ownerId": place.account}

    return outputs


ROUTE_TYPES = (
    AwsType(
        module="ec2",
        name="InternetGateway",
        title="EC2 Internet Gateway",
        deed=Deed(_make_gateway, _unmake_gateway),
        outputs=_owned("internet-gateway"),
        replaces=(),
    ),
    AwsType(
        module="ec2",
        name="RouteTable",
        title="EC2 Route Table",
        deed=Deed(_make_routes, undone("DeleteRouteTable", "RouteTableId")),
        outputs=_owned("route-table"),
        replaces=("vpcId",),
    ),
    AwsType(
        module="ec2",
        name="RouteTableAssociation",
        title="EC2 Route Table Association",
        deed=Deed(_make_association, undone("DisassociateRouteTable", "AssociationId")),
        replaces=("subnetId", "gatewayId"),
        has_tags=False,
    ),
)
