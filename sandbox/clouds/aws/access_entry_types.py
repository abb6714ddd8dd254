"""Who administers a cluster of the simulated EKS; moto has no access entries, so all of it stands here.

Rules: awsdocs/amazon-eks-user-guide access-entries, access-policies.
"""

import datetime

from sandbox.clouds.accounts import DEPLOYER_AWS
from sandbox.clouds.aws.kind import AwsType
from sandbox.clouds.aws.moto_account import Asked
from sandbox.clouds.aws.place import Place
from sandbox.clouds.aws.type_tokens import CLUSTER, ENTRY
from sandbox.clouds.aws.values import refused
from sandbox.clouds.kinds import Json, Order


def _entry_fits(order: Order, place: Place) -> None:
    _ = place
    cluster, principal = str(order.inputs["clusterName"]), str(order.inputs["principalArn"])
    if order.content.find(CLUSTER, cluster) is None:
        message = f"No cluster found for name: {cluster}."
        raise refused(message, "EKS", "CreateAccessEntry", "ResourceNotFoundException", 404)
    taken = any(
        (each.inputs["clusterName"], each.inputs["principalArn"]) == (cluster, principal)
        for each in order.content.of(ENTRY)
    )
    # Whoever makes a cluster is its administrator from the first moment.
    if order.old is None and (taken or principal == DEPLOYER_AWS):
        message = "The specified access entry resource is already in use on this cluster."
        raise refused(message, "EKS", "CreateAccessEntry", "ResourceInUseException", 409)


def _right_fits(order: Order, place: Place) -> None:
    cluster, principal = order.inputs["clusterName"], order.inputs["principalArn"]
    if not any(
        (each.inputs["clusterName"], each.inputs["principalArn"]) == (cluster, principal)
        for each in order.content.of(ENTRY)
    ):
        message = (
            f"The specified principalArn could not be found. You can view your available access entries: {principal}"
        )
        raise refused(message, "EKS", "AssociateAccessPolicy", "ResourceNotFoundException", 404)
    arn = str(order.inputs["policyArn"])
    if not arn.startswith(f"arn:{place.partition}:eks::aws:cluster-access-policy/"):
        message = f"The policyArn parameter format is not valid: {arn}"
        raise refused(message, "EKS", "AssociateAccessPolicy", "InvalidParameterException")


def _entry_outputs(order: Order, place: Place, identifier: str, asked: Asked) -> Json:
    _ = asked
    principal = str(order.inputs["principalArn"])
    at_ = _stamp(order.now)
    return {
        "accessEntryArn": place.arn("eks", f"access-entry/{identifier.replace(':', '/', 1)}"),
        "createdAt": at_,
        "modifiedAt": at_,
        "type": order.inputs.get("type") or "STANDARD",
        "userName": order.inputs.get("userName") or principal,
        "kubernetesGroups": order.inputs.get("kubernetesGroups") or [],
    }


def _right_outputs(order: Order, place: Place, identifier: str, asked: Asked) -> Json:
    _ = place, identifier, asked
    return {"associatedAt": _stamp(order.now), "modifiedAt": _stamp(order.now)}


def _stamp(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


ACCESS_TYPES = (
    AwsType(
        module="eks",
        name="AccessEntry",
        title="EKS Access Entry",
        deed=None,
        identify=lambda order: f"{order.inputs['clusterName']}:{order.inputs['principalArn']}",
        outputs=_entry_outputs,
        replaces=("clusterName", "principalArn", "type"),
        may=_entry_fits,
    ),
    AwsType(
        module="eks",
        name="AccessPolicyAssociation",
        title="EKS Access Policy Association",
        deed=None,
        identify=lambda order: "#".join(
            str(order.inputs[each]) for each in ("clusterName", "principalArn", "policyArn")
        ),
        outputs=_right_outputs,
        replaces=("clusterName", "principalArn", "policyArn", "accessScope"),
        may=_right_fits,
        has_tags=False,
    ),
)
