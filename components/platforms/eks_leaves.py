"""What stays when a stack on EKS is destroyed. Pure."""

from components.platforms.leaves import images_in
from components.settings_eks import ExistingEcr, NewEksCluster
from components.settings_foreign import ForeignRegistry
from components.settings_models import EksSettings


def leaves(settings: EksSettings) -> list[str]:
    """Each thing, with the command that shows or removes it."""
    found: list[str] = []
    registry, repository, cluster = settings.registry, settings.image.repository, settings.cluster
    if isinstance(registry, ExistingEcr):
        region = registry.region or cluster.region
        shown = f"aws ecr list-images --repository-name {repository} --region {region}"
        found += [images_in(f"the ECR repository {repository} in {region}", shown)]
    if isinstance(registry, ForeignRegistry):
        found += [images_in(f"{registry.host}/{repository}")]
    if isinstance(cluster, NewEksCluster) and settings.profile == "production":
        group = f"/aws/eks/{cluster.name}/cluster"
        removed = f"aws logs delete-log-group --log-group-name {group} --region {cluster.region}"
        found += [f"the log group {group}, which EKS itself makes: {removed}"]
    return found
