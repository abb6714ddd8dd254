"""Rights that are wider than what needs them, or that take away what others gave."""

import re
from collections.abc import Iterator

from policies.rule import Resource, Stack, objects_of
from policies.rules.documents import allowed, wide_actions
from policies.rules.registries import ECR_POLICIES
from policies.values import LATER, Json, at, listed, texts

AWS_DOCUMENTS = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    *ECR_POLICIES,
)
AWS_ROLE = "aws:iam/role:Role"
AWS_EXCLUSIVE = (
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
)
AZURE_ASSIGNMENT = "azure-native:authorization:RoleAssignment"
AZURE_ROLE = "azure-native:authorization:RoleDefinition"
_WIDE_AWS = re.compile(r".*:policy/(?:AdministratorAccess|PowerUserAccess|IAMFullAccess|\w+FullAccess)")
_WIDE_AZURE = {
    # learn.microsoft.com azure/role-based-access-control/built-in-roles
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
}
_WIDE_GOOGLE = ("roles/owner", "roles/editor")
_GOOGLE_AUTHORITATIVE = re.compile(r"gcp:.*:\w*I(?:AM|am)(?:Binding|Policy)")
_NOBODY = ("system:anonymous", "system:unauthenticated", "system:authenticated")
"""In groups and names of Kubernetes: everybody who reaches the API server, or who has any login."""


def iam_wildcard(resource: Resource, _: Stack) -> Iterator[str]:
    """Rights to everything."""
    look = {"aws": _wide_aws, "azure-native": _wide_azure, "gcp": _wide_google, "kubernetes": _wide_kubernetes}
    yield from (f"{resource.shown} {each}" for each in look[resource.type.partition(":")[0]](resource))


def aws_documents(resource: Resource) -> list[object]:
    """The documents that say what somebody may do, LATER for those not known yet."""
    if resource.type in AWS_DOCUMENTS:
        return [resource.inputs.get("policy")]
    inline = resource.inputs.get("inlinePolicies") if resource.type == AWS_ROLE else None
    return [LATER] if inline is LATER else [at(each, "policy") for each in listed(inline)]


def aws_attached(resource: Resource) -> list[object]:
    """The ARNs of the policies that a resource attaches, LATER for those not known yet."""
    given = [resource.inputs.get(key) for key in ("policyArn", "managedPolicyArns")]
    return [each for some in given for each in ([LATER] if some is LATER else listed(some))]


def azure_role(assignment: Resource) -> object:
    """The id of the role that is assigned, which has no case; LATER if it is not known yet."""
    given = at(assignment.inputs, "roleDefinitionId")
    return given.rpartition("/")[2].lower() if isinstance(given, str) else given


def _wide_aws(resource: Resource) -> Iterator[str]:
    for each in aws_documents(resource):
        for statement in allowed(each):
            yield from (f"allows {action}" for action in wide_actions(statement))
    for arn in texts(aws_attached(resource)):
        if _WIDE_AWS.fullmatch(arn):
            yield f"attaches {arn.rpartition('/')[2]}"


def _wide_azure(resource: Resource) -> Iterator[str]:
    role = azure_role(resource)
    if resource.type == AZURE_ASSIGNMENT and isinstance(role, str) and role in _WIDE_AZURE:
        yield f"gives the role {_WIDE_AZURE[role]}"
    for permission in listed(resource.inputs.get("permissions") if resource.type == AZURE_ROLE else None):
        if "*" in texts(at(permission, "actions")):
            yield "has the action *"


def _wide_google(resource: Resource) -> Iterator[str]:
    role = at(resource.inputs, "role")
    if role in _WIDE_GOOGLE:
        yield f"gives {role}"


def _wide_kubernetes(resource: Resource) -> Iterator[str]:
    for seen in objects_of(resource):
        if seen.kind in ("Role", "ClusterRole"):
            for rule in listed(seen.inputs.get("rules")):
                if "*" in texts(at(rule, "verbs")) and "*" in texts(at(rule, "resources")):
                    yield "allows every verb on every resource"
        if seen.kind in ("RoleBinding", "ClusterRoleBinding"):
            yield from _wide_binding(seen.inputs)


def _wide_binding(inputs: Json) -> Iterator[str]:
    role = at(inputs, "roleRef", "name")
    if role == "cluster-admin":
        yield "gives cluster-admin"
    names = [at(each, "name") for each in listed(inputs.get("subjects"))]
    yield from (f"gives {role} to {each}" for each in names if each in _NOBODY)


def iam_authoritative(resource: Resource, _: Stack) -> Iterator[str]:
    """Resources that set all of who has a right, and so take it from whom they do not name."""
    if _GOOGLE_AUTHORITATIVE.fullmatch(resource.type):
        yield f"{resource.shown} sets all who have a role, and takes it from everybody whom it does not name"
    if resource.type in AWS_EXCLUSIVE:
        yield f"{resource.shown} detaches what others attached"
    if resource.type == AWS_ROLE:
        for key in ("managedPolicyArns", "inlinePolicies"):
            if resource.inputs.get(key):
                yield f"{resource.shown} has {key}, which detaches what others attached"
    for seen in objects_of(resource):
        if seen.kind == "ConfigMap" and (seen.namespace, seen.metadata.get("name")) == ("kube-system", "aws-auth"):
            yield f"{resource.shown} is aws-auth, all of who may enter an EKS cluster, the nodes too"
