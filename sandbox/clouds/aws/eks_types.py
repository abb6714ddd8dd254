"""Clusters of the simulated EKS and who administers them.

Checks beyond moto's, which has neither subnets nor trust nor versions: hashicorp/terraform-provider-aws
internal/service/eks (what Auto Mode wants together), awsdocs/amazon-eks-user-guide network-reqs, cluster-iam-role,
access-entries, and the texts that users posted of EKS's answers.
"""

import re
from collections.abc import Callable

from sandbox.clouds.aws.kind import AwsType
from sandbox.clouds.aws.moto_account import Asked, Deed
from sandbox.clouds.aws.place import Place
from sandbox.clouds.aws.policies import role_by_arn, trusts
from sandbox.clouds.aws.type_tokens import ENTRY, ENTRY_POLICY, SUBNET
from sandbox.clouds.aws.values import listed, mapped, refused
from sandbox.clouds.clusters import at
from sandbox.clouds.kinds import Json, Order
from sandbox.clouds.world import Content, Thing
from sandbox.engine.property_values import UNKNOWN

VERSIONS = ("1.31", "1.32", "1.33", "1.34", "1.35")
"""The simulation's own choice of what is offered; real ones change several times a year."""
_NAME = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}")
_MODES = ("API", "API_AND_CONFIG_MAP", "CONFIG_MAP")
_AUTO = (
    ("computeConfig", "enabled"),
    ("kubernetesNetworkConfig", "elasticLoadBalancing", "enabled"),
    ("storageConfig", "blockStorage", "enabled"),
)


def _check_cluster(inputs: Json) -> list[tuple[str, str]]:
    wrong: list[tuple[str, str]] = []
    name, given = inputs.get("name"), dict(inputs)
    if name is None:
        wrong.append(("name", "is missing: the simulation makes no names up"))
    elif name != UNKNOWN and not _NAME.fullmatch(str(name)):
        wrong.append(("name", f"invalid value for name: 1 to 100 letters, digits, - and _, not {name}"))
    mode = at(given, "accessConfig", "authenticationMode")
    if mode not in (*_MODES, None, UNKNOWN):
        wrong.append(("accessConfig.authenticationMode", f"expected one of {', '.join(_MODES)}, got {mode}"))
    switches = {bool(at(given, *path)) for path in _AUTO}
    if len(switches) > 1:
        reason = (
            "compute_config.enabled, kubernetes_network_config.elastic_load_balancing.enabled, and "
            "storage_config.block_storage.enabled must all be set to either true or false"
        )
        wrong.append(("computeConfig", reason))
    if at(given, *_AUTO[0]) and inputs.get("bootstrapSelfManagedAddons", True) is True:
        wrong.append(("bootstrapSelfManagedAddons", "must be false when EKS Auto Mode is enabled"))
    return wrong


def _may_be(order: Order, place: Place) -> None:
    inputs, create = order.inputs, "CreateCluster"
    version = inputs.get("version")
    if version is not None and version not in VERSIONS:
        message = "unsupported Kubernetes version"
        raise refused(message, "EKS", create, "InvalidParameterException")
    _version_goes_up(order)
    role = role_by_arn(order.content, str(inputs["roleArn"]))
    if role is None or not trusts(role, "eks.amazonaws.com"):
        message = (
            f"Role with arn: {inputs['roleArn']}, could not be assumed because it does not exist or the trusted "
            "entity is not correct"
        )
        raise refused(message, "EKS", create, "InvalidParameterException")
    if at(dict(inputs), *_AUTO[0]) and not trusts(role, "eks.amazonaws.com", "sts:TagSession"):
        message = f"The role {inputs['roleArn']} must trust eks.amazonaws.com with sts:TagSession for EKS Auto Mode"
        raise refused(message, "EKS", create, "InvalidParameterException")
    _subnets_fit(order, place)


def _version_goes_up(order: Order) -> None:
    old = str(order.old.outputs.get("version", "")) if order.old is not None else ""
    new = str(order.inputs.get("version") or old)
    if old and new != old and VERSIONS.index(new) != VERSIONS.index(old) + 1:
        message = f"Unsupported Kubernetes minor version update from {old} to {new}"
        raise refused(message, "EKS", "UpdateClusterVersion", "InvalidParameterException")


def _subnets_fit(order: Order, place: Place) -> None:
    _ = place
    zones: set[str] = set()
    for each in listed(order.inputs, "vpcConfig", "subnetIds"):
        subnet = order.content.find(SUBNET, str(each))
        if subnet is None:
            message = f"The subnet ID '{each}' does not exist"
            raise refused(message, "EKS", "CreateCluster", "InvalidParameterException")
        zones.add(str(subnet.outputs.get("availabilityZone")))
    if len(zones) < 2:  # noqa: PLR2004 - EKS's own rule
        message = "Subnets specified must be in at least two different AZs"
        raise refused(message, "EKS", "CreateCluster", "InvalidParameterException")


def _make_cluster(asked: Asked, inputs: Json) -> str:
    given = dict(inputs)
    asked(
        "eks",
        "CreateCluster",
        name=inputs["name"],
        roleArn=inputs["roleArn"],
        version=inputs.get("version"),
        resourcesVpcConfig={
            name: value
            for name in ("subnetIds", "securityGroupIds", "endpointPublicAccess", "publicAccessCidrs")
            if (value := at(given, "vpcConfig", name)) is not None
        },
        tags=inputs.get("tags"),
    )
    return str(inputs["name"])


def _unmake_cluster(asked: Asked, inputs: Json) -> None:
    _ = inputs
    asked("eks", "DeleteCluster", name=asked.known)


def _cluster_free(thing: Thing, content: Content, now: float) -> None:
    if thing.inputs.get("deletionProtection"):
        message = f"Cluster {thing.id} cannot be deleted because deletion protection is enabled"
        raise refused(message, "EKS", "DeleteCluster", "InvalidRequestException")
    for each in [*content.of(ENTRY), *content.of(ENTRY_POLICY)]:
        if each.inputs.get("clusterName") == thing.id:
            content.remove(each, now)


def cluster_type(kubernetes_url: str, kubernetes_ca: str) -> AwsType:
    """Clusters, all of which are the sandbox's own."""
    return AwsType(
        module="eks",
        name="Cluster",
        title="EKS Cluster",
        deed=Deed(_make_cluster, _unmake_cluster),
        outputs=_cluster_outputs(kubernetes_url, kubernetes_ca),
        replaces=(
            "name",
            "roleArn",
            "bootstrapSelfManagedAddons",
            "accessConfig.bootstrapClusterCreatorAdminPermissions",
            "kubernetesNetworkConfig.ipFamily",
            "outpostConfig",
        ),
        check=_check_cluster,
        may=_may_be,
        may_go=_cluster_free,
    )


def _cluster_outputs(kubernetes_url: str, kubernetes_ca: str) -> "Callable[[Order, Place, str, Asked], Json]":
    def outputs(order: Order, place: Place, identifier: str, asked: Asked) -> Json:
        found = asked("eks", "DescribeCluster", name=identifier)["cluster"]
        inputs = order.inputs
        subnet = order.content.find(SUBNET, listed(inputs, "vpcConfig", "subnetIds")[0])
        old: Json = order.old.outputs if order.old is not None else {}
        network = mapped(inputs, "vpcConfig")
        computed = {
            "vpcId": subnet.inputs.get("vpcId") if subnet is not None else "",
            "clusterSecurityGroupId": at(dict(old), "vpcConfig", "clusterSecurityGroupId") or _group(identifier),
        }
        return {
            "arn": place.arn("eks", f"cluster/{identifier}"),
            "certificateAuthority": {"data": kubernetes_ca},
            "endpoint": kubernetes_url,
            "identities": [{"oidcs": [{"issuer": found["identity"]["oidc"]["issuer"]}]}],
            "createdAt": old.get("createdAt") or found["createdAt"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "platformVersion": found["platformVersion"],
            "status": "ACTIVE",
            # Not moto's, which is from 2021.
            "version": inputs.get("version") or old.get("version") or VERSIONS[-1],
            "vpcConfig": {**network, **computed},
        }

    return outputs


def _group(cluster: str) -> str:
    return f"sg-{cluster.encode().hex():0<17.17}"
