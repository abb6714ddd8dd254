"""What a PipelineApp is made from: `image`, `namespace` and mostly `port`; the rest has an expert's defaults."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi

from components.rollout_guard import RolloutGuardArgs

Texts = Mapping[str, pulumi.Input[str]]


class AmountsArgs(TypedDict):
    """Processor and memory, as Kubernetes quantities."""

    cpu: NotRequired[str]
    """Cores, such as `250m` or `2`."""
    memory: NotRequired[str]
    """Bytes, such as `512Mi`."""


class ResourcesArgs(TypedDict):
    """What one pod asks for, and may use."""

    requests: NotRequired[AmountsArgs]
    limits: NotRequired[AmountsArgs]


class VolumeArgs(TypedDict):
    """A folder in the container, from one source: `claim`, `secret` or `config_map`, else an empty folder."""

    path: str
    """Where it is mounted."""
    claim: NotRequired[pulumi.Input[str]]
    """Name of a PersistentVolumeClaim; one that several pods may mount, when there are several."""
    secret: NotRequired[pulumi.Input[str]]
    """Name of a Secret; mounted read-only."""
    config_map: NotRequired[pulumi.Input[str]]
    """Name of a ConfigMap; mounted read-only."""
    size: NotRequired[str]
    """Most bytes that an empty folder may hold, such as `64Mi`."""
    read_only: NotRequired[bool]


class AutoscalingArgs(TypedDict):
    """A HorizontalPodAutoscaler; it takes the place of `replicas`."""

    min_replicas: int
    max_replicas: int
    cpu_percent: int
    """Share of the requested processor at which pods are added."""


class EgressArgs(TypedDict):
    """One destination that the app may connect to."""

    cidr: str
    """Addresses, such as `10.0.0.0/8`."""
    ports: NotRequired[Sequence[int]]
    """TCP ports; all of them if not given."""


class IngressArgs(TypedDict):
    """How requests from outside of the cluster arrive."""

    class_name: pulumi.Input[str] | None
    """IngressClass; None for no Ingress: the Service itself is a load balancer of the cloud."""
    host: NotRequired[str | None]
    """Name that requests come by; None for any, and the URL then has the address that the cluster writes."""
    annotations: NotRequired[Texts]
    """Of the Ingress, or of the Service where that is a load balancer."""
    tls_secret: NotRequired[str | None]
    """Secret with the host's certificate; makes the URL https. Not for load balancers."""
    load_balancer_class: NotRequired[str | None]
    """Of the Service, where a cloud has several kinds of load balancer."""
    url_port: NotRequired[int | None]
    """Port of the Ingress in the URL; None for the scheme's own."""
    await_address: NotRequired[bool]
    """Whether the cluster writes an address to the Ingress or Service, so that `up` waits for it (True)."""


class PipelineAppArgs(TypedDict):
    """A web API, or a process that listens to nothing, as it runs."""

    image: pulumi.Input[str]
    """A `repository@sha256:…` reference; anything else is refused."""
    namespace: pulumi.Input[str]
    port: NotRequired[int]
    """Port that the container listens on; without one there is no Service, Ingress, probe or URL."""
    name: NotRequired[str]
    """Name of the objects in the cluster; the component's own name if not given."""
    command: NotRequired[Sequence[str]]
    """Program and its first arguments, in place of the image's `ENTRYPOINT`."""
    args: NotRequired[Sequence[str]]
    """Arguments, in place of the image's `CMD`."""
    service_port: NotRequired[int]
    """Port of the Service (80)."""
    ready_path: NotRequired[str]
    """Answers 200 when requests may come (`/ready`)."""
    health_path: NotRequired[str]
    """Answers 200 while the process works at all; must not look at other services (`/health`)."""
    replicas: NotRequired[int]
    """Pods (2)."""
    autoscaling: NotRequired[AutoscalingArgs | None]
    ingress: NotRequired[IngressArgs | None]
    """None: reachable inside of the cluster only."""
    environment: NotRequired[Texts]
    config_files: NotRequired[Mapping[str, str]]
    """Texts by file name, mounted in `config_path`; pods roll when one changes."""
    config_path: NotRequired[str]
    """Folder of the config files (`/etc/app/config`)."""
    config_beside: NotRequired[bool]
    """Mounts each of them by itself, so that what the image has in that folder stays (False: the folder is theirs)."""
    secrets: NotRequired[Texts]
    """Values by name; pods roll when one changes."""
    secrets_as_files: NotRequired[bool]
    """One file for each in `secrets_path`, in place of a variable for each."""
    secrets_path: NotRequired[str]
    """Folder of the secret files (`/etc/app/secrets`)."""
    volumes: NotRequired[Mapping[str, VolumeArgs]]
    """By name, beside the writable `/tmp` that every pod has."""
    resources: NotRequired[ResourcesArgs]
    run_as_user: NotRequired[int]
    """Numeric user and group (1654, the `app` user of .NET's images)."""
    architecture: NotRequired[str | None]
    """What the image runs on, `amd64` or `arm64`; pods go to nodes of that kind only."""
    image_pull_secrets: NotRequired[Sequence[pulumi.Input[str]]]
    pull_secrets_version: NotRequired[pulumi.Input[str] | None]
    """Changes when what is in them does: then the pull is rehearsed, and no pod rolls."""
    egress: NotRequired[Sequence[EgressArgs] | None]
    """Where the app may connect to beside DNS; None for anywhere but the cloud's metadata service."""
    labels: NotRequired[Mapping[str, str]]
    """More labels for every object."""
    start_seconds: NotRequired[int]
    """How long the container may take until `health_path` first answers (60)."""
    min_ready_seconds: NotRequired[int]
    """How long a new pod must stay ready before it counts (5)."""
    drain_seconds: NotRequired[int]
    """How long a pod that ends still takes requests, until all know of it (10)."""
    shutdown_seconds: NotRequired[int]
    """How long requests under way may take when a pod ends (30)."""
    timeout_seconds: NotRequired[int]
    """How long a rollout may take (300)."""
    guard: NotRequired[RolloutGuardArgs | None]
    """Tries the pull before the Deployment changes, and names what goes wrong; None leaves both to Pulumi."""
    depends_on: NotRequired[Sequence[pulumi.Resource]]
    """What must exist before a pod can start, such as the right to pull the image."""
