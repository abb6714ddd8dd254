"""What stays when a stack on AKS is destroyed. Pure."""

from components.platforms.aks_logs import workspace_name
from components.platforms.leaves import images_in
from components.settings_aks import ExistingAcr, NewAksCluster
from components.settings_foreign import ForeignRegistry
from components.settings_models import AksSettings


def leaves(settings: AksSettings) -> list[str]:
    """Each thing, with the command that shows or removes it."""
    found: list[str] = []
    registry, repository, cluster = settings.registry, settings.image.repository, settings.cluster
    if isinstance(registry, ExistingAcr):
        shown = f"az acr repository show-tags --name {registry.name} --repository {repository}"
        found += [images_in(f"{registry.name}.azurecr.io/{repository}", shown)]
    if isinstance(registry, ForeignRegistry):
        found += [images_in(f"{registry.host}/{repository}")]
    if isinstance(cluster, NewAksCluster) and settings.profile == "production":
        # learn.microsoft.com azure/azure-monitor/logs/delete-workspace
        kept = f"the logs in the workspace {workspace_name(cluster.name)}, which can be recovered for 14 days"
        found += [f"{kept}: az monitor log-analytics workspace list-deleted-workspaces"]
    return found
