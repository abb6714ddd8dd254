"""What can be wrong with a GKE stack beyond its keys, and what its profile leaves open. Pure."""

from components.platforms.gke_nodes import is_zone
from components.platforms.node_sizes import AMD64, google_platform
from components.settings_gke import NewArtifactRegistry, NewGkeCluster
from components.settings_models import GkeSettings
from components.stack_file import Problem, StackFile

_PLATFORM = ("image", "platform")
_ARM_MACHINE = "t2a-standard-1"
_AMD_MACHINE = "e2-medium"


def problems(settings: GkeSettings, stack: StackFile) -> list[Problem]:
    """What is wrong with a stack file before anything is asked."""
    cluster = settings.cluster
    if not isinstance(cluster, NewGkeCluster):
        return []
    found = _platform_problems(cluster, settings.image.platform, stack)
    if cluster.autopilot and cluster.node_count is not None:
        reason = "Autopilot makes nodes as pods need them"
        found.append(Problem(("cluster", "nodeCount"), reason, (stack.remove(("cluster", "nodeCount")),)))
    return found


def platform_problem(wanted: str, platforms: tuple[str, ...], stack: StackFile) -> Problem | None:
    """Whether an image runs on none of the nodes of a cluster that is there."""
    if wanted in platforms:
        return None
    reason = f"is {wanted}, which no node of the cluster can run; its nodes are {', '.join(platforms)}"
    return Problem(_PLATFORM, reason, tuple(stack.set(_PLATFORM, each) for each in platforms))


def left_open(settings: GkeSettings) -> str | None:
    """What the profile leaves open of what this stack makes; None when there is nothing to say."""
    found = _left_open_in_test(settings) if settings.profile == "test" else []
    if isinstance(settings.cluster, NewGkeCluster) and not settings.cluster.api_ranges:
        found.append("the API server of the cluster answers everywhere (cluster.apiRanges)")
    return f"profile {settings.profile}: {'; '.join(found)}" if found else None


def _left_open_in_test(settings: GkeSettings) -> list[str]:
    found: list[str] = []
    cluster = settings.cluster
    if isinstance(cluster, NewGkeCluster):
        found.append("the cluster can be deleted")
        if not cluster.autopilot:
            found.append("no logs of the app and of the API server in Cloud Logging")
        if not cluster.autopilot and cluster.node_count is None and is_zone(cluster.location):
            found.append("one node, which is away while it is upgraded")
    if isinstance(settings.registry, NewArtifactRegistry):
        found.append("the repository can be deleted with its images")
    return found


def _platform_problems(cluster: NewGkeCluster, wanted: str, stack: StackFile) -> list[Problem]:
    if cluster.autopilot:
        # Arm nodes need a compute class, which is more than an image's platform says.
        runs, instead = AMD64, stack.set(("cluster", "autopilot"), value=False)
    else:
        runs = google_platform(cluster.machine_type)
        instead = stack.set(("cluster", "machineType"), _AMD_MACHINE if wanted == AMD64 else _ARM_MACHINE)
    if wanted == runs:
        return []
    nodes = "nodes of Autopilot are" if cluster.autopilot else f"machines of type {cluster.machine_type} are"
    reason = f"is {wanted}, and {nodes} {runs}"
    return [Problem(_PLATFORM, reason, (stack.set(_PLATFORM, runs), instead))]
