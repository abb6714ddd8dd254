"""The cluster and the registry of a stack on GKE: made by this stack, or there already; freely mixed.

The `mode` of each says which: `create` or `existing`. A registry of another provider has `foreign`.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from components.cloud_domain import ArLocation, ArRepositoryId, GkeLocation, GkeName, MachineType, ProjectId
from components.settings_cloud import NewCluster, NodeCount
from components.settings_conflicts import ConflictError
from components.settings_foreign import ForeignRegistry
from components.settings_model import Model

_DOMAIN_NAMED = {"gcr.io": "us", "us.gcr.io": "us", "eu.gcr.io": "europe", "asia.gcr.io": "asia"}
"""Artifact Registry repositories that answer under a name of Container Registry → where each must be."""


class NewGkeCluster(NewCluster):
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
    attach_pull: bool = True
    """Whether this stack gives the nodes' service account the right to pull; false where somebody did so already."""

    @model_validator(mode="after")
    def _is_where_its_name_says(self) -> Self:
        _check_domain_named(self.repository, self.location)
        return self


def _check_domain_named(repository: str, location: str | None) -> None:
    place = _DOMAIN_NAMED.get(repository)
    if place not in (None, location):
        reason = f"the repository {repository} exists in location {place} only, not in {location or 'the region'}"
        raise ConflictError(reason, (("location",), place))


GkeCluster = Annotated[NewGkeCluster | ExistingGkeCluster, Field(discriminator="mode")]
GarRegistry = Annotated[NewArtifactRegistry | ExistingArtifactRegistry | ForeignRegistry, Field(discriminator="mode")]
