"""Role assignments: a right of one identity on one thing and all below it."""

import re

from sandbox.clouds import sdk_types
from sandbox.clouds.accounts import CLIENT_AZURE, DEPLOYER_AZURE
from sandbox.clouds.azure import arm
from sandbox.clouds.azure.rights import KNOWN_ROLES
from sandbox.clouds.azure.type_tokens import CLUSTER, ROLE_ASSIGNMENT
from sandbox.clouds.azure.vendor import check_assignment
from sandbox.clouds.kinds import Json, Kind, Order
from sandbox.clouds.world import Content

_GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_DEFINITION = re.compile(
    rf"(/subscriptions/{_GUID})?/providers/Microsoft\.Authorization/roleDefinitions/({_GUID})", re.I
)
_APPLICATION = "ServicePrincipal"


def _identify(order: Order) -> str:
    name = order.inputs["roleAssignmentName"]
    identifier = f"{order.inputs['scope']}/providers/Microsoft.Authorization/roleAssignments/{name}"
    if (there := arm.find(order.content, ROLE_ASSIGNMENT, identifier)) is not None:
        # pulumi-azure-native looks before it writes (provider.go), so Azure is not asked.
        raise arm.refused(409, "Conflict", f"cannot create already existing resource '{there.id}'")
    return identifier


def _outputs(order: Order, identifier: str) -> Json:
    inputs = order.inputs
    check_assignment(inputs)
    _refuse_unknown_scope(order)
    definition = _DEFINITION.fullmatch(str(inputs["roleDefinitionId"]))
    if definition is None or definition[3].lower() not in KNOWN_ROLES:
        message = f"The specified role definition with ID '{inputs['roleDefinitionId']}' does not exist."
        raise arm.refused(404, "RoleDefinitionDoesNotExist", message)
    _refuse_principal(order)
    _refuse_twin(order, identifier)
    moment = f"{order.now:.0f}"
    return {
        "azureApiVersion": "2022-04-01",
        "createdBy": DEPLOYER_AZURE,
        "createdOn": moment,
        "name": inputs["roleAssignmentName"],
        "type": "Microsoft.Authorization/roleAssignments",
        "updatedBy": DEPLOYER_AZURE,
        "updatedOn": moment,
    }


def _refuse_unknown_scope(order: Order) -> None:
    scope = str(order.inputs["scope"])
    parts = scope.strip("/").split("/")
    if len(parts) == 2:  # noqa: PLR2004 - /subscriptions/<guid>
        return
    if not any(each.id.lower() == scope.lower() for each in order.content.things):
        kind, name, group = "/".join(parts[5:7]), parts[-1], parts[3]
        raise arm.not_found(kind, name, group)


def _refuse_principal(order: Order) -> None:
    """Azure looks an identity up unless it is told that it is an application, which one that is new needs.

    So a wrong id, such as a client id, is refused without that word, and taken with it, to no effect.
    """
    principal, kind = str(order.inputs["principalId"]), order.inputs.get("principalType", "User")
    applications = _applications(order.content)
    if kind == _APPLICATION:
        return
    if principal in applications:
        message = (
            f"The PrincipalId '{principal.replace('-', '')}' has type 'ServicePrincipal', which is different from "
            f"specified PrinciaplType '{kind}'."
        )
        raise arm.refused(400, "UnmatchedPrincipalType", message)
    message = (
        f"Principal {principal.replace('-', '')} does not exist in the directory. Check that you have the correct "
        "principal ID. If you are creating this principal and then immediately assigning a role, this error might be "
        "related to a replication delay. In this case, set the role assignment principalType property to a value, such "
        "as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype"
    )
    raise arm.refused(400, "PrincipalNotFound", message)


def _applications(content: Content) -> set[str]:
    own = {DEPLOYER_AZURE}
    for each in content.of(CLUSTER):
        own |= {str(each.outputs["identity"].get("principalId"))}
        own |= {str(identity["objectId"]) for identity in each.outputs.get("identityProfile", {}).values()}
    return own - {CLIENT_AZURE}


def _refuse_twin(order: Order, identifier: str) -> None:
    """The same right twice is refused, whatever the assignments are called."""

    def right(inputs: Json) -> tuple[str, ...]:
        return tuple(str(inputs[key]).lower() for key in ("scope", "principalId", "roleDefinitionId"))

    for each in order.content.of(ROLE_ASSIGNMENT):
        if each.id != identifier and right(each.inputs) == right(order.inputs):
            name = str(each.inputs["roleAssignmentName"]).replace("-", "")
            message = f"The role assignment already exists. The ID of the existing role assignment is {name}."
            raise arm.refused(409, "RoleAssignmentExists", message)


def _check(inputs: Json) -> list[tuple[str, str]]:
    wrong = arm.pattern(inputs, "roleAssignmentName", _GUID, "a GUID")
    return wrong + arm.pattern(inputs, "principalId", _GUID, "a GUID: the object id of an identity")


def _defaults(logical: str, inputs: Json, config: Json) -> Json:
    if inputs.get("roleAssignmentName") is not None:
        return inputs
    return {**inputs, "roleAssignmentName": arm.guid(logical, arm.subscription_of(config), inputs.get("scope"))}


ROLE_ASSIGNMENTS = Kind(
    resource=sdk_types.resource("pulumi_azure_native.authorization", "RoleAssignment"),
    identify=_identify,
    outputs=_outputs,
    # pulumi-azure-native pull request 1010: every change replaces
    replaces=frozenset(
        {
            "condition",
            "conditionVersion",
            "delegatedManagedIdentityResourceId",
            "description",
            "principalId",
            "principalType",
            "roleAssignmentName",
            "roleDefinitionId",
            "scope",
        }
    ),
    check=_check,
    defaults=_defaults,
)
