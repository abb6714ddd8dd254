"""APIs of projects. A project is whatever is named as one; nothing of it is on at first."""

import zlib

from sandbox.clouds.google.type_tokens import SERVICE
from sandbox.clouds.kinds import CloudError
from sandbox.clouds.world import Content

TITLES = {
    "artifactregistry": "Artifact Registry API",
    "compute": "Compute Engine API",
    "container": "Kubernetes Engine API",
    "iam": "Identity and Access Management (IAM) API",
}
_BROUGHT_ALONG = {"compute": "container", "iam": "container"}
"""An API → the one that turns it on too (docs.cloud.google.com service-usage/docs/enabled-service)."""


def project_number(project: str) -> str:
    """A project's number, twelve digits."""
    return f"{zlib.crc32(project.encode()):012d}"


def is_on(content: Content, project: str, api: str) -> bool:
    """Whether an API is on; it stays on when the resource that turned it on is gone."""
    wanted = {f"{project}/{each}.googleapis.com" for each in (api, _BROUGHT_ALONG.get(api)) if each}
    return any(each.deed == "create" and each.token == SERVICE and each.id in wanted for each in content.journal)


def require(content: Content, project: str, api: str) -> None:
    """Refuse what needs an API that is off.

    Raises:
        CloudError: in Google's words.
    """
    if not is_on(content, project, api):
        message = f"googleapi: Error 403: {off_text(project, api)}, accessNotConfigured"
        raise CloudError(message)


def off_text(project: str, api: str) -> str:
    """What Google says of an API that is off."""
    number = project_number(project)
    return (
        f"{TITLES[api]} has not been used in project {number} before or it is disabled. Enable it by visiting "
        f"https://console.developers.google.com/apis/api/{api}.googleapis.com/overview?project={number} then retry. "
        "If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry."
    )
