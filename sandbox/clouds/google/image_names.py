"""Which repository of Artifact Registry an image's name means. Pure."""

import re
from dataclasses import dataclass

from sandbox.clouds.google.places import DOMAIN_NAMED

_HOST = re.compile(r"([a-z0-9-]+)-docker\.pkg\.dev")


@dataclass(frozen=True)
class Home:
    """Where an image is."""

    project: str
    location: str
    repository: str

    @property
    def resource(self) -> str:
        """The repository's full name."""
        return f"projects/{self.project}/locations/{self.location}/repositories/{self.repository}"


def is_google(host: str) -> bool:
    """Whether a registry host is Google's."""
    return host in DOMAIN_NAMED or _HOST.fullmatch(host) is not None


def home(host: str, path: str) -> Home | None:
    """Where an image is; None when the path names no image (artifact-registry/docs/docker/names).

    Args:
        host: of the registry.
        path: project, repository and image; at names of Container Registry without the repository.
    """
    parts = path.split("/")
    # A project of a domain stands in two parts.
    project = f"{parts[0]}:{parts[1]}" if "." in parts[0] and len(parts) > 1 else parts[0]
    rest = parts[2:] if ":" in project else parts[1:]
    if host in DOMAIN_NAMED:
        return Home(project, DOMAIN_NAMED[host], host) if rest else None
    found = _HOST.fullmatch(host)
    if found is None or len(rest) < 2:  # noqa: PLR2004 - a repository and an image
        return None
    return Home(project, found[1], rest[0])


def denied(permission: str, repository: str) -> str:
    """What Artifact Registry says of a missing right and of a missing repository alike."""
    return (
        f'Permission "artifactregistry.repositories.{permission}" denied on resource "{repository}" '
        "(or it may not exist)"
    )
