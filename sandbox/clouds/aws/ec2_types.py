"""Networks of the simulated EC2.

What moto lets pass and EC2 refuses: deleting a network that still has a gateway, and subnets that clusters are in
(docs.aws.amazon.com vpc/latest/userguide/delete-vpc; pulumi/pulumi-eks issues 194, 382).
"""

import ipaddress

from sandbox.clouds.aws.kind import AwsType
from sandbox.clouds.aws.moto_account import Asked, Deed
from sandbox.clouds.aws.place import Place
from sandbox.clouds.aws.route_types import tagged, undone
from sandbox.clouds.aws.type_tokens import CLUSTER, GATEWAY, NODE_GROUP
from sandbox.clouds.aws.values import listed, refused
from sandbox.clouds.kinds import CloudError, Json, Order
from sandbox.clouds.world import Content, Thing
from sandbox.engine.property_values import UNKNOWN

_LARGEST, _SMALLEST = 16, 28


def _check_block(inputs: Json) -> list[tuple[str, str]]:
    text = inputs.get("cidrBlock")
    if text in (None, UNKNOWN):
        return []
    try:
        block = ipaddress.ip_network(str(text))
    except ValueError as error:
        return [("cidrBlock", f"{text!r} is not a valid IPv4 CIDR block: {error}")]
    if not _LARGEST <= block.prefixlen <= _SMALLEST:
        return [("cidrBlock", f"{text!r} must be between /{_LARGEST} and /{_SMALLEST}")]
    return []


def _make_vpc(asked: Asked, inputs: Json) -> str:
    made = asked("ec2", "CreateVpc", CidrBlock=inputs["cidrBlock"], TagSpecifications=tagged("vpc", inputs))["Vpc"][
        "VpcId"
    ]
    _switch_dns(asked, inputs, made)
    return made


def _switch_dns(asked: Asked, inputs: Json, identifier: str) -> None:
    for name in ("EnableDnsSupport", "EnableDnsHostnames"):
        value = inputs.get(name[0].lower() + name[1:])
        if value is not None:
            asked("ec2", "ModifyVpcAttribute", VpcId=identifier, **{name: {"Value": value}})


def _vpc_outputs(order: Order, place: Place, identifier: str, asked: Asked) -> Json:
    _ = order
    of_vpc = [{"Name": "vpc-id", "Values": [identifier]}]
    tables = asked("ec2", "DescribeRouteTables", Filters=of_vpc)["RouteTables"]
    groups = asked("ec2", "DescribeSecurityGroups", Filters=of_vpc)["SecurityGroups"]
    main = next((each["RouteTableId"] for each in tables if any(one.get("Main") for one in each["Associations"])), "")
    return {
        "arn": place.arn("ec2", f"vpc/{identifier}"),
        "ownerId": place.account,
        "mainRouteTableId": main,
        "defaultRouteTableId": main,
        "defaultSecurityGroupId": groups[0]["GroupId"] if groups else "",
        "instanceTenancy": "default",
    }


def _vpc_free(thing: Thing, content: Content, now: float) -> None:
    _ = now
    if any(each.inputs.get("vpcId") == thing.id for each in content.of(GATEWAY)):
        raise _dependent(thing.id, "DeleteVpc", "vpc")


def _make_subnet(asked: Asked, inputs: Json) -> str:
    made = asked(
        "ec2",
        "CreateSubnet",
        VpcId=inputs["vpcId"],
        CidrBlock=inputs["cidrBlock"],
        AvailabilityZone=inputs.get("availabilityZone"),
        TagSpecifications=tagged("subnet", inputs),
    )["Subnet"]["SubnetId"]
    _switch_addresses(asked, inputs, made)
    return made


def _switch_addresses(asked: Asked, inputs: Json, identifier: str) -> None:
    value = {"Value": bool(inputs.get("mapPublicIpOnLaunch"))}
    asked("ec2", "ModifySubnetAttribute", SubnetId=identifier, MapPublicIpOnLaunch=value)


def _subnet_outputs(order: Order, place: Place, identifier: str, asked: Asked) -> Json:
    _ = order
    found = asked("ec2", "DescribeSubnets", SubnetIds=[identifier])["Subnets"][0]
    return {
        "arn": place.arn("ec2", f"subnet/{identifier}"),
        "ownerId": place.account,
        "availabilityZone": found["AvailabilityZone"],
        "availabilityZoneId": found["AvailabilityZoneId"],
    }


def _subnet_free(thing: Thing, content: Content, now: float) -> None:
    _ = now
    clusters = [listed(each.inputs, "vpcConfig", "subnetIds") for each in content.of(CLUSTER)]
    groups = [listed(each.inputs, "subnetIds") for each in content.of(NODE_GROUP)]
    if any(thing.id in each for each in [*clusters, *groups]):
        raise _dependent(thing.id, "DeleteSubnet", "subnet")


def _dependent(identifier: str, operation: str, what: str) -> CloudError:
    message = f"The {what} '{identifier}' has dependencies and cannot be deleted."
    return refused(message, "EC2", operation, "api error DependencyViolation")


EC2_TYPES = (
    AwsType(
        module="ec2",
        name="Vpc",
        title="EC2 VPC",
        deed=Deed(_make_vpc, undone("DeleteVpc", "VpcId")),
        outputs=_vpc_outputs,
        replaces=("cidrBlock",),
        check=_check_block,
        change=_switch_dns,
        may_go=_vpc_free,
    ),
    AwsType(
        module="ec2",
        name="Subnet",
        title="EC2 Subnet",
        deed=Deed(_make_subnet, undone("DeleteSubnet", "SubnetId")),
        outputs=_subnet_outputs,
        replaces=("vpcId", "cidrBlock", "availabilityZone"),
        check=_check_block,
        change=_switch_addresses,
        may_go=_subnet_free,
    ),
)
