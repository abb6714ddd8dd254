"""The wiring of each cloud with one piece left out or bent, as a change of the program's own source or stack file.

Either the pull is refused, with the cause and the command that puts the very piece back; or the cloud itself refuses
the piece, in its own words, before there is anything to pull.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.clouds import accounts
from sandbox.clouds.azure import seeds
from sandbox.clouds.google import seeds as google
from sandbox.clouds.world import Thing


@dataclass(frozen=True)
class Mutation:
    """One piece."""

    target: str
    name: str
    code: str = ""
    """The cause that the rehearsal finds; empty where the cloud refuses the piece."""
    says: Sequence[str] = ()
    """What must stand in what `up` prints."""
    edits: Sequence[tuple[str, str, str]] = ()
    """File below components/platforms, a text that stands in it once, and what takes its place."""
    config: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    """Changes of sections of the stack file."""
    there: Callable[[], Sequence[Thing]] = tuple
    """What exists before."""

    def __str__(self) -> str:
        return f"{self.target}-{self.name}"


_GRANT = "aks_grant.py"
_PRINCIPAL = "Principal(kubelet), role"
_SCOPE = 'assign("pull", acr.id,'
_OTHER_IDENTITY = "55555555-5555-4555-8555-555555555555"
_CLUSTER_ADMIN = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"
_ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
_OTHER_REGISTRY = (
    f"/subscriptions/{accounts.SUBSCRIPTION}/resourceGroups/registries"
    "/providers/Microsoft.ContainerRegistry/registries/contosorbac"
)
_ATTACH = (
    "az role assignment create --assignee-principal-type ServicePrincipal --assignee-object-id "
    '"$(az aks show -g monadic-pipeline -n monadic-pipeline --query identityProfile.kubeletidentity.objectId -o tsv)"',
    "--role AcrPull",
)
_READER = '--role "Container Registry Repository Reader"'


def _abac() -> Sequence[Thing]:
    return seeds.group("registries"), seeds.registry("contosoabac", "registries", mode="AbacRepositoryPermissions")


def _rbac() -> Sequence[Thing]:
    return seeds.group("registries"), seeds.registry("contosorbac", "registries")


def _existing(name: str, **more: Any) -> Mapping[str, Mapping[str, Any]]:
    return {"registry": {"mode": "existing", "name": name, "resourceGroup": "registries", **more}}


def _aks(name: str, *edits: tuple[str, str, str], says: Sequence[str] = _ATTACH, **more: Any) -> Mutation:
    return Mutation("aks", name, "no-credentials", says, edits, **more)


AKS = (
    _aks("no-role", (_GRANT, "    if attach is not None:\n", "    if attach is None and False:\n")),
    _aks("role-of-another-identity", (_GRANT, _PRINCIPAL, f'Principal("{_OTHER_IDENTITY}"), role')),
    _aks("role-of-the-deployer", (_GRANT, _PRINCIPAL, f'Principal("{accounts.DEPLOYER_AZURE}"), role')),
    _aks("client-id-for-object-id", ("aks_cluster.py", "else kubelet.object_id", "else kubelet.client_id")),
    _aks("scope-is-another-registry", (_GRANT, _SCOPE, f'assign("pull", "{_OTHER_REGISTRY}",'), there=_rbac),
    _aks("a-role-that-cannot-pull", (_GRANT, _ACR_PULL, _CLUSTER_ADMIN)),
    _aks(
        "acrpull-in-abac-mode",
        (_GRANT, "return REPOSITORY_READER if abac else ACR_PULL", "return ACR_PULL"),
        says=(_READER,),
        config=_existing("contosoabac"),
        there=_abac,
    ),
    _aks(
        "repository-reader-in-rbac-mode",
        (_GRANT, "return REPOSITORY_READER if abac else ACR_PULL", "return REPOSITORY_READER"),
    ),
    _aks("attached-by-nobody", config=_existing("contosorbac", attachPull=False), there=_rbac),
    _aks(
        "permissions-taken-for-rbac",
        says=(_READER,),
        config=_existing("contosoabac", permissions="rbac"),
        there=_abac,
    ),
)

_ROLES = "eks_roles.py"
_OF_NODES = "(*(_AUTO_NODES if auto_mode else _NODES), PULL_POLICY)"
_OF_CLUSTER = "_AUTO_CLUSTER if auto_mode else _CLUSTER, aws)"
_WITHOUT = (_ROLES, _OF_NODES, "(*(_AUTO_NODES if auto_mode else _NODES),)")
_GROUP = "    group = _node_group(plan, nodes, cluster)\n"
_LATE = """    import asyncio
    from pulumi_aws import iam
    from components.platforms.eks_roles import PULL_POLICY
    iam.RolePolicyAttachment(
        "late",
        role=nodes.role.name.apply(lambda name: asyncio.sleep(100, name)),
        policy_arn=plan.aws.managed_policy(PULL_POLICY),
        opts=plan.aws.options(group),
    )
"""
_ATTACH_POLICY = (
    "aws iam attach-role-policy --role-name monadic-pipeline-eu-central-1-nodes "
    "--policy-arn arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
)
_NODE_ROLE = f"arn:aws:iam::{accounts.ACCOUNT}:role/monadic-pipeline-eu-central-1-nodes"
_DENIED = """    from pulumi_aws import ecr
    denied = {{"Sid": "no", "Effect": "Deny", "Principal": {{"AWS": "{role}"}}, "Action": "{action}"}}
    ecr.RepositoryPolicy(
        "denied",
        repository=settings.image.repository,
        policy=pulumi.Output.json_dumps({{"Version": "2012-10-17", "Statement": [denied]}}),
        opts=aws.options(*registry.replace_with, *half.nodes.given),
    )
    return Platform("""


def _denied(action: str) -> tuple[str, str, str]:
    return "eks.py", "    return Platform(", _DENIED.format(action=action, role=_NODE_ROLE)


def _eks(name: str, *edits: tuple[str, str, str], code: str = "no-credentials", **more: Any) -> Mutation:
    return Mutation("eks", name, code, more.pop("says", _ATTACH_POLICY), edits, **more)


EKS = (
    _eks("no-policy", _WITHOUT),
    _eks("policy-attached-after-the-nodes", _WITHOUT, ("eks_cluster.py", _GROUP, _GROUP + _LATE)),
    _eks(
        "policy-on-the-clusters-role",
        _WITHOUT,
        (_ROLES, _OF_CLUSTER, "(*(_AUTO_CLUSTER if auto_mode else _CLUSTER), PULL_POLICY), aws)"),
    ),
    _eks(
        "policy-for-public-registries",
        (_ROLES, _OF_NODES, '(*_NODES, "AmazonElasticContainerRegistryPublicReadOnly")'),
    ),
    _eks("a-policy-that-cannot-pull", (_ROLES, _OF_NODES, '(*_NODES, "AmazonS3ReadOnlyAccess")')),
    _eks(
        "repository-denies-its-manifests",
        _denied("ecr:BatchGetImage"),
        code="forbidden",
        says=("aws ecr set-repository-policy --region eu-central-1", "--repository-name monadic-pipeline-webapi"),
    ),
    _eks(
        "repository-denies-everything",
        _denied("ecr:*"),
        code="forbidden",
        says=("aws ecr set-repository-policy --region eu-central-1",),
    ),
    _eks(
        "nodes-with-the-clusters-role",
        (
            "eks_cluster.py",
            _GROUP,
            "    group = _node_group(plan, control, cluster)\n",
        ),
        code="",
        says=("[ec2.amazonaws.com] were not found in the trust relationships of nodeRole",),
    ),
    _eks(
        "node-role-trusts-another-service",
        (_ROLES, '_trust(f"ec2.{aws.dns_suffix}"', '_trust("lambda.amazonaws.com"'),
        code="",
        says=("[ec2.amazonaws.com] were not found in the trust relationships of nodeRole",),
    ),
    _eks(
        "policy-of-another-partition",
        (
            _ROLES,
            "policy_arn=aws.managed_policy(policy), opts",
            'policy_arn=f"arn:aws-cn:iam::aws:policy/{policy}", opts',
        ),
        code="",
        says=("arn:aws-cn:iam::aws:policy/",),
    ),
    _eks(
        "policy-on-a-role-that-is-not-there",
        (
            _ROLES,
            'f"{what}-{policy}", role=role.name,',
            'f"{what}-{policy}", role="other" if policy == PULL_POLICY else role.name,',
        ),
        code="",
        says=("NoSuchEntity", "other"),
    ),
)

_GAR = "gke_registry.py"
_GIVEN = "grants = _readers(repository, running.accounts, opts, stack) if repository.attach_pull else ()"
_MEMBER = 'pulumi.Output.concat("serviceAccount:", accounts[number])'
_POOL_ACCOUNT = '        "service_account": account.email,\n        "oauth_scopes": [SCOPE],\n    }'
_ADD_BINDING = (
    "gcloud artifacts repositories add-iam-policy-binding monadic-pipeline --project=my-project "
    "--location=europe-west1 --member=serviceAccount:",
    "--role=roles/artifactregistry.reader",
)


def _gke(name: str, *edits: tuple[str, str, str], code: str = "forbidden", **more: Any) -> Mutation:
    return Mutation("gke", name, code, more.pop("says", _ADD_BINDING), edits, **more)


GKE = (
    _gke("no-reader", (_GAR, _GIVEN, "grants = ()")),
    _gke("reader-of-another-account", (_GAR, _MEMBER, f'"serviceAccount:{accounts.DEPLOYER_GOOGLE}"')),
    _gke(
        "reader-on-another-repository",
        (
            _GAR,
            "            repository=repository.name,\n            location",
            "            repository=pulumi.Output.from_input(repository.name).apply(lambda _: 'others'),\n"
            "            location",
        ),
        there=lambda: [google.repository("my-project", "europe-west1", "others")],
    ),
    _gke("account-named-as-a-person", (_GAR, _MEMBER, 'pulumi.Output.concat("user:", accounts[number])')),
    _gke(
        "nodes-with-the-default-account",
        ("gke_cluster.py", _POOL_ACCOUNT, '        "oauth_scopes": [SCOPE],\n    }'),
    ),
    _gke(
        "scopes-that-cannot-pull",
        (
            "gke_cluster.py",
            _POOL_ACCOUNT,
            _POOL_ACCOUNT.replace("[SCOPE]", '["https://www.googleapis.com/auth/logging.write"]'),
        ),
        says=("gcloud container node-pools describe nodes --cluster=monadic-pipeline",),
    ),
    _gke(
        "role-on-the-project-that-cannot-pull",
        (_GAR, _GIVEN, "grants = ()"),
        ("gke_cluster.py", "role=_NODE_ROLE, project", 'role="roles/logging.logWriter", project'),
    ),
    _gke(
        "role-of-the-old-registry",
        (
            _GAR,
            "            role=_READER,\n            repository",
            '            role="roles/storage.objectViewer",\n            repository',
        ),
        code="",
        says=("Role roles/storage.objectViewer is not supported for this resource",),
    ),
    _gke(
        "reader-in-another-place",
        (
            _GAR,
            "            location=repository.location,\n            project=repository.project,\n            opts=opts",
            '            location="europe-west4",\n            project=repository.project,\n            opts=opts',
        ),
        code="",
        says=("europe-west4",),
    ),
    _gke(
        "api-of-the-registry-off",
        (_GAR, 'enabled_api("artifactregistry"', 'enabled_api("compute"'),
        code="",
        says=("Artifact Registry API has not been used", "gcloud services enable artifactregistry.googleapis.com"),
        config={"cluster": {"project": "new-project"}},
    ),
)

MUTATIONS = (*AKS, *EKS, *GKE)
