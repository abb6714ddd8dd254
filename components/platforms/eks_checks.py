"""What cannot work in the stack file of an EKS stack, as far as the file itself tells. Pure."""

from components.cloud_domain import ECR_REPOSITORY
from components.errors import InvalidValueError
from components.platforms.node_sizes import aws_platform
from components.settings_eks import NewEksCluster
from components.settings_foreign import ForeignRegistry
from components.settings_models import EksSettings
from components.stack_file import Path, Problem, StackFile

_PLATFORM = ("image", "platform")
_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc"))


def eks_problems(settings: EksSettings, stack: StackFile) -> list[Problem]:
    """Everything that AWS would refuse, or that could never run."""
    problems = _repository(settings, stack) + _partitions(settings, stack) + _tls(settings, stack)
    if isinstance(settings.cluster, NewEksCluster):
        problems += _nodes(settings.cluster, settings.image.platform, stack)
        problems += _version(settings.cluster, stack) + _subnets(settings.cluster, stack)
        problems += _admins(settings.cluster, stack)
    return problems


def partition_of(region: str) -> str:
    """`aws`, `aws-cn` and so on: worlds of accounts that know nothing of each other."""
    return next((partition for prefix, partition in _PARTITIONS if region.startswith(prefix)), "aws")


def _repository(settings: EksSettings, stack: StackFile) -> list[Problem]:
    if isinstance(settings.registry, ForeignRegistry):
        return []
    path = ("image", "repository")
    try:
        ECR_REPOSITORY(settings.image.repository)
    except InvalidValueError as error:
        return [Problem(path, str(error), (stack.set(path, error.suggestion or "<repository>"),))]
    return []


def _nodes(cluster: NewEksCluster, platform: str, stack: StackFile) -> list[Problem]:
    if cluster.auto_mode:
        return _auto_mode(cluster, platform, stack)
    runs = aws_platform(cluster.node_type)
    if runs == platform:
        return []
    other = "t4g.medium" if platform == "linux/arm64" else "t3.medium"
    reason = f"is {platform}, and nodes of type {cluster.node_type} run {runs}"
    return [Problem(_PLATFORM, reason, (stack.set(_PLATFORM, runs), stack.set(("cluster", "nodeType"), other)))]


def _auto_mode(cluster: NewEksCluster, platform: str, stack: StackFile) -> list[Problem]:
    off = stack.set(("cluster", "autoMode"), value=False)
    problems = [
        Problem(path, "has no effect in Auto Mode, where EKS chooses the nodes", (stack.remove(path), off))
        for name, path in (("node_type", ("cluster", "nodeType")), ("node_count", ("cluster", "nodeCount")))
        if name in cluster.model_fields_set
    ]
    if platform != "linux/amd64":
        # Its built-in pool is general-purpose; another one would have to be made inside of the cluster.
        reason = f"is {platform}, and nodes of Auto Mode's own pool run linux/amd64"
        problems.append(Problem(_PLATFORM, reason, (stack.set(_PLATFORM, "linux/amd64"), off)))
    return problems


def _version(cluster: NewEksCluster, stack: StackFile) -> list[Problem]:
    version = cluster.kubernetes_version
    if version is None or version.count(".") == 1:
        return []
    path, short = ("cluster", "kubernetesVersion"), version.rpartition(".")[0]
    reason = f"{version} is a patch release, which EKS chooses itself: it wants {short}"
    return [Problem(path, reason, (stack.set(path, short),))]


def _subnets(cluster: NewEksCluster, stack: StackFile) -> list[Problem]:
    if len(set(cluster.subnets)) != 1:
        return []
    path: Path = ("cluster", "subnets")
    reason = "EKS wants subnets in at least two zones, and there is one"
    look = f"aws ec2 describe-subnets --region {cluster.region} --output table"
    return [Problem(path, reason, (stack.set((*path, len(cluster.subnets)), "<subnet>"), look))]


def _tls(settings: EksSettings, stack: StackFile) -> list[Problem]:
    if settings.app.tls_secret is None or settings.ingress.class_name is not None:
        return []
    path = ("app", "tlsSecret")
    reason = "has no effect without an Ingress, and EKS brings no controller of one: the Service is a load balancer"
    return [Problem(path, reason, (stack.remove(path), stack.set(("ingress", "className"), "alb")))]


def _partitions(settings: EksSettings, stack: StackFile) -> list[Problem]:
    registry = settings.registry
    if isinstance(registry, ForeignRegistry) or registry.region is None:
        return []
    here, there = partition_of(settings.cluster.region), partition_of(registry.region)
    if here == there:
        return []
    path = ("registry", "region")
    reason = f"{registry.region} is in the partition {there}, and the cluster in {here}: no login is good for both"
    return [Problem(path, reason, (stack.remove(path),))]


def _admins(cluster: NewEksCluster, stack: StackFile) -> list[Problem]:
    here = partition_of(cluster.region)
    problems: list[Problem] = []
    for number, arn in enumerate(cluster.admins):
        _, there, rest = arn.split(":", 2)
        if there != here:
            path = ("cluster", "admins", number)
            reason = f"{arn} is in the partition {there}, and the cluster in {here}"
            problems.append(Problem(path, reason, (stack.set(path, f"arn:{here}:{rest}"),)))
    return problems
