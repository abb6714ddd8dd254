"""The shape of a stack file: one model for each object in it, one for each target, and their union.

Field names are camelCase in the file. Extra keys are refused, and values are never converted: a replica count
written as text is a mistake. The docstrings below the fields are what the README's table says.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from components.domain import AnnotationName, Given, ObjectName, Port, Text
from components.platforms.contract import Target
from components.settings_aks import AcrRegistry, AksCluster
from components.settings_app import AppSettings
from components.settings_cli import CliSettings
from components.settings_eks import EcrRegistry, EksCluster
from components.settings_gke import GarRegistry, GkeCluster
from components.settings_image import ImageSettings
from components.settings_model import Model
from components.settings_registry import RegistrySettings
from components.settings_services import ServicesSettings


class ClusterSettings(Model):
    """Which existing cluster the local stack uses."""

    context: Given = Field(examples=["kind-kind"])
    """Context in the kubeconfig; `kubectl config get-contexts -o name` lists them."""
    kubeconfig: Given | None = Field(default=None, examples=["~/.kube/config"])
    """Kubeconfig file; `$KUBECONFIG`, then `~/.kube/config`, if not given."""


class IngressSettings(Model):
    """The ingress controller of an existing cluster."""

    class_name: ObjectName = "traefik"
    """Its IngressClass."""
    port: Port | None = Field(default=None, examples=[8080])
    """Port in the URL, when it is not the scheme's own."""
    annotations: Mapping[AnnotationName, Text] = Field(default_factory=dict)
    """Annotations for the Ingress."""


class CloudIngressSettings(Model):
    """How the internet reaches the app on a cloud."""

    class_name: ObjectName | None = None
    """IngressClass; the cloud's own way if not given."""
    annotations: Mapping[AnnotationName, Text] = Field(default_factory=dict)
    """Annotations for the Ingress, or for the Service where the cloud's own way is a load balancer."""


class StackSettings(Model):
    """What every target needs."""

    image: ImageSettings
    """Where the image comes from."""
    app: AppSettings
    """The web API as it runs in the cluster."""
    cli: CliSettings | None = None
    """The CLI beside the app, pods of an image of its own without a port; none if not given."""
    services: ServicesSettings = ServicesSettings()
    """What stands beside the app."""


class CloudSettings(StackSettings):
    """What every cloud needs."""

    profile: Literal["test", "production"] = "test"
    """How careful the stack is: `production` protects cluster and registry from deletion and has more nodes."""
    tags: Mapping[str, str] = Field(default_factory=dict, examples=[{"owner": "team-web"}])
    """Tags (on Google Cloud: labels) of everything that is made in the cloud."""
    ingress: CloudIngressSettings = CloudIngressSettings()
    """How the internet reaches the app."""


class AksSettings(CloudSettings):
    """Azure Kubernetes Service."""

    target: Literal[Target.AKS]
    cluster: AksCluster
    """Which cluster."""
    registry: AcrRegistry
    """Which registry."""


class EksSettings(CloudSettings):
    """Amazon Elastic Kubernetes Service."""

    target: Literal[Target.EKS]
    cluster: EksCluster
    """Which cluster."""
    registry: EcrRegistry
    """Which registry."""


class GkeSettings(CloudSettings):
    """Google Kubernetes Engine."""

    target: Literal[Target.GKE]
    cluster: GkeCluster
    """Which cluster."""
    registry: GarRegistry
    """Which registry."""


class LocalSettings(StackSettings):
    """A cluster and a registry that are already there: the sandbox's, kind, k3d, minikube, Docker Desktop."""

    target: Literal[Target.LOCAL]
    cluster: ClusterSettings
    """Which cluster."""
    registry: RegistrySettings
    """Which registry."""
    ingress: IngressSettings = IngressSettings()
    """Its ingress controller."""


Settings = Annotated[AksSettings | EksSettings | GkeSettings | LocalSettings, Field(discriminator="target")]
MODELS: Mapping[Target, type[StackSettings]] = {
    Target.AKS: AksSettings,
    Target.EKS: EksSettings,
    Target.GKE: GkeSettings,
    Target.LOCAL: LocalSettings,
}
