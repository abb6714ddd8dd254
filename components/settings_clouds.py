"""The cluster and the registry of a cloud's stack file: made by this stack, or there already; freely mixed.

The `mode` of each says which: `create` or `existing`. A registry of another provider has `foreign`, on any target.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from components.cloud_domain import (
    AcrName,
    AksName,
    ArLocation,
    ArRepositoryId,
    AwsAccount,
    AwsRegion,
    AzureLocation,
    EksName,
    GkeLocation,
    GkeName,
    InstanceType,
    MachineType,
    ProjectId,
    ResourceGroupName,
    RoleName,
    SubnetId,
    SubscriptionId,
    VmSize,
)
from components.domain import RegistryHost, UserName
from components.errors import InvalidValueError
from components.settings_conflicts import ConflictError
from components.settings_model import Model

KubernetesVersion = Annotated[str, Field(pattern=r"^1\.[0-9]{2}(\.[0-9]+)?$", examples=["1.34"])]
NodeCount = Annotated[int, Field(ge=1, le=100)]
_SHORT_LIVED = {
    "AWS": "Amazon ECR, which ends after 12 hours",
    "oauth2accesstoken": "Google Cloud, which ends after an hour",
    "00000000-0000-0000-0000-000000000000": "Azure, which ends after 3 hours",
}
"""User names of a cloud's tokens (Amazon ECR, Artifact Registry and Azure Container Registry documentation)."""
_DOMAIN_NAMED = {"gcr.io": "us", "us.gcr.io": "us", "eu.gcr.io": "europe", "asia.gcr.io": "asia"}
"""Artifact Registry repositories that answer under a name of Container Registry → where each must be."""


class ForeignRegistry(Model):
    """A registry from which nodes pull with a login only: Docker Hub, GHCR, Quay, Harbor, another cloud's."""

    mode: Literal["foreign"]
    host: RegistryHost = Field(examples=["ghcr.io"])
    """Its host; `docker.io` for Docker Hub."""
    username: UserName | None = None
    """User of the secret `registryPassword`; the machine's docker login if not given."""

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        """A pull secret is used for as long as the app runs."""
        if self.host == "gcr.io" or self.host.endswith(".gcr.io"):
            reason = f"{self.host} is answered by Artifact Registry: mode create or existing, repository {self.host}"
            raise InvalidValueError(reason)
        if self.username in _SHORT_LIVED:
            reason = (
                f"user {self.username} stands for a token of {_SHORT_LIVED[self.username]}: pulls would fail with the "
                "first new node after that; a pull secret needs a login that lasts"
            )
            raise ConflictError(reason, (("username",), "<user>"))
        return self


class NewAksCluster(Model):
    """An AKS cluster of this stack."""

    mode: Literal["create"]
    name: AksName = Field(examples=["monadic-pipeline"])
    """Its name."""
    resource_group: ResourceGroupName = Field(examples=["monadic-pipeline"])
    """Resource group that is made for it."""
    location: AzureLocation = Field(examples=["westeurope"])
    """Where it is."""
    node_count: NodeCount | None = None
    """Nodes; 1 in the profile `test`, 3 in `production`, if not given."""
    node_size: VmSize = "Standard_B2s"
    """Size of a node; must fit `image.platform`."""
    kubernetes_version: KubernetesVersion | None = None
    """Version; Azure's own choice if not given."""


class ExistingAksCluster(Model):
    """An AKS cluster that is there."""

    mode: Literal["existing"]
    name: AksName = Field(examples=["monadic-pipeline"])
    """Its name."""
    resource_group: ResourceGroupName = Field(examples=["monadic-pipeline"])
    """Resource group that it is in."""


class NewAcr(Model):
    """An Azure container registry of this stack."""

    mode: Literal["create"]
    name: AcrName | None = None
    """Its name, of which there may be only one in all of Azure; one is chosen if not given."""
    sku: Literal["Basic", "Standard", "Premium"] = "Basic"
    """What it offers."""
    resource_group: ResourceGroupName | None = None
    """Existing resource group that it comes into; the cluster's if not given."""


class ExistingAcr(Model):
    """An Azure container registry that is there."""

    mode: Literal["existing"]
    name: AcrName = Field(examples=["contoso"])
    """Its name, without `.azurecr.io`."""
    resource_group: ResourceGroupName = Field(examples=["registries"])
    """Resource group that it is in."""
    subscription: SubscriptionId | None = None
    """Subscription that it is in; the cluster's if not given."""
    attach_pull: bool = True
    """Whether this stack gives the cluster the right to pull; false where somebody did so already."""
    permissions: Literal["auto", "rbac", "abac"] = "auto"
    """Its role assignment mode; looked up if `auto`."""


class NewEksCluster(Model):
    """An EKS cluster of this stack."""

    mode: Literal["create"]
    name: EksName = Field(examples=["monadic-pipeline"])
    """Its name."""
    region: AwsRegion = Field(examples=["eu-central-1"])
    """Where it is."""
    subnets: Sequence[SubnetId] = ()
    """Existing subnets in at least two zones; a network is made if not given."""
    auto_mode: bool = False
    """Whether EKS manages the nodes (Auto Mode)."""
    node_count: NodeCount | None = None
    """Nodes; 1 in the profile `test`, 3 in `production`, if not given."""
    node_type: InstanceType = "t3.medium"
    """Instance type of a node; must fit `image.platform`."""
    kubernetes_version: KubernetesVersion | None = None
    """Version; the newest in standard support if not given."""


class ExistingEksCluster(Model):
    """An EKS cluster that is there."""

    mode: Literal["existing"]
    name: EksName = Field(examples=["monadic-pipeline"])
    """Its name."""
    region: AwsRegion = Field(examples=["eu-central-1"])
    """Where it is."""
    node_roles: Sequence[RoleName] = ()
    """IAM roles of its nodes, that pull."""
    attach_pull: bool = False
    """Whether this stack gives those roles the right to pull; taken away again with the stack."""


class NewEcr(Model):
    """An ECR repository of this stack, named as `image.repository`."""

    mode: Literal["create"]
    region: AwsRegion | None = None
    """Where it is; the cluster's region if not given."""


class ExistingEcr(Model):
    """An ECR repository that is there, named as `image.repository`."""

    mode: Literal["existing"]
    region: AwsRegion | None = None
    """Where it is; the cluster's region if not given."""
    account: AwsAccount | None = None
    """Account that it is in; the cluster's if not given."""


class NewGkeCluster(Model):
    """A GKE cluster of this stack."""

    mode: Literal["create"]
    name: GkeName = Field(examples=["monadic-pipeline"])
    """Its name."""
    project: ProjectId = Field(examples=["my-project"])
    """Project that it is in."""
    location: GkeLocation = Field(examples=["europe-west1-b"])
    """A zone, or a region for control planes and nodes in each of its zones."""
    autopilot: bool = False
    """Whether GKE manages the nodes (Autopilot); needs a region."""
    node_count: NodeCount | None = None
    """Nodes in each zone; 1 if not given."""
    machine_type: MachineType = "e2-medium"
    """Machine type of a node; must fit `image.platform`."""

    @model_validator(mode="after")
    def _autopilot_has_a_region(self) -> Self:
        region, dash, zone = self.location.rpartition("-")
        if self.autopilot and dash and len(zone) == 1:
            reason = f"an Autopilot cluster is in a region, such as {region}, and {self.location} is a zone"
            raise ConflictError(reason, (("location",), region))
        return self


class ExistingGkeCluster(Model):
    """A GKE cluster that is there."""

    mode: Literal["existing"]
    name: GkeName = Field(examples=["monadic-pipeline"])
    """Its name."""
    project: ProjectId = Field(examples=["my-project"])
    """Project that it is in."""
    location: GkeLocation = Field(examples=["europe-west1-b"])
    """Its zone or region."""


class NewArtifactRegistry(Model):
    """An Artifact Registry repository of this stack."""

    mode: Literal["create"]
    repository: ArRepositoryId = "monadic-pipeline"
    """Its id; images are below it."""
    location: ArLocation | None = None
    """Where it is; the cluster's region if not given."""

    @model_validator(mode="after")
    def _is_where_its_name_says(self) -> Self:
        _check_domain_named(self.repository, self.location)
        return self


class ExistingArtifactRegistry(Model):
    """An Artifact Registry repository that is there."""

    mode: Literal["existing"]
    repository: ArRepositoryId = Field(examples=["images"])
    """Its id."""
    location: ArLocation = Field(examples=["europe-west1"])
    """Where it is."""
    project: ProjectId | None = None
    """Project that it is in; the cluster's if not given."""

    @model_validator(mode="after")
    def _is_where_its_name_says(self) -> Self:
        _check_domain_named(self.repository, self.location)
        return self


def _check_domain_named(repository: str, location: str | None) -> None:
    place = _DOMAIN_NAMED.get(repository)
    if place not in (None, location):
        reason = f"the repository {repository} exists in location {place} only, not in {location or 'the region'}"
        raise ConflictError(reason, (("location",), place))


AksCluster = Annotated[NewAksCluster | ExistingAksCluster, Field(discriminator="mode")]
AcrRegistry = Annotated[NewAcr | ExistingAcr | ForeignRegistry, Field(discriminator="mode")]
EksCluster = Annotated[NewEksCluster | ExistingEksCluster, Field(discriminator="mode")]
EcrRegistry = Annotated[NewEcr | ExistingEcr | ForeignRegistry, Field(discriminator="mode")]
GkeCluster = Annotated[NewGkeCluster | ExistingGkeCluster, Field(discriminator="mode")]
GarRegistry = Annotated[NewArtifactRegistry | ExistingArtifactRegistry | ForeignRegistry, Field(discriminator="mode")]
