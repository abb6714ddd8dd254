"""Nodes of GKE clusters: their pools, and the scopes of their tokens."""

from sandbox.clouds.google.type_tokens import POOL
from sandbox.clouds.world import Content, Thing

DEFAULT_SCOPES = tuple(
    f"https://www.googleapis.com/auth/{each}"
    for each in (
        "devstorage.read_only",
        "logging.write",
        "monitoring",
        "service.management.readonly",
        "servicecontrol",
        "trace.append",
    )
)
"""Scopes of nodes for which none are given (kubernetes-engine/docs/how-to/access-scopes)."""


def pools_of(content: Content, cluster: Thing) -> list[Thing]:
    """The node pools of a cluster, the oldest first."""
    return [each for each in content.of(POOL) if each.id.startswith(f"{cluster.id}/nodePools/")]
