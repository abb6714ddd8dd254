"""The cluster and the registry of a stack on AKS: made by this stack, or there already; freely mixed.

The `mode` of each says which: `create` or `existing`. A registry of another provider has `foreign`.
"""

from typing import Annotated, Literal

from pydantic import Field

from components.cloud_domain import AcrName, AksName, AzureLocation, ResourceGroupName, SubscriptionId, VmSize
from components.settings_cloud import KubernetesVersion, NewCluster, NodeCount
from components.settings_foreign import ForeignRegistry
from components.settings_model import Model


class NewAksCluster(NewCluster):
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
    subscription: SubscriptionId | None = None
    """Subscription that it is in; `azure-native:subscriptionId`, then the login's, if not given."""


class ExistingAksCluster(Model):
    """An AKS cluster that is there."""

    mode: Literal["existing"]
    name: AksName = Field(examples=["monadic-pipeline"])
    """Its name."""
    resource_group: ResourceGroupName = Field(examples=["monadic-pipeline"])
    """Resource group that it is in."""
    subscription: SubscriptionId | None = None
    """Subscription that it is in; `azure-native:subscriptionId`, then the login's, if not given."""


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


AksCluster = Annotated[NewAksCluster | ExistingAksCluster, Field(discriminator="mode")]
AcrRegistry = Annotated[NewAcr | ExistingAcr | ForeignRegistry, Field(discriminator="mode")]
