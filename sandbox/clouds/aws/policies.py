"""What IAM policies allow, and what a repository's own policy adds. Pure, but for the list of AWS's own policies.

Rules: docs.aws.amazon.com IAM/latest/UserGuide/reference_policies_evaluation-logic: a deny wins, nothing is allowed
that no statement allows; in one account the policy of the identity or that of the resource is enough, across accounts
both are wanted.
"""

import fnmatch
import importlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, cast

from sandbox.clouds.aws.type_tokens import ATTACHMENT, REPOSITORY_POLICY, ROLE
from sandbox.clouds.clusters import at
from sandbox.clouds.world import Content, Thing

Statement = Mapping[str, Any]
Counts = Callable[[Thing], bool]
"""Whether a right is old enough to be known everywhere."""


def managed_policy(arn: str) -> list[Statement]:
    """The statements of a policy that AWS keeps, as moto's copy has them; none of an unknown one."""
    return statements(_managed().get(arn.partition(":policy/")[2].rpartition("/")[2], {}).get("Document", {}))


def statements(document: object) -> list[Statement]:
    """The statements of a policy, given as text or as an object."""
    policy: Any = json.loads(document) if isinstance(document, str) else document
    found: Any = at(policy, "Statement")
    return cast("list[Statement]", found if isinstance(found, list) else [found] if found else [])


def identity_statements(content: Content, role_arn: str, counts: Counts) -> list[Statement]:
    """What the policies attached to a role say; none for a role that is not there."""
    role = role_by_arn(content, role_arn)
    if role is None:
        return []
    attached = [each for each in content.of(ATTACHMENT) if each.inputs.get("role") == role.id and counts(each)]
    # A policy of another partition does not exist in this one.
    partition = role_arn.split(":")[1]
    arns = [str(each.inputs.get("policyArn")) for each in attached]
    return [found for arn in arns if arn.split(":")[1] == partition for found in managed_policy(arn)]


def repository_statements(
    content: Content, account: str, region: str, repository: str, counts: Counts
) -> list[Statement]:
    """What a repository's policy says."""
    here = [
        each
        for each in content.of(REPOSITORY_POLICY)
        if each.inputs.get("repository") == repository
        and (each.outputs.get("registryId"), each.outputs.get("region")) == (account, region)
        and counts(each)
    ]
    return [found for each in here for found in statements(each.inputs.get("policy"))]


def role_by_arn(content: Content, arn: str) -> Thing | None:
    """A role that is there."""
    return next((each for each in content.of(ROLE) if each.outputs.get("arn") == arn), None)


def trusts(role: Thing, service: str, action: str = "sts:AssumeRole") -> bool:
    """Whether a service may take a role on; EC2 in China goes by both names."""
    names = {service, f"{service}.cn"}
    return any(
        each.get("Effect") == "Allow"
        and _matches(_listed(each.get("Action")), action)
        and names & set(_listed(_principal(each, "Service")))
        for each in statements(role.inputs.get("assumeRolePolicy"))
    )


def allowed(found: Iterable[Statement], action: str, resource: str) -> bool | None:
    """Whether statements allow an action; None when none speaks of it."""
    effects = {
        str(each.get("Effect"))
        for each in found
        if _matches(_listed(each.get("Action")), action) and _matches(_listed(each.get("Resource", "*")), resource)
    }
    return None if not effects else effects == {"Allow"}


def for_principal(found: Iterable[Statement], arn: str) -> list[Statement]:
    """The statements of a resource's policy that are about an identity, by itself or by its whole account."""
    account = arn.split(":")[4]
    names = {"*", arn, account, f"arn:{arn.split(':')[1]}:iam::{account}:root"}
    return [each for each in found if each.get("Principal") == "*" or names & set(principals(each))]


def principals(statement: Statement) -> list[str]:
    """The identities that a statement of a resource's policy names: ARNs, accounts, `*`."""
    return _listed(_principal(statement, "AWS"))


def _principal(statement: Statement, kind: str) -> object:
    return at(dict(statement), "Principal", kind)


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in cast("list[object]", value)] if isinstance(value, list) else [str(value)]


def _matches(patterns: Iterable[str], text: str) -> bool:
    return any(fnmatch.fnmatchcase(text.lower(), each.lower()) for each in patterns)


@cache
def _managed() -> Mapping[str, Mapping[str, Any]]:
    # Imported at the first question: it is large, and most of the time nobody asks.
    return json.loads(importlib.import_module("moto.iam.aws_managed_policies").aws_managed_policies_data)
