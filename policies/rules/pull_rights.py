"""Whether the nodes of a cluster get the right to pull from the registry that is made beside it."""

from collections.abc import Iterator, Sequence

from policies.rule import Resource, Stack
from policies.rules.documents import allowed, permits
from policies.rules.retention import ACR, GAR
from policies.rules.rights import AWS_ROLE, AZURE_ASSIGNMENT, aws_attached, aws_documents, azure_role
from policies.values import LATER, at, texts

AKS = "azure-native:containerservice:ManagedCluster"
EKS = "aws:eks/cluster:Cluster"
EKS_NODES = "aws:eks/nodeGroup:NodeGroup"
GKE = "gcp:container/cluster:Cluster"
GKE_NODES = "gcp:container/nodePool:NodePool"
ECR = "aws:ecr/repository:Repository"
# Equal to those that the platforms give; a test compares them, as their modules load the SDK of a cloud.
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
ACR_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
_AZURE_IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
_GOOGLE_ACCOUNT = "gcp:serviceaccount/account:Account"
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
    registries = stack.of(ACR)
    identities = [at(each.inputs, "resourceName") for each in stack.of(_AZURE_IDENTITY)]
    kubelet = ("identityProfile", "kubeletidentity", "resourceId")
    clusters = [each for each in stack.of(AKS) if _is_made(at(each.inputs, *kubelet), identities)]
    if not clusters or not registries:
        return
    roles = [azure_role(each) for each in stack.of(AZURE_ASSIGNMENT)]
    if LATER in roles:
        return
    given = {*texts(roles)}
    abac = [each for each in registries if at(each.inputs, "roleAssignmentMode") == "AbacRepositoryPermissions"]
    if not given & {ACR_PULL, ACR_READER}:
        yield from (
            (each, f"{each.shown}: nothing gives its kubelets AcrPull on {registries[0].name}") for each in clusters
        )
    elif ACR_READER not in given:
        reason = "gives rights by repository (ABAC), where AcrPull is void"
        yield from ((each, f"{each.shown} {reason}") for each in abac)


def _aws(stack: Stack) -> Iterator[tuple[Resource, str]]:
    if not stack.of(ECR):
        return
    roles = [at(each.inputs, "name") for each in stack.of(AWS_ROLE)]
    nodes = [each for each in _nodes(stack) if _is_made(_role(each), roles)]
    rights = [each for each in stack.resources if each.type.startswith("aws:")]
    attached = [each for some in rights for each in aws_attached(some)]
    documents = [each for some in rights for each in aws_documents(some)]
    if LATER in attached or LATER in documents:
        return
    by_name = any(each.rpartition("/")[2] in ECR_POLICIES for each in texts(attached))
    by_text = any(permits(each, _ECR_PULL) for given in documents for each in allowed(given))
    if not by_name and not by_text:
        yield from ((each, f"{each.shown}: nothing gives the role of its nodes {ECR_POLICIES[0]}") for each in nodes)


def _nodes(stack: Stack) -> list[Resource]:
    """What has the role of an EKS cluster's nodes."""
    auto = [each for each in stack.of(EKS) if at(each.inputs, "computeConfig", "enabled") is True]
    return stack.of(EKS_NODES) or auto


def _role(nodes: Resource) -> object:
    keys = ("nodeRoleArn",) if nodes.type == EKS_NODES else ("computeConfig", "nodeRoleArn")
    return at(nodes.inputs, *keys)


def _is_made(who: object, made: Sequence[object]) -> bool:
    """Whether the nodes may be somebody whom the stack makes: another has its rights from whom nothing is known of.

    Args:
        who: an ARN or an id that ends in a name, an address of mail that begins with one; anything else is not known.
        made: the names of all such in the stack; where one has none, Pulumi or the provider gives it.
    """
    if not isinstance(who, str):
        return True
    return who.partition("@")[0].rpartition("/")[2] in made or LATER in made or None in made


def _google(stack: Stack) -> Iterator[tuple[Resource, str]]:
    if not stack.of(GAR):
        return
    accounts = [at(each.inputs, "accountId") for each in stack.of(_GOOGLE_ACCOUNT)]
    nodes = [at(each.inputs, "nodeConfig", "serviceAccount") for each in stack.of(GKE_NODES)]
    if nodes and not any(_is_made(each, accounts) for each in nodes):
        return
    members = [each for each in stack.resources if each.type.startswith("gcp:") and "role" in each.inputs]
    roles = [at(each.inputs, "role") for each in members]
    if LATER not in roles and not any(each in _GAR_ROLES for each in roles):
        yield from (
            (each, f"{each.shown}: nothing gives the account of its nodes {_GAR_ROLES[0]}") for each in stack.of(GKE)
        )
