"""What stays when a stack on GKE is destroyed. Pure."""

from components.platforms.leaves import images_in
from components.settings_foreign import ForeignRegistry
from components.settings_gke import ExistingArtifactRegistry, NewArtifactRegistry, NewGkeCluster
from components.settings_models import GkeSettings


def leaves(settings: GkeSettings) -> list[str]:
    """Each thing, with the command that shows or removes it."""
    found: list[str] = []
    registry, repository, cluster = settings.registry, settings.image.repository, settings.cluster
    if isinstance(registry, ExistingArtifactRegistry):
        project = registry.project or cluster.project
        place = f"{registry.location}-docker.pkg.dev/{project}/{registry.repository}/{repository}"
        found += [images_in(place, f"gcloud artifacts docker images list {place}")]
    if isinstance(registry, ForeignRegistry):
        found += [images_in(f"{registry.host}/{repository}")]
    made = {
        "container": isinstance(cluster, NewGkeCluster),
        "artifactregistry": isinstance(registry, NewArtifactRegistry),
    }
    apis = [f"{name}.googleapis.com" for name, is_made in made.items() if is_made]
    if apis:
        # gke_api.py: others may use them too.
        shown = f"gcloud services list --enabled --project={cluster.project}"
        found += [f"{' and '.join(apis)}, which stay on: {shown}"]
    return found
