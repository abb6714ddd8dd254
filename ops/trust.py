"""Who a job of a pipeline is, and who has to trust it. Pure.

A job of GitHub, GitLab or Azure DevOps shows a cloud a token (OpenID Connect) that says who issued it (`iss`), for whom
it is (`aud`) and who the job is (`sub`). A cloud lets in those whom it was told to.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Truster(StrEnum):
    """Who has to trust the job: a target's cloud, or Pulumi Cloud."""

    AKS = "aks"
    EKS = "eks"
    GKE = "gke"
    PULUMI = "pulumi"


@dataclass(frozen=True)
class Identity:
    """Who a job is; nothing of it is secret."""

    issuer: str
    subject: str
    audience: str


@dataclass(frozen=True)
class Branches:
    """All branches of one project of GitLab."""

    project: str
    """`group/project`."""

    @property
    def pattern(self) -> str:
        """Their subjects, with a star for the branch."""
        return f"project_path:{self.project}:ref_type:branch:ref:*"


_PROVIDER = "projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER"
_OF_BRANCH = re.compile(r"project_path:([^:]+):ref_type:branch:ref:(.+)")
"""docs.gitlab.com/ci/secrets/id_token_authentication, `sub`."""


def audience(truster: Truster, variables: Mapping[str, str]) -> str:
    """For whom the token of the login is: what the four actions of GitHub ask for by default."""
    if truster is Truster.GKE:
        return f"https://iam.googleapis.com/{google_provider(variables)}"
    return {
        Truster.AKS: "api://AzureADTokenExchange",
        Truster.EKS: "sts.amazonaws.com",
        Truster.PULUMI: f"urn:pulumi:org:{known_or(variables, 'PULUMI_ORGANIZATION', 'ORGANIZATION')}",
    }[truster]


def branches(identity: Identity, variables: Mapping[str, str]) -> Branches | None:
    """Whom to trust in place of the job alone, where its subject is that of a branch which goes with a merge request.

    The default branch is trusted by itself: its jobs deploy.

    Args:
        identity: of the job.
        variables: of GitLab, as far as they are known: CI_DEFAULT_BRANCH.
    """
    found = _OF_BRANCH.fullmatch(identity.subject)
    if found is None or found[2] == variables.get("CI_DEFAULT_BRANCH"):
        return None
    return Branches(found[1])


def google_provider(variables: Mapping[str, str]) -> str:
    """The full name of a provider of an identity pool."""
    return known_or(variables, "GOOGLE_IDENTITY_PROVIDER", _PROVIDER)


def known_or(variables: Mapping[str, str], name: str, otherwise: str) -> str:
    """A variable's value, or a word to be replaced where nobody gave it."""
    return variables.get(name) or otherwise
