"""What the simulated AWS says of things that exist, by the names that the SDK's functions give them.

Absent things are told of as the real provider does (hashicorp/terraform-provider-aws internal/retry, NotFoundError).
"""

from collections.abc import Iterable

from sandbox.clouds.aws.place import Place, place_of, place_of_thing
from sandbox.clouds.aws.type_tokens import ATTACHMENT, CLUSTER, NODE_GROUP, REPOSITORY, ROLE, SUBNET
from sandbox.clouds.aws.values import listed, mapped
from sandbox.clouds.kinds import CloudError, Json, Order
from sandbox.clouds.world import Thing


def repository(order: Order) -> Json:
    """aws.ecr.get_repository."""
    here, name = place_of(order), str(order.inputs["name"])
    place = Place(str(order.inputs.get("registryId") or here.account), here.region)
    there = (each for each in order.content.of(REPOSITORY) if each.inputs.get("name") == name)
    found = _first((each for each in there if place_of_thing(each) == place), f"ECR Repository ({name})")
    wanted = ("arn", "registryId", "repositoryUrl", "imageTagMutability", "encryptionConfigurations", "region")
    return {
        **_of(found, wanted),
        "id": name,
        "name": name,
        "tags": found.outputs.get("tagsAll") or {},
        "imageScanningConfigurations": [mapped(found.inputs, "imageScanningConfiguration") or {"scanOnPush": False}],
    }


def subnet(order: Order) -> Json:
    """aws.ec2.get_subnet."""
    found = order.content.find(SUBNET, str(order.inputs["id"]))
    if found is None or found.outputs.get("region") != place_of(order).region:
        message = "no matching EC2 Subnet found"
        raise CloudError(message)
    return {
        **_of(found, ("arn", "availabilityZone", "availabilityZoneId", "ownerId", "region")),
        "id": found.id,
        "cidrBlock": found.inputs["cidrBlock"],
        "mapPublicIpOnLaunch": bool(found.inputs.get("mapPublicIpOnLaunch")),
        "state": "available",
        "tags": found.outputs.get("tagsAll") or {},
        "vpcId": found.inputs["vpcId"],
    }


def cluster(order: Order) -> Json:
    """aws.eks.get_cluster."""
    name = str(order.inputs["name"])
    found = _cluster(order, name)
    auto = mapped(found.inputs, "computeConfig")
    wanted = ("arn", "endpoint", "status", "version", "platformVersion", "createdAt", "region", "vpcConfig")
    return {
        **_of(found, wanted),
        "id": name,
        "name": name,
        "roleArn": found.inputs["roleArn"],
        "certificateAuthorities": [found.outputs["certificateAuthority"]],
        "computeConfigs": [auto] if auto else [],
        "accessConfigs": [{"authenticationMode": "CONFIG_MAP", **mapped(found.inputs, "accessConfig")}],
        "deletionProtection": bool(found.inputs.get("deletionProtection")),
        "tags": found.outputs.get("tagsAll") or {},
    }


def node_groups(order: Order) -> Json:
    """aws.eks.get_node_groups."""
    name = str(order.inputs["clusterName"])
    found = _cluster(order, name)
    names = [each.id.partition(":")[2] for each in _groups(order, name)]
    return {"id": name, "clusterName": name, "names": names, "region": found.outputs["region"]}


def node_group(order: Order) -> Json:
    """aws.eks.get_node_group."""
    of_cluster, name = str(order.inputs["clusterName"]), str(order.inputs["nodeGroupName"])
    full = f"{of_cluster}:{name}"
    found = _first((each for each in _groups(order, of_cluster) if each.id == full), f"EKS Node Group ({full})")
    wanted = ("arn", "amiType", "capacityType", "diskSize", "instanceTypes", "releaseVersion", "status", "version")
    return {
        **_of(found, (*wanted, "region")),
        "id": full,
        "clusterName": of_cluster,
        "nodeGroupName": name,
        "nodeRoleArn": found.inputs["nodeRoleArn"],
        "subnetIds": listed(found.inputs, "subnetIds"),
    }


def role(order: Order) -> Json:
    """aws.iam.get_role."""
    name = str(order.inputs["name"])
    found = _role(order, name)
    return {
        **_of(found, ("arn", "uniqueId", "path")),
        "id": name,
        "name": name,
        "assumeRolePolicy": str(found.inputs["assumeRolePolicy"]),
    }


def attached_policies(order: Order) -> Json:
    """aws.iam.get_role_policy_attachments."""
    name = _role(order, str(order.inputs["roleName"])).id
    account = place_of(order).account
    attached = [
        str(each.inputs["policyArn"])
        for each in order.content.of(ATTACHMENT)
        if each.inputs["role"] == name and place_of_thing(each).account == account
    ]
    policies = [{"policyArn": each, "policyName": each.rpartition("/")[2]} for each in attached]
    return {"id": name, "roleName": name, "attachedPolicies": policies}


def _role(order: Order, name: str) -> Thing:
    account = place_of(order).account
    there = (each for each in order.content.of(ROLE) if each.id == name)
    return _first((each for each in there if place_of_thing(each).account == account), f"IAM Role ({name})")


def _cluster(order: Order, name: str) -> Thing:
    found = order.content.find(CLUSTER, name)
    is_here = found is not None and found.outputs.get("region") == place_of(order).region
    return _first([found] if found is not None and is_here else [], f"EKS Cluster ({name})")


def _groups(order: Order, name: str) -> list[Thing]:
    return [each for each in order.content.of(NODE_GROUP) if each.inputs.get("clusterName") == name]


def _of(thing: Thing, names: Iterable[str]) -> Json:
    return {each: thing.outputs[each] for each in names if each in thing.outputs}


def _first(found: Iterable[Thing], what: str) -> Thing:
    thing = next(iter(found), None)
    if thing is None:
        message = f"reading {what}: couldn't find resource"
        raise CloudError(message)
    return thing
