"""Mistakes of who may take a role: name → the code that finds it, and the change that plants it."""

from collections.abc import Mapping
from typing import Any

from tests.unit.policies_planted_clouds import azure, gcp
from tests.unit.policies_world import GITHUB, ROLE, SUBJECT, Made, document, trust

_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_BRANCH = "repo:a/b:ref:refs/heads/main"


def everybody(**condition: Any) -> Made:
    """A role that trusts all accounts, under a condition."""
    trusted = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": condition}
    return Made(ROLE, {"assumeRolePolicy": document(trusted)})


TRUST: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "a role for every account": (
        "trust-wildcard",
        {"x": Made(ROLE, {"assumeRolePolicy": document({**_ALL, "Action": "sts:AssumeRole", "Principal": "*"})})},
    ),
    "a role for every pipeline": (
        "trust-wildcard",
        {"ci-role/assumeRolePolicy": trust(StringEquals={f"{GITHUB.rpartition('/')[2]}:aud": "sts.amazonaws.com"})},
    ),
    "a role for every branch": (
        "trust-wildcard",
        {"ci-role/assumeRolePolicy": trust(StringLike={SUBJECT: "repo:a/b:*"})},
    ),
    "a role for every pull request": (
        "trust-wildcard",
        {"ci-role/assumeRolePolicy": trust(StringEquals={SUBJECT: ["repo:a/b:pull_request"]})},
    ),
    "a role for whoever is not one branch": (
        "trust-wildcard",
        {"ci-role/assumeRolePolicy": trust(StringNotEquals={SUBJECT: _BRANCH})},
    ),
    "a role for whoever has no subject": (
        "trust-wildcard",
        {"ci-role/assumeRolePolicy": trust(**{"ForAllValues:StringEquals": {SUBJECT: _BRANCH}})},
    ),
    "a role for branches that differ in a letter": (
        "trust-wildcard",
        {"ci-role/assumeRolePolicy": trust(StringLike={SUBJECT: "repo:a/b:ref:refs/heads/mai?"})},
    ),
    "a role for every branch, by two conditions": (
        "trust-wildcard",
        {
            "ci-role/assumeRolePolicy": trust(
                StringLike={SUBJECT: "repo:a/b:*"}, StringEquals={SUBJECT: [_BRANCH, "repo:a/b:pull_request"]}
            )
        },
    ),
    "a role for whoever comes by TLS": ("trust-wildcard", {"x": everybody(Bool={"aws:SecureTransport": "true"})}),
    "a role for whoever is in a region": (
        "trust-wildcard",
        {"x": everybody(StringEquals={"aws:RequestedRegion": "eu-central-1"})},
    ),
    "a role for every other account": (
        "trust-wildcard",
        {"x": everybody(StringNotEquals={"aws:PrincipalAccount": "1"})},
    ),
    "a role for every role of one name": (
        "trust-wildcard",
        {"x": everybody(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/ci"})},
    ),
    "a role for every organization": (
        "trust-wildcard",
        {"x": everybody(StringLike={"aws:PrincipalOrgPaths": ["o-1/*", "*/r-1/*"]})},
    ),
    "an identity of Azure for every pull request": (
        "trust-wildcard",
        {"x": azure("managedidentity:FederatedIdentityCredential", subject="repo:a/b:pull_request")},
    ),
    "a pool that takes every pipeline": (
        "trust-wildcard",
        {
            "x": gcp(
                "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
                oidc={"issuerUri": "https://token.actions.githubusercontent.com"},
            )
        },
    ),
    "a role for a whole pool": (
        "trust-wildcard",
        {
            "x": gcp(
                "serviceaccount/iAMMember:IAMMember",
                role="roles/iam.workloadIdentityUser",
                member="principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/*",
            )
        },
    ),
}
