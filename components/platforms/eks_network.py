"""A small network of its own for an EKS cluster, or the one that is given."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pulumi
import pulumi_aws as aws_sdk
from pulumi_aws import ec2

from components.platforms.eks_lookups import looked_up
from components.platforms.eks_provider import Aws
from components.platforms.lookup import attempt
from components.settings_eks import NewEksCluster
from components.stack_file import Path, Problem, StackFile

_CIDR = "10.0.0.0/16"
_ZONES = 2
_SUBNETS: Path = ("cluster", "subnets")
_WITHOUT_EKS = ["use1-az3", "usw1-az2", "cac1-az3"]
"""Zones in which EKS has no control plane (awsdocs/amazon-eks-user-guide, network-reqs)."""


@dataclass(frozen=True)
class Place:
    """Where a cluster can be."""

    subnets: Sequence[str]
    """Given ones; none where a network has to be made."""
    zones: Sequence[str] = ()
    """For a network that has to be made."""


@dataclass(frozen=True)
class Network:
    """Where a cluster and its nodes are."""

    subnets: tuple[pulumi.Input[str], ...]
    ready: tuple[pulumi.Resource, ...] = ()
    """Without these no node reaches anything."""


def find_place(cluster: NewEksCluster, aws: Aws, stack: StackFile) -> Place:
    """Look the subnets of the stack file up, or zones for new ones.

    Raises:
        ConfigError: a subnet does not exist, they are in several networks or in one zone, or the region has none.
    """
    if cluster.subnets:
        _look_at_subnets(cluster, aws, stack)
        return Place(cluster.subnets)
    absent = Problem(
        ("cluster", "region"),
        f"{cluster.region} has no two zones in which EKS runs",
        ("aws ec2 describe-regions --output table",),
    )
    zones = looked_up(
        lambda: (
            aws_sdk.get_availability_zones(
                state="available",
                # No local or wavelength zones, which an account has to ask for.
                filters=[{"name": "opt-in-status", "values": ["opt-in-not-required"]}],
                exclude_zone_ids=_WITHOUT_EKS,
                region=cluster.region,
                opts=aws.invoked,
            ).names
        ),
        absent,
        stack,
    )
    if len(zones) < _ZONES:
        raise stack.refusal([absent])
    return Place((), sorted(zones)[:_ZONES])


def make_network(name: str, place: Place, aws: Aws) -> Network:
    """Declare what is not given: public subnets only, as a NAT gateway costs more than the smallest node."""
    if place.subnets:
        return Network(tuple(place.subnets))
    vpc = ec2.Vpc(
        "network",
        cidr_block=_CIDR,
        enable_dns_support=True,
        enable_dns_hostnames=True,
        tags={"Name": name},
        opts=aws.options(),
    )
    gateway = ec2.InternetGateway("internet", vpc_id=vpc.id, tags={"Name": name}, opts=aws.options())
    routes = ec2.RouteTable(
        "routes",
        vpc_id=vpc.id,
        routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}],
        tags={"Name": name},
        opts=aws.options(),
    )
    blocks = ipaddress.ip_network(_CIDR).subnets(new_prefix=20)
    subnets: list[ec2.Subnet] = []
    ready: list[pulumi.Resource] = []
    for number, (zone, block) in enumerate(zip(place.zones, blocks, strict=False), start=1):
        subnet = ec2.Subnet(
            f"subnet-{number}",
            vpc_id=vpc.id,
            availability_zone=zone,
            cidr_block=str(block),
            map_public_ip_on_launch=True,
            # By this tag load balancers find the subnets for the internet.
            tags={"Name": f"{name}-{number}", "kubernetes.io/role/elb": "1"},
            opts=aws.options(),
        )
        way_out = ec2.RouteTableAssociation(
            f"routes-{number}", route_table_id=routes.id, subnet_id=subnet.id, opts=aws.options()
        )
        subnets.append(subnet)
        ready.append(way_out)
    return Network(tuple(each.id for each in subnets), tuple(ready))


def _look_at_subnets(cluster: NewEksCluster, aws: Aws, stack: StackFile) -> None:
    look = _listing(cluster.region)
    problems: list[Problem] = []
    looked = [
        attempt(partial(_subnet, each, number, cluster.region, aws, stack), problems)
        for number, each in enumerate(cluster.subnets)
    ]
    if problems:
        raise stack.refusal(problems)
    found = [each for each in looked if each is not None]
    zones, networks = {each.availability_zone for each in found}, {each.vpc_id for each in found}
    if len(networks) > 1:
        reason = f"are in {len(networks)} networks ({', '.join(sorted(networks))}), and a cluster is in one"
        raise stack.refusal([Problem(_SUBNETS, reason, (look,))])
    if len(zones) < _ZONES:
        reason = f"are all in {', '.join(zones)}, and EKS wants subnets in at least two zones"
        more = stack.set((*_SUBNETS, len(cluster.subnets)), "<subnet>")
        raise stack.refusal([Problem(_SUBNETS, reason, (more, look))])


def _subnet(name: str, number: int, region: str, aws: Aws, stack: StackFile) -> ec2.GetSubnetResult:
    absent = Problem((*_SUBNETS, number), f"there is no subnet {name!r} in {region}", (_listing(region),))
    return looked_up(lambda: ec2.get_subnet(id=name, region=region, opts=aws.invoked), absent, stack)


def _listing(region: str) -> str:
    return f"aws ec2 describe-subnets --region {region} --output table"
