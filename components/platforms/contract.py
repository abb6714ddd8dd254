"""What the app needs of a platform: four small values that each platform fills and the app only reads.

A difference between clouds that the app must feel is a field here, never a branch on the target elsewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pulumi
import pulumi_kubernetes as k8s

from components.loading import Loader


class Target(StrEnum):
    """Where a stack runs; spelled the same in stack files, file names and tests."""

    AKS = "aks"
    EKS = "eks"
    GKE = "gke"
    LOCAL = "local"


@dataclass(frozen=True)
class Registry:
    """Where images are pushed, and the login to push with.

    `username` and `password` are both None for a registry that takes anonymous pushes (local ones may).
    """

    server: pulumi.Input[str]
    """Host with an optional port, such as `127.0.0.1:5050`: what a docker login is for."""
    prefix: pulumi.Input[str]
    """What stands before the repository in a reference: `host[:port][/path]`, without a trailing slash."""
    username: pulumi.Input[str] | None = None
    password: pulumi.Output[str] | None = field(default=None, repr=False)
    """Secret."""
    replace_with: tuple[pulumi.Resource, ...] = ()
    """Resources whose replacement empties the registry, so that the image has to be pushed again."""
    login_in_preview: bool = True
    """Whether a preview has the login too; False where only an update asks for one."""
    loader: Loader | None = None
    """What loads images into the nodes where there is no registry; nothing is pushed then."""


class PullKind(StrEnum):
    """How a kubelet proves to the registry that it may pull."""

    ANONYMOUS = "anonymous"
    PULL_SECRET = "pull-secret"  # noqa: S105 - a kind of grant, not a password
    KUBELET_IDENTITY = "kubelet-identity"
    NODE_ROLE = "node-role"
    NODE_SERVICE_ACCOUNT = "node-service-account"


@dataclass(frozen=True)
class PullGrant:
    """Who may pull the image, by which right, and what must exist before the first pull."""

    kind: PullKind
    identity: pulumi.Input[str]
    """Who pulls: a user name, a principal id, a role's ARN, or a service account's e-mail address."""
    role: str
    """The right that the identity holds, in the registry's own words: `AcrPull`; `login` for a password."""
    resource: pulumi.Input[str]
    """What the right is on: the registry's host, ARN or resource id."""
    depends_on: tuple[pulumi.Resource, ...] = ()
    """Resources that must exist before a pull can succeed; the Deployment depends on them."""
    propagation_seconds: int = 0
    """How long after its creation the right may still be refused."""
    remaining: Callable[[float], float] = lambda _: 0.0
    """How much of so many seconds is left since this run gave the right; 0 where it gave none."""
    facts: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """What commands that give the right need, by the names in pulls/fix: `resource_group`, `node_role`, and so on."""
    pull_secret: pulumi.Output[str] | None = field(default=None, repr=False)
    """Text of a `kubernetes.io/dockerconfigjson`, secret; None when nodes pull as themselves."""


@dataclass(frozen=True)
class Cluster:
    """The Kubernetes cluster, always through a provider of its own and never through the ambient context."""

    provider: k8s.Provider
    name: str
    context: str
    """The kubeconfig context a person gives to `kubectl --context`."""
    kubeconfig: pulumi.Output[str] = field(repr=False)
    """Secret; holds the one context above."""
    node_platforms: tuple[str, ...] = ("linux/amd64",)
    """What its nodes can run, as `os/arch`."""
    ingress_classes: tuple[str, ...] | None = None
    """Those that are there; None where nobody asked, or may."""


class AddressSource(StrEnum):
    """Where the address of an Ingress comes from."""

    STATUS = "status"
    """The cluster writes it to the status of the Ingress, or of the Service (a load balancer)."""
    HOST = "host"
    """The host name is all there is (a local ingress controller)."""


@dataclass(frozen=True)
class Ingress:
    """How a request from outside reaches the app."""

    class_name: str | None
    """None where the Service itself is a load balancer of the cloud."""
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])
    tls_issuer: str | None = None
    load_balancer_class: str | None = None
    """Of the Service, where the cloud has several."""
    url_port: int | None = None
    """Port in the URL; None for the scheme's own (80, 443)."""
    address: AddressSource = AddressSource.STATUS


@dataclass(frozen=True)
class Platform:
    """Everything the app reads of a target."""

    target: Target
    registry: Registry
    pull_grant: PullGrant
    cluster: Cluster
    ingress: Ingress
    leaves: tuple[str, ...] = ()
    """What stays after `pulumi destroy`, each with the command that shows or removes it, if there is one."""
    of_cli: tuple[Registry, PullGrant] | None = None
    """Of the CLI's image, where a registry keeps each image apart; None where it is beside the web API's."""
