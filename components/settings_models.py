"""The shape of a stack file: one model for each object in it, one for each target, and their union.

Field names are camelCase in the file. Extra keys are refused, and values are never converted: a replica count
written as text is a mistake. The docstrings below the fields are what the README's table says.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from components.domain import (
    AnnotationName,
    Digest,
    Given,
    ObjectName,
    Port,
    RegistryHost,
    RepositoryPath,
    SomeBytes,
    StageName,
    Text,
    UserName,
    VariableName,
)
from components.platforms.contract import Target
from components.settings_aks import AcrRegistry, AksCluster
from components.settings_app import AppSettings
from components.settings_conflicts import ConflictError
from components.settings_eks import EcrRegistry, EksCluster
from components.settings_fields import USUAL
from components.settings_gke import GarRegistry, GkeCluster
from components.settings_model import Model
from components.settings_services import ServicesSettings


class ImageSettings(Model):
    """Where the image comes from: a build, or a digest that was built before."""

    repository: RepositoryPath = Field(examples=["team/web-api"])
    """Path of the image in the registry."""
    context: Given | None = Field(default=None, examples=["webapi"], json_schema_extra=USUAL)
    """Folder to build, relative to the project or absolute."""
    dockerfile: Given | None = Field(default=None, examples=["webapi/Dockerfile"])
    """Dockerfile, relative to the project or absolute; `Dockerfile` in the context if not given."""
    build_args: Mapping[VariableName, Text] = Field(default_factory=dict)
    """Values for the Dockerfile's `ARG`s; they stay readable in the image."""
    target: StageName | None = None
    """Stage of the Dockerfile to build; the last one if not given."""
    platform: Literal["linux/amd64", "linux/arm64"] = "linux/amd64"
    """What the image runs on; must match the cluster's nodes."""
    digest: Digest | None = None
    """Deploys this image (`sha256:…`) in place of a build."""
    allow_outside: bool = False
    """Allows a context outside of the project's repository."""
    context_limit: SomeBytes = "512Mi"
    """Most bytes that the context may have, after `.dockerignore`."""

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if self.context is None and self.digest is None:
            reason = "says neither what to build (image.context) nor what to deploy (image.digest)"
            raise ConflictError(reason, (("context",), "webapi"))
        return self


class ClusterSettings(Model):
    """Which existing cluster the local stack uses."""

    context: Given = Field(examples=["kind-kind"])
    """Context in the kubeconfig; `kubectl config get-contexts -o name` lists them."""
    kubeconfig: Given | None = Field(default=None, examples=["~/.kube/config"])
    """Kubeconfig file; `$KUBECONFIG`, then `~/.kube/config`, if not given."""


class RegistrySettings(Model):
    """Which existing registry the local stack uses."""

    host: RegistryHost = Field(examples=["localhost:5001"])
    """Host and port by which both this machine and the cluster's nodes reach it."""
    username: UserName | None = Field(default=None, examples=["ci"])
    """User of the secret `registryPassword`; the machine's docker login if not given."""


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
