"""What is wrong with the settings of an AKS stack by Azure's rules, and what its profile leaves open. Pure."""

from components.platforms.node_sizes import azure_platform
from components.settings_aks import NewAcr, NewAksCluster
from components.settings_models import AksSettings
from components.stack_file import Problem, StackFile

_LONGEST_NODE_GROUP = 80
"""Characters of `MC_<group>_<cluster>_<location>` (learn.microsoft.com azure/aks/faq)."""
_LONGEST_PREFIX = 54
_PLATFORM = ("image", "platform")
_RANGES = ("cluster", "apiRanges")
EVERYWHERE = "0.0.0.0/0"


def dns_prefix(cluster: str) -> str:
    """The first part of the API server's host name: 1 to 54 letters, digits and hyphens."""
    return cluster.replace("_", "-")[:_LONGEST_PREFIX].rstrip("-")


def setting_problems(settings: AksSettings, stack: StackFile) -> list[Problem]:
    """What cannot work in a stack file, found without asking Azure."""
    cluster = settings.cluster
    if not isinstance(cluster, NewAksCluster):
        return []
    found = _size_problems(cluster, settings.image.platform, stack) + _length_problems(cluster, stack)
    if settings.profile == "production" and not cluster.api_ranges:
        reason = "is missing: production says from where its API server can be reached"
        commands = (
            stack.set((*_RANGES, 0), "203.0.113.0/24"),
            f"{stack.set((*_RANGES, 0), EVERYWHERE)}  # from everywhere",
        )
        found.append(Problem(_RANGES, reason, commands))
    return found


def platform_problem(wanted: str, platforms: tuple[str, ...], stack: StackFile) -> Problem | None:
    """Whether an image runs on none of the nodes of a cluster that is there."""
    if wanted in platforms:
        return None
    reason = f"is {wanted}, which no node of the cluster can run; its nodes are {', '.join(platforms) or 'not Linux'}"
    return Problem(_PLATFORM, reason, tuple(stack.set(_PLATFORM, each) for each in platforms))


def left_open(settings: AksSettings) -> str | None:
    """What the profile `test` leaves open of what this stack makes; None when there is nothing to say."""
    if settings.profile != "test":
        return None
    found: list[str] = []
    cluster = settings.cluster
    if isinstance(cluster, NewAksCluster):
        found += ["the cluster can be deleted", "no service level agreement", "Kubernetes and nodes are never upgraded"]
        if cluster.node_count is None:
            found.append("one node, without another one when it fails")
        if not cluster.api_ranges:
            found.append("the API server answers everywhere (cluster.apiRanges)")
        found.append("no logs of the control plane are kept")
    if isinstance(settings.registry, NewAcr):
        found.append("the registry can be deleted with its images")
    return f"profile test: {'; '.join(found)}" if found else None


def _size_problems(cluster: NewAksCluster, platform: str, stack: StackFile) -> list[Problem]:
    runs = azure_platform(cluster.node_size)
    if runs == platform:
        return []
    other = "Standard_B2pls_v2" if platform == "linux/arm64" else "Standard_B2s"
    reason = f"is {platform}, and nodes of size {cluster.node_size} run {runs}"
    return [Problem(_PLATFORM, reason, (stack.set(_PLATFORM, runs), stack.set(("cluster", "nodeSize"), other)))]


def _length_problems(cluster: NewAksCluster, stack: StackFile) -> list[Problem]:
    group = f"MC_{cluster.resource_group}_{cluster.name}_{cluster.location}"
    over = len(group) - _LONGEST_NODE_GROUP
    if over <= 0:
        return []
    path = ("cluster", "resourceGroup")
    reason = (
        f"is too long beside cluster.name: Azure keeps the nodes in {group}, which has {len(group)} characters "
        f"and may have {_LONGEST_NODE_GROUP}"
    )
    shorter = cluster.resource_group[: max(len(cluster.resource_group) - over, 1)].rstrip(".")
    return [Problem(path, reason, (stack.set(path, shorter),))]
