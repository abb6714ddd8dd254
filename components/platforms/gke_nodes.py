"""What runs on the nodes of a GKE cluster, and as whom: rules of Google's names. Pure."""

import hashlib
import re

from components.settings_gke import GkeCluster, NewGkeCluster

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
"""Scope of the nodes' tokens: what they may do is decided by roles alone."""

_PULL_SCOPES = frozenset(
    f"https://www.googleapis.com/auth/{each}"
    for each in ("cloud-platform", "devstorage.full_control", "devstorage.read_only", "devstorage.read_write")
)
"""Scopes with one of which a node may pull (artifact-registry/docs/integrate-gke, access scopes)."""
_LONGEST_ACCOUNT = 30
_ZONES = 3


def may_pull(scopes: list[str]) -> bool:
    """Whether tokens with these scopes are taken by Artifact Registry; the roles come on top."""
    return not _PULL_SCOPES.isdisjoint(scopes)


def account_id(cluster: NewGkeCluster) -> str:
    """Id of the nodes' service account: 6 to 30 characters, its own for each cluster of a project.

    Clusters of two places may have the same name, so the place is in it, as four hexadecimal digits.
    """
    mark = hashlib.sha256(f"{cluster.location}/{cluster.name}".encode()).hexdigest()[:4]
    end = f"-nodes-{mark}"
    return cluster.name[: _LONGEST_ACCOUNT - len(end)].rstrip("-") + end


def region(location: str) -> str:
    """The region of a place: `europe-west1-b` and `europe-west1` → `europe-west1`."""
    return re.sub(r"-[a-z]$", "", location)


def is_zone(location: str) -> bool:
    """Whether a place is a zone."""
    return region(location) != location


def node_count(cluster: NewGkeCluster, *, production: bool) -> int:
    """Nodes in each zone; a region has three zones, so production has three nodes either way."""
    if cluster.node_count is not None:
        return cluster.node_count
    return _ZONES if production and is_zone(cluster.location) else 1


def context_name(cluster: GkeCluster) -> str:
    """The context that `gcloud container clusters get-credentials` makes for it."""
    return f"gke_{cluster.project}_{cluster.location}_{cluster.name}"


def identifier(cluster: GkeCluster) -> str:
    """Tells clusters apart for ever, and is known before there is one."""
    return f"gke/{cluster.project}/{cluster.location}/{cluster.name}"
