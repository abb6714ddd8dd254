"""Everything that a stack on EKS expects to be there already, looked up before anything is declared."""

from dataclasses import dataclass
from functools import partial

from pulumi_aws import ecr

from components.cli_image import each_image
from components.cli_stack_file import CliStackFile
from components.platforms.eks_lookups import FoundCluster, find_cluster, find_repository
from components.platforms.eks_network import Place, find_place
from components.platforms.eks_provider import Aws
from components.platforms.lookup import attempt
from components.settings_eks import ExistingEcr, ExistingEksCluster, NewEksCluster
from components.settings_models import EksSettings
from components.stack_file import Problem, StackFile


@dataclass(frozen=True)
class Existing:
    """What is there; None for what this stack makes."""

    cluster: FoundCluster | None
    place: Place | None
    """For a cluster that this stack makes."""
    repositories: tuple[ecr.GetRepositoryResult, ...]
    """One for each image; none where this stack makes them."""


def look(settings: EksSettings, aws: Aws, owner: Aws, stack: StackFile) -> Existing:
    """Look at cluster, subnets and repository.

    Args:
        settings: of the stack.
        aws: login for the cluster.
        owner: login for the repository.
        stack: names the file.

    Raises:
        ConfigError: everything that is not as the stack file says.
    """
    problems: list[Problem] = []
    cluster, registry = settings.cluster, settings.registry
    place = found = None
    repositories: list[ecr.GetRepositoryResult] = []
    if isinstance(cluster, NewEksCluster):
        place = attempt(lambda: find_place(cluster, aws, stack), problems)
    else:
        found = attempt(lambda: _fitting(cluster, settings, aws, stack), problems)
    if isinstance(registry, ExistingEcr):
        region = registry.region or cluster.region
        for each, file in zip(each_image(settings), (stack, CliStackFile(stack.stack)), strict=False):
            find = partial(find_repository, each.image.repository, region, registry, owner, file)
            repository = attempt(find, problems)
            repositories += [] if repository is None else [repository]
    if problems:
        raise stack.refusal(dict.fromkeys(problems))  # a login that has ended is one mistake
    return Existing(found, place, tuple(repositories))


def _fitting(cluster: ExistingEksCluster, settings: EksSettings, aws: Aws, stack: StackFile) -> FoundCluster:
    found = find_cluster(cluster, aws, stack)
    path, wanted = ("image", "platform"), settings.image.platform
    if found.platforms is None or wanted in found.platforms:
        return found
    there = ", ".join(found.platforms)
    reason = f"is {wanted}, which no node of {found.name} can run; its nodes are {there}"
    raise stack.refusal([Problem(path, reason, tuple(stack.set(path, each) for each in found.platforms))])
