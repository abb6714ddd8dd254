"""Whether the nodes of a cluster get the right to pull from the registry that is made beside it."""

from collections.abc import Iterator

from policies.rule import Resource, Stack
from policies.rules.documents import allowed
from policies.rules.retention import ACR, GAR
from policies.rules.rights import AWS_DOCUMENTS, AZURE_ASSIGNMENT
from policies.values import LATER, at, texts

AKS = "azure-native:containerservice:ManagedCluster"
EKS = "aws:eks/cluster:Cluster"
EKS_NODES = "aws:eks/nodeGroup:NodeGroup"
GKE = "gcp:container/cluster:Cluster"
ECR = "aws:ecr/repository:Repository"
# Equal to those that the platforms give; a test compares them, as their modules load the SDK of a cloud.
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
ACR_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
_ECR_PULL = "ecr:BatchGetImage"
ECR_POLICIES = (
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPowerUser",
    "AmazonEC2ContainerRegistryFullAccess",
)
_GAR_ROLES = tuple(f"roles/artifactregistry.{each}" for each in ("reader", "writer", "repoAdmin", "admin"))


def pull_right(stack: Stack) -> Iterator[tuple[Resource, str]]:
    """Clusters whose nodes cannot pull from the registry of their stack."""
    yield from _azure(stack)
    yield from _aws(stack)
    yield from _google(stack)


def _azure(stack: Stack) -> Iterator[tuple[Resource, str]]:
    clusters, registries = stack.of(AKS), stack.of(ACR)
    if not clusters or not registries:
        return
    roles = [at(each.inputs, "roleDefinitionId") for each in stack.of(AZURE_ASSIGNMENT)]
    if LATER in roles:
        return
    given = {str(each).rpartition("/")[2] for each in roles}
    abac = [each for each in registries if at(each.inputs, "roleAssignmentMode") == "AbacRepositoryPermissions"]
    if not given & {ACR_PULL, ACR_READER}:
        yield from (
            (each, f"{each.shown}: nothing gives its kubelets AcrPull on {registries[0].name}") for each in clusters
        )
    elif ACR_READER not in given:
        reason = "gives rights by repository (ABAC), where AcrPull is void"
        yield from ((each, f"{each.shown} {reason}") for each in abac)


def _aws(stack: Stack) -> Iterator[tuple[Resource, str]]:
    nodes = stack.of(EKS_NODES) or [
        each for each in stack.of(EKS) if at(each.inputs, "computeConfig", "enabled") is True
    ]
    if not nodes or not stack.of(ECR):
        return
    attached = [at(each.inputs, "policyArn") for each in stack.resources if each.type.startswith("aws:iam/")]
    documents = [each.inputs.get("policy") for each in stack.of(*AWS_DOCUMENTS)]
    if LATER in attached or LATER in documents:
        return
    by_name = any(str(each).rpartition("/")[2] in ECR_POLICIES for each in attached)
    by_text = any(_ECR_PULL in texts(each.get("Action")) for document in documents for each in allowed(document))
    if not by_name and not by_text:
        yield from ((each, f"{each.shown}: nothing gives the role of its nodes {ECR_POLICIES[0]}") for each in nodes)


def _google(stack: Stack) -> Iterator[tuple[Resource, str]]:
    clusters = stack.of(GKE)
    if not clusters or not stack.of(GAR):
        return
    members = [each for each in stack.resources if each.type.startswith("gcp:") and "role" in each.inputs]
    roles = [at(each.inputs, "role") for each in members]
    if LATER not in roles and not any(each in _GAR_ROLES for each in roles):
        yield from (
            (each, f"{each.shown}: nothing gives the account of its nodes {_GAR_ROLES[0]}") for each in clusters
        )
