"""Who may take a role: a pipeline is trusted by one repository and one environment, nobody by a wildcard."""

from collections.abc import Iterator

from policies.rule import Resource, Stack
from policies.rules.conditions import asked, has_wildcard
from policies.rules.documents import allowed, anybody
from policies.rules.registries import members
from policies.rules.rights import AWS_ROLE
from policies.values import Json, at, texts

AZURE_TRUST = "azure-native:managedidentity:FederatedIdentityCredential"
GOOGLE_PROVIDER = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
_SHARED_ISSUERS = ("token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io", "agent.buildkite.com")
"""Issuers of tokens for everybody's pipelines: the subject alone says whose."""
_PULL_REQUEST = ":pull_request"
"""End of the subject of any pull request of GitHub, whoever opened it."""


def trust_wildcard(resource: Resource, _: Stack) -> Iterator[str]:
    """Roles that more may take than whoever is meant."""
    if resource.type == AWS_ROLE:
        for statement in allowed(resource.inputs.get("assumeRolePolicy")):
            yield from (f"{resource.shown} {each}" for each in _of_aws(statement))
    elif resource.type == AZURE_TRUST:
        yield from _subjects(resource, texts(resource.inputs.get("subject")))
    elif resource.type == GOOGLE_PROVIDER:
        issuer = at(resource.inputs, "oidc", "issuerUri")
        if _shared(issuer) and resource.inputs.get("attributeCondition") is None:
            yield f"{resource.shown} takes every token of {issuer}: it has no attributeCondition"
    else:
        for member in members(resource):
            if member.startswith("principalSet://") and member.endswith("/*"):
                yield f"{resource.shown} gives {at(resource.inputs, 'role')} to all of a pool, {member}"


def _of_aws(statement: Json) -> Iterator[str]:
    if anybody(statement):
        yield "may be taken by every account of AWS"
    for issuer in texts(at(statement, "Principal", "Federated")):
        if not _shared(issuer):
            continue
        host = issuer.rpartition("oidc-provider/")[2]
        subjects = asked(statement.get("Condition"), f"{host}:sub")
        if subjects is None:
            continue
        if not any(subjects):
            yield f"may be taken by every pipeline of {host}: no condition on {host}:sub that names one"
        # One that names a pipeline is enough, whatever a second one leaves open.
        elif all(any(map(_open, each)) for each in subjects):
            yield from (f"may be taken by {each}" for some in subjects for each in some if _open(each))


def _subjects(resource: Resource, subjects: list[str]) -> Iterator[str]:
    yield from (f"{resource.shown} trusts {each}" for each in subjects if _open(each))


def _open(subject: str) -> bool:
    return has_wildcard(subject) or subject.endswith(_PULL_REQUEST)


def _shared(issuer: object) -> bool:
    return isinstance(issuer, str) and any(each in issuer for each in _SHARED_ISSUERS)
