"""Service accounts, and the roles that a project gives."""

import zlib
from collections.abc import Iterable

from sandbox.clouds import sdk_types
from sandbox.clouds.google.apis import project_number, require
from sandbox.clouds.google.identities import ARTIFACT_READERS, compute_account, require_member
from sandbox.clouds.google.places import Failures, domain_form, project_of, text, with_project, wrong_name
from sandbox.clouds.google.type_tokens import ACCOUNT
from sandbox.clouds.kinds import CloudError, Function, Json, Kind, Order

PROJECT_ROLES = ARTIFACT_READERS | {
    "roles/container.defaultNodeServiceAccount",
    "roles/editor",
    "roles/logging.logWriter",
    "roles/monitoring.metricWriter",
    "roles/owner",
    "roles/viewer",
}

_ID = r"[a-z](?:[-a-z0-9]{4,28}[a-z0-9])"
_MEMBER = r"(serviceAccount|user|group|domain):[^:]+|allUsers|allAuthenticatedUsers"


def check_member(inputs: Json, roles: Iterable[str]) -> Failures:
    """What is wrong with one member of a role."""
    found = wrong_name(inputs, "member", _MEMBER)
    role = text(inputs, "role")
    if role and role not in roles:
        found.append(("role", f"Role {role} is not supported for this resource."))
    if inputs.get("condition") is not None:
        found.append(("condition", "the simulation has no conditions"))
    return found


def _email(order: Order) -> str:
    return f"{order.inputs['accountId']}@{domain_form(project_of(order))}.iam.gserviceaccount.com"


def _identify(order: Order) -> str:
    identifier = f"projects/{project_of(order)}/serviceAccounts/{_email(order)}"
    if order.content.find(ACCOUNT, identifier) is not None:
        message = (
            f"Error creating service account: googleapi: Error 409: Service account {order.inputs['accountId']} "
            f"already exists within project projects/{project_of(order)}., alreadyExists"
        )
        raise CloudError(message)
    return identifier


def _account(order: Order, identifier: str) -> Json:
    if order.old is not None:
        return order.old.outputs
    require(order.content, project_of(order), "iam")
    email = _email(order)
    # Another one each time: rights of one that was deleted are not those of the next with its name.
    unique = f"1{zlib.crc32(f'{email}{order.now}'.encode()):020d}"
    return {"email": email, "member": f"serviceAccount:{email}", "name": identifier, "uniqueId": unique}


def _given(order: Order, identifier: str) -> Json:
    _ = identifier
    require_member(order.content, order.inputs["member"])
    return {"etag": "BwXsimulated="}


def _default_account(order: Order) -> Json:
    project = project_of(order)
    require(order.content, project, "compute")
    email = compute_account(project)
    name = f"projects/{project}/serviceAccounts/{email}"
    return {
        "id": name,
        "name": name,
        "email": email,
        "member": f"serviceAccount:{email}",
        "displayName": "Compute Engine default service account",
        "project": project,
        "uniqueId": f"1{project_number(project):0>20}",
    }


ACCOUNTS = Kind(
    resource=sdk_types.resource("pulumi_gcp.serviceaccount", "Account"),
    identify=_identify,
    outputs=_account,
    replaces=frozenset({"accountId", "project"}),
    check=lambda inputs: wrong_name(inputs, "accountId", _ID),
    defaults=with_project,
    delete_first=True,
)
MEMBERS = Kind(
    resource=sdk_types.resource("pulumi_gcp.projects", "IAMMember"),
    identify=lambda order: f"{order.inputs['project']}/{order.inputs['role']}/{order.inputs['member']}",
    outputs=_given,
    replaces=frozenset({"member", "project", "role"}),
    check=lambda inputs: check_member(inputs, PROJECT_ROLES),
    adopts=True,
)
DEFAULT_ACCOUNT = Function(
    token="gcp:compute/getDefaultServiceAccount:getDefaultServiceAccount",  # noqa: S106 - a type token
    call=_default_account,
    known=frozenset({"project"}),
)
