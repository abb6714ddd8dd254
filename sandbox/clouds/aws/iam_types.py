"""Roles of the simulated IAM, and the policies attached to them."""

import json
import re

from sandbox.clouds.aws.kind import AwsType
from sandbox.clouds.aws.moto_account import Asked, Deed
from sandbox.clouds.aws.place import Place
from sandbox.clouds.aws.values import key_values
from sandbox.clouds.kinds import Json, Order
from sandbox.engine.property_values import UNKNOWN

_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)


def _check_role(inputs: Json) -> list[tuple[str, str]]:
    name, policy = inputs.get("name"), inputs.get("assumeRolePolicy")
    wrong: list[tuple[str, str]] = []
    if name is None:
        wrong.append(("name", "is missing: the simulation makes no names up"))
    elif name != UNKNOWN and not _NAME.fullmatch(str(name)):
        wrong.append(("name", f"invalid value for name: 1 to 64 of letters, digits and + = , . @ - _, not {name}"))
    if policy != UNKNOWN:
        try:
            json.loads(str(policy))
        except ValueError as error:
            wrong.append(("assumeRolePolicy", f"contains an invalid JSON policy: {error}"))
    return wrong


def _make_role(asked: Asked, inputs: Json) -> str:
    asked(
        "iam",
        "CreateRole",
        RoleName=inputs["name"],
        AssumeRolePolicyDocument=str(inputs["assumeRolePolicy"]),
        Path=inputs.get("path"),
        Description=inputs.get("description"),
        MaxSessionDuration=inputs.get("maxSessionDuration"),
        Tags=key_values(inputs),
    )
    return str(inputs["name"])


def _unmake_role(asked: Asked, inputs: Json) -> None:
    _ = inputs
    asked("iam", "DeleteRole", RoleName=asked.known)


def _change_role(asked: Asked, inputs: Json, identifier: str) -> None:
    asked("iam", "UpdateAssumeRolePolicy", RoleName=identifier, PolicyDocument=str(inputs["assumeRolePolicy"]))


def _role_outputs(order: Order, place: Place, identifier: str, asked: Asked) -> Json:
    _ = order
    role = asked("iam", "GetRole", RoleName=identifier)["Role"]
    return {
        "arn": place.iam(f"role{role['Path']}{identifier}"),
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "uniqueId": role["RoleId"],
        "path": role["Path"],
        "maxSessionDuration": role.get("MaxSessionDuration", 3600),
    }


def _attach(asked: Asked, inputs: Json) -> str:
    asked("iam", "AttachRolePolicy", RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
    return f"{inputs['role']}/{inputs['policyArn']}"


def _detach(asked: Asked, inputs: Json) -> None:
    asked("iam", "DetachRolePolicy", RoleName=inputs["role"], PolicyArn=inputs["policyArn"])


IAM_TYPES = (
    AwsType(
        module="iam",
        name="Role",
        title="IAM Role",
        deed=Deed(_make_role, _unmake_role),
        outputs=_role_outputs,
        replaces=("name", "namePrefix", "path"),
        check=_check_role,
        change=_change_role,
        regional=False,
    ),
    AwsType(
        module="iam",
        name="RolePolicyAttachment",
        title="IAM Role Policy Attachment",
        deed=Deed(_attach, _detach),
        replaces=("role", "policyArn"),
        has_tags=False,
        regional=False,
        # Attaching what is attached is no error in IAM, and detaching it then takes it from everybody.
        adopts=True,
    ),
)
