"""Each way to use something of others and to make the rest, as changes of the committed stack files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.clouds import accounts
from sandbox.clouds.aws import seeds as aws
from sandbox.clouds.aws import type_tokens as aws_types
from sandbox.clouds.aws.place import Place
from sandbox.clouds.azure import seeds as azure
from sandbox.clouds.azure import type_tokens as azure_types
from sandbox.clouds.google import seeds as google
from sandbox.clouds.google import type_tokens as google_types
from sandbox.clouds.world import Thing
from tests.clouds.existing import CLUSTER, OTHER_SUBSCRIPTION, Sections, registry

_WRITER = "2a1e307c-b015-4ebd-883e-5b7698a07328"
"""Container Registry Repository Writer, as AcrPush is void in ABAC mode."""
_ELSEWHERE = Place("210987654321", "eu-central-1")


@dataclass(frozen=True)
class Mix:
    """One way to use something of others, and to make the rest."""

    target: str
    name: str
    sections: Callable[[str], Sections]
    """From the image that the first stack runs."""
    makes: Mapping[str, int]
    """Types of what comes by it, with their numbers."""
    there: Sequence[Thing] = ()
    """What exists before."""

    def __str__(self) -> str:
        return f"{self.target}-{self.name}"


def _own_cluster(target: str, name: str, makes: Mapping[str, int], **cluster: Any) -> Mix:
    return Mix(
        target,
        name,
        lambda image: {"cluster": {"name": "guest", **cluster}, "registry": registry(target, image)},
        makes,
    )


def _used_cluster(target: str, name: str, makes: Mapping[str, int], there: Sequence[Thing], **sections: Any) -> Mix:
    return Mix(target, name, lambda _: {"cluster": CLUSTER[target], **sections}, makes, there)


def _abac() -> Sequence[Thing]:
    """A registry of another group and subscription, in ABAC mode, to which whoever deploys may push."""
    found = azure.registry("fabrikam", "theirs", subscription=OTHER_SUBSCRIPTION, mode="AbacRepositoryPermissions")
    writer = azure.role(found, accounts.DEPLOYER_AZURE, _WRITER)
    return azure.group("theirs", subscription=OTHER_SUBSCRIPTION), found, writer


def _project() -> Sequence[Thing]:
    """A repository of another project, to which whoever deploys may push."""
    found = google.repository("my-registries", "europe-west4", "images")
    writer = google.member(found, f"serviceAccount:{accounts.DEPLOYER_GOOGLE}", "roles/artifactregistry.writer")
    return google.api("my-registries", "artifactregistry"), found, writer


def _account() -> Sequence[Thing]:
    """A repository of another account, which lets nobody else in yet."""
    return aws.entrance(_ELSEWHERE), aws.repository("shared/web", _ELSEWHERE)


MIXES = (
    _own_cluster(
        "aks",
        "own-cluster",
        {azure_types.GROUP: 1, azure_types.CLUSTER: 1, azure_types.ROLE_ASSIGNMENT: 2},
        resourceGroup="guest",
    ),
    _own_cluster(
        "eks",
        "own-cluster-of-auto-mode",
        {
            aws_types.ROLE: 2,
            aws_types.ATTACHMENT: 7,
            aws_types.VPC: 1,
            aws_types.GATEWAY: 1,
            aws_types.ROUTES: 1,
            aws_types.SUBNET: 2,
            aws_types.ASSOCIATION: 2,
            aws_types.CLUSTER: 1,
        },
        autoMode=True,
    ),
    _own_cluster(
        "gke",
        "own-cluster-of-autopilot",
        {
            google_types.ACCOUNT: 1,
            google_types.PROJECT_MEMBER: 1,
            google_types.CLUSTER: 1,
            google_types.REPOSITORY_MEMBER: 1,
        },
        location="europe-west1",
        autopilot=True,
    ),
    _used_cluster(
        "aks",
        "own-registry",
        {azure_types.REGISTRY: 1, azure_types.ROLE_ASSIGNMENT: 1},
        [azure.group("registries")],
        registry={"name": "guestregistry", "resourceGroup": "registries"},
    ),
    _used_cluster(
        "eks",
        "own-registry",
        {aws_types.REPOSITORY: 1, aws_types.LIFECYCLE: 1},
        [],
        image={"repository": "guest/web"},
    ),
    _used_cluster(
        "gke",
        "own-registry",
        {google_types.REPOSITORY: 1, google_types.REPOSITORY_MEMBER: 1},
        [],
        registry={"repository": "guest"},
    ),
    _used_cluster(
        "aks",
        "registry-elsewhere",
        {azure_types.ROLE_ASSIGNMENT: 1},
        _abac(),
        registry={
            "mode": "existing",
            "name": "fabrikam",
            "resourceGroup": "theirs",
            "subscription": OTHER_SUBSCRIPTION,
        },
    ),
    _used_cluster(
        "eks",
        "registry-elsewhere",
        {aws_types.REPOSITORY_POLICY: 1},
        _account(),
        image={"repository": "shared/web"},
        registry={"mode": "existing", "account": _ELSEWHERE.account, "writePolicy": True},
    ),
    _used_cluster(
        "gke",
        "registry-elsewhere",
        {google_types.REPOSITORY_MEMBER: 1},
        _project(),
        registry={
            "mode": "existing",
            "repository": "images",
            "location": "europe-west4",
            "project": "my-registries",
        },
    ),
)
