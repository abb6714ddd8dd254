"""Where the control plane of a new AKS cluster writes its logs: a workspace, read with Azure Monitor."""

import pulumi
from pulumi_azure_native import Provider, monitor, operationalinsights

from components.naming import shortened
from components.platforms.aks_cluster import Aks
from components.platforms.aks_registry import Place

CATEGORIES = ("kube-audit-admin", "guard")
"""Who changed what, and who was let in (learn.microsoft.com azure/aks/monitor-aks-reference). `kube-audit` has every
read too, and costs many times as much."""
_DAYS = 30
"""What is kept at no further cost."""


_LONGEST = 63
"""Of a workspace's name, at least 4: letters, digits and hyphens, ending in a letter or digit (learn.microsoft.com
azure/azure-resource-manager/management/resource-name-rules)."""


def workspace_name(cluster: str) -> str:
    """Of the logs of a cluster, by its name."""
    return shortened(f"{cluster}-logs".replace("_", "-"), _LONGEST)


def keep_logs(cluster: Aks, place: Place, azure: Provider) -> None:
    """Keep the logs of a cluster of this stack."""
    assert cluster.made is not None
    opts = pulumi.ResourceOptions(provider=azure)
    workspace = operationalinsights.Workspace(
        "logs",
        resource_group_name=place.group,
        workspace_name=workspace_name(cluster.name),
        location=place.location,
        sku={"name": "PerGB2018"},
        retention_in_days=_DAYS,
        tags=place.tags,
        opts=opts,
    )
    monitor.DiagnosticSetting(
        "logs",
        resource_uri=cluster.made.id,
        name="control-plane",
        workspace_id=workspace.id,
        logs=[{"category": each, "enabled": True} for each in CATEGORIES],
        opts=opts,
    )
