"""The right to pull that a stack gives, as its state has it. Pure."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from ops.state import Resource, State, revealed
from pulls.kubelet.objects import Json, moment, part, text

_AZURE_ROLES = {
    "7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull",
    "b93aa761-3e63-49ed-ac28-beffa264f7ac": "Container Registry Repository Reader",
}
"""Built-in roles with which one may pull (learn.microsoft.com role-based-access-control/built-in-roles/containers)."""
_AWS_POLICIES = ("AmazonEC2ContainerRegistryPullOnly", "AmazonEC2ContainerRegistryReadOnly")
_GOOGLE_ROLE = "roles/artifactregistry.reader"
_DOCKER_CONFIG = "kubernetes.io/dockerconfigjson"


@dataclass(frozen=True, kw_only=True)
class StackGrant:
    """A right to pull; kinds as in `pulls.evidence.Grant`."""

    kind: str
    identity: str
    """Who pulls: a principal id, a role, an account; of a pull secret, its name."""
    role: str
    resource: str
    """What the right is on."""
    since: datetime | None
    """When the stack gave it; None where nobody wrote it down."""

    @property
    def described(self) -> str:
        """Who may pull what by which right."""
        if self.kind == "pull-secret":
            return f"pull secret {self.identity} for {self.resource or 'a registry that the state keeps encrypted'}"
        return f"{self.role} on {self.resource} for {self.identity} ({self.kind})"


def grants(state: State) -> list[StackGrant]:
    """The rights to pull that a stack gives; none where everybody may pull, or where somebody else gave the right."""
    found = [rule(each) for each in state.resources if not each.goes for rule in _rules(each.type)]
    return [each for each in found if each is not None]


def _azure(resource: Resource) -> StackGrant | None:
    inputs = revealed(resource.inputs)
    role = _AZURE_ROLES.get(text(inputs, "roleDefinitionId").rpartition("/")[2])
    if role is None:
        return None
    return StackGrant(
        kind="kubelet-identity",
        identity=text(inputs, "principalId"),
        role=role,
        resource=text(inputs, "scope"),
        since=resource.created,
    )


def _aws_role(resource: Resource) -> StackGrant | None:
    inputs = revealed(resource.inputs)
    policy = text(inputs, "policyArn").rpartition("/")[2]
    if policy not in _AWS_POLICIES:
        return None
    return StackGrant(
        kind="node-role",
        identity=text(inputs, "role"),
        role=policy,
        resource="every repository of the account",
        since=resource.created,
    )


def _aws_repository(resource: Resource) -> StackGrant | None:
    repository = text(revealed(resource.inputs), "repository")
    return StackGrant(
        kind="node-role",
        identity="whom its policy names",
        role="repository policy",
        resource=repository,
        since=resource.created,
    )


def _google(resource: Resource) -> StackGrant | None:
    inputs = revealed(resource.inputs)
    if text(inputs, "role") != _GOOGLE_ROLE:
        return None
    return StackGrant(
        kind="node-service-account",
        identity=text(inputs, "member").removeprefix("serviceAccount:"),
        role=_GOOGLE_ROLE,
        resource=text(inputs, "repository"),
        since=resource.created,
    )


def _pull_secret(resource: Resource) -> StackGrant | None:
    inputs: Json = revealed(resource.inputs)
    if text(inputs, "type") != _DOCKER_CONFIG:
        return None
    made = moment(part(revealed(resource.outputs), "metadata"), "creationTimestamp")
    return StackGrant(
        kind="pull-secret",
        identity=text(inputs, "metadata", "name") or resource.id.rpartition("/")[2],
        role="login",
        resource=", ".join(_hosts(text(inputs, "stringData", ".dockerconfigjson"))),
        since=resource.created or made,
    )


def _hosts(docker_config: str) -> list[str]:
    """The registries that a pull secret is for, and nothing else of it."""
    try:
        document = json.loads(docker_config)
    except ValueError:
        return []
    return sorted(part(cast("Json", document), "auths")) if isinstance(document, dict) else []


_Rule = Callable[[Resource], StackGrant | None]
_EXACT: dict[str, _Rule] = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _aws_role,
    "aws:ecr/repositoryPolicy:RepositoryPolicy": _aws_repository,
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": _google,
    "kubernetes:core/v1:Secret": _pull_secret,
}


def _rules(kind: str) -> list[_Rule]:
    # Azure's tokens may have a version of the API in them: azure-native:authorization/v20220401:RoleAssignment.
    if kind.startswith("azure-native:authorization") and kind.endswith(":RoleAssignment"):
        return [_azure]
    return [_EXACT[kind]] if kind in _EXACT else []
