"""Managed node groups of the simulated EKS.

What moto lets pass and EKS refuses: a role that EC2 may not take on, an AMI of another processor, nodes without the
policies by which they join (awsdocs/amazon-eks-user-guide create-node-role, troubleshooting: NodeCreationFailure).
Nodes without the right to pull do join: EKS's own images are in its AMIs (awslabs/amazon-eks-ami, cached images).
"""

import re
import secrets
from typing import Any

from sandbox.clouds.aws.eks_types import VERSIONS
from sandbox.clouds.aws.kind import AwsType
from sandbox.clouds.aws.moto_account import Asked, Deed
from sandbox.clouds.aws.place import Place
from sandbox.clouds.aws.policies import role_by_arn, trusts
from sandbox.clouds.aws.type_tokens import ATTACHMENT, CLUSTER, SUBNET
from sandbox.clouds.aws.values import listed, refused
from sandbox.clouds.clusters import at
from sandbox.clouds.kinds import CloudError, Json, Order
from sandbox.clouds.world import Thing
from sandbox.engine.property_values import UNKNOWN

_ARM_FAMILY = re.compile(r"a1|[a-z]+[0-9]g[a-z]*")
_JOINING = ("AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy")


def _check(inputs: Json) -> list[tuple[str, str]]:
    given = dict(inputs)
    sizes = [at(given, "scalingConfig", name) for name in ("minSize", "desiredSize", "maxSize")]
    wrong: list[tuple[str, str]] = []
    if UNKNOWN not in sizes and sizes != sorted(sizes):
        reason = f"minSize, desiredSize and maxSize must go up, not {', '.join(map(str, sizes))}"
        wrong.append(("scalingConfig", reason))
    if inputs.get("nodeGroupName") and inputs.get("nodeGroupNamePrefix"):
        wrong.append(("nodeGroupName", "conflicts with nodeGroupNamePrefix"))
    return wrong


def _may_be(order: Order, place: Place) -> None:
    inputs, create = order.inputs, "CreateNodegroup"
    cluster = order.content.find(CLUSTER, str(inputs["clusterName"]))
    if cluster is None:
        message = f"No cluster found for name: {inputs['clusterName']}."
        raise refused(message, "EKS", create, "ResourceNotFoundException", 404)
    _versions_fit(order, cluster)
    for each in listed(inputs, "subnetIds"):
        if order.content.find(SUBNET, str(each)) is None:
            message = f"The subnet ID '{each}' does not exist"
            raise refused(message, "EKS", create, "InvalidParameterException")
    _processor_fits(inputs)
    _role_fits(order, place)


def _versions_fit(order: Order, cluster: Thing) -> None:
    version, of_cluster = order.inputs.get("version"), str(cluster.outputs.get("version"))
    if version is not None and (version not in VERSIONS or VERSIONS.index(version) > VERSIONS.index(of_cluster)):
        message = f"Nodegroup Kubernetes version {version} must not be newer than the cluster's, {of_cluster}"
        raise refused(message, "EKS", "CreateNodegroup", "InvalidParameterException")


def _processor_fits(inputs: Json) -> None:
    ami = str(inputs.get("amiType") or "")
    for each in listed(inputs, "instanceTypes"):
        is_arm = _ARM_FAMILY.fullmatch(str(each).partition(".")[0]) is not None
        if ami and is_arm != ("ARM_64" in ami.upper()):
            message = f"[{each}] is not a valid instance type for requested amiType {ami}"
            raise refused(message, "EKS", "CreateNodegroup", "InvalidParameterException")


def _role_fits(order: Order, place: Place) -> None:
    arn = str(order.inputs["nodeRoleArn"])
    role = role_by_arn(order.content, arn)
    if role is None:
        message = f"The role with ARN {arn} cannot be found"
        raise refused(message, "EKS", "CreateNodegroup", "InvalidParameterException")
    if not trusts(role, "ec2.amazonaws.com"):
        message = (
            "Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of "
            f"nodeRole {arn}"
        )
        raise refused(message, "EKS", "CreateNodegroup", "InvalidParameterException")
    attached = {
        str(each.inputs.get("policyArn")) for each in order.content.of(ATTACHMENT) if each.inputs.get("role") == role.id
    }
    if missing := [each for each in _JOINING if f"arn:{place.partition}:iam::aws:policy/{each}" not in attached]:
        message = (
            "waiting for completion: unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: "
            "i-0123456789abcdef0: NodeCreationFailure: Instances failed to join the kubernetes cluster "
            f"(simulated: the role lacks {', '.join(missing)})"
        )
        raise CloudError(message)


def _make(asked: Asked, inputs: Json) -> str:
    prefix = inputs.get("nodeGroupNamePrefix") or ""
    known = asked.known.partition(":")[2]
    name = known or inputs.get("nodeGroupName") or f"{prefix}{secrets.token_hex(6)}"
    asked(
        "eks",
        "CreateNodegroup",
        clusterName=inputs["clusterName"],
        nodegroupName=name,
        nodeRole=inputs["nodeRoleArn"],
        subnets=inputs["subnetIds"],
        scalingConfig=inputs["scalingConfig"],
        instanceTypes=inputs.get("instanceTypes"),
        amiType=inputs.get("amiType"),
        capacityType=inputs.get("capacityType"),
        diskSize=inputs.get("diskSize"),
        labels=inputs.get("labels"),
        tags=inputs.get("tags"),
        version=inputs.get("version"),
    )
    return f"{inputs['clusterName']}:{name}"


def _unmake(asked: Asked, inputs: Json) -> None:
    _ = inputs
    cluster, _, name = asked.known.partition(":")
    asked("eks", "DeleteNodegroup", clusterName=cluster, nodegroupName=name)


def _outputs(order: Order, place: Place, identifier: str, asked: Asked) -> Json:
    _ = place
    cluster, _, name = identifier.partition(":")
    found = asked("eks", "DescribeNodegroup", clusterName=cluster, nodegroupName=name)["nodegroup"]
    group = order.content.find(CLUSTER, cluster)
    version = order.inputs.get("version") or (group.outputs.get("version") if group is not None else VERSIONS[-1])
    resources: list[dict[str, Any]] = [
        {"autoscalingGroups": [{"name": each["name"]}], "remoteAccessSecurityGroupId": ""}
        for each in found["resources"]["autoScalingGroups"]
    ]
    return {
        "arn": found["nodegroupArn"],
        "nodeGroupName": name,
        "status": "ACTIVE",
        "resources": resources,
        "version": version,
        "releaseVersion": f"{version}.0-20260101",
        "amiType": order.inputs.get("amiType") or "AL2023_x86_64_STANDARD",
        "capacityType": found["capacityType"],
        "diskSize": int(found["diskSize"]),
        "instanceTypes": found["instanceTypes"],
    }


NODE_GROUP_TYPE = AwsType(
    module="eks",
    name="NodeGroup",
    title="EKS Node Group",
    deed=Deed(_make, _unmake),
    outputs=_outputs,
    replaces=(
        "clusterName",
        "nodeRoleArn",
        "subnetIds",
        "instanceTypes",
        "amiType",
        "capacityType",
        "diskSize",
        "nodeGroupName",
        "nodeGroupNamePrefix",
        "remoteAccess",
    ),
    check=_check,
    may=_may_be,
)
