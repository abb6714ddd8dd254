"""Service accounts that are there, and what roles mean."""

import re

from sandbox.clouds.accounts import DEPLOYER_GOOGLE
from sandbox.clouds.google.apis import is_on, project_number
from sandbox.clouds.google.type_tokens import ACCOUNT
from sandbox.clouds.kinds import CloudError, Json
from sandbox.clouds.world import Content

ARTIFACT_READERS = frozenset(
    f"roles/artifactregistry.{each}"
    for each in ("reader", "writer", "repoAdmin", "admin", "createOnPushWriter", "createOnPushRepoAdmin")
)
ARTIFACT_WRITERS = ARTIFACT_READERS - {"roles/artifactregistry.reader"}
"""Roles with `artifactregistry.repositories.downloadArtifacts`, and with `…uploadArtifacts`
(iam/docs/roles-permissions/artifactregistry)."""

_COMPUTE = re.compile(r"(\d{12})-compute@developer\.gserviceaccount\.com")


def compute_account(project: str) -> str:
    """The service account that machines of a project have when nobody says another."""
    return f"{project_number(project)}-compute@developer.gserviceaccount.com"


def exists(content: Content, email: str) -> bool:
    """Whether there is a service account: somebody made it, or it came with an API."""
    if email == DEPLOYER_GOOGLE or any(each.outputs.get("email") == email for each in content.of(ACCOUNT)):
        return True
    return _COMPUTE.fullmatch(email) is not None and any(
        compute_account(project) == email and is_on(content, project, "compute") for project in _projects(content)
    )


def require_account(content: Content, email: str) -> None:
    """Refuse what names a service account that is not there.

    Raises:
        CloudError: in Google's words.
    """
    if not exists(content, email):
        message = f"googleapi: Error 400: Service account {email} does not exist., badRequest"
        raise CloudError(message)


def require_member(content: Content, member: str) -> None:
    """Refuse a member that is a service account which is not there.

    Raises:
        CloudError: in Google's words.
    """
    kind, _, email = member.partition(":")
    if kind == "serviceAccount":
        require_account(content, email)


def account_of(config: Json | None, project: str) -> str:
    """Whom nodes of a configuration are: their own service account, or the one that all machines have."""
    given = (config or {}).get("serviceAccount")
    return compute_account(project) if given in (None, "", "default") else str(given)


def _projects(content: Content) -> set[str]:
    return {each.id.partition("/")[0] for each in content.journal if each.id.endswith(".googleapis.com")}
