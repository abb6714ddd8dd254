"""What a stack on EKS leaves open, in one line that a person sees at each run."""

import pulumi

from components.settings_eks import NewEcr, NewEksCluster
from components.settings_models import EksSettings


def say_what_is_open(settings: EksSettings) -> None:
    """Print it."""
    found = what_is_open(settings)
    if found:
        pulumi.log.info(f"profile {settings.profile}: {'; '.join(found)}")


def what_is_open(settings: EksSettings) -> list[str]:
    """Each thing that is less careful than it could be. Pure."""
    found: list[str] = []
    is_test = settings.profile == "test"
    cluster = settings.cluster
    if isinstance(cluster, NewEksCluster):
        if is_test:
            found += ["the cluster is not protected from deletion and keeps no logs of its API"]
            found += ["one node, which is away while it is replaced"] if _has_one_node(cluster) else []
        if not cluster.api_ranges:
            found += ["its API answers everywhere (cluster.apiRanges)"]
        if not cluster.subnets:
            found += ["its nodes have public addresses (cluster.subnets)"]
    if is_test and isinstance(settings.registry, NewEcr):
        found += ["the repository is deleted with its images"]
    return found


def _has_one_node(cluster: NewEksCluster) -> bool:
    return not cluster.auto_mode and cluster.node_count is None
