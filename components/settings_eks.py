"""The cluster and the registry of a stack on EKS: made by this stack, or there already; freely mixed.

The `mode` of each says which: `create` or `existing`. A registry of another provider has `foreign`.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from components.cloud_domain import AwsAccount, AwsRegion, EksName, InstanceType, PrincipalArn, RoleName, SubnetId
from components.settings_cloud import KubernetesVersion, NewCluster, NodeCount
from components.settings_foreign import ForeignRegistry
from components.settings_model import Model


class NewEksCluster(NewCluster):
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
    admins: Sequence[PrincipalArn] = ()
    """IAM roles and users that administer the cluster beside the one that makes it."""


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
    write_policy: bool = False
    """Whether this stack writes the repository's policy for another account's nodes; it replaces the one there."""


EksCluster = Annotated[NewEksCluster | ExistingEksCluster, Field(discriminator="mode")]
EcrRegistry = Annotated[NewEcr | ExistingEcr | ForeignRegistry, Field(discriminator="mode")]
