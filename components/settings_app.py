"""The shape of a stack file's `app`. The docstrings below the fields are what the README's table says."""

from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from components.domain import (
    DAY,
    AppName,
    Bytes,
    Cidr,
    ContainerPath,
    Cores,
    FileName,
    HostName,
    Memory,
    NamespaceName,
    ObjectName,
    Port,
    Seconds,
    Text,
    UrlPath,
    VariableName,
    VolumeName,
)
from components.errors import InvalidValueError
from components.mount_paths import CONFIG_PATH, SECRETS_PATH, TMP_PATH, MountPath, beside, check_mount_paths
from components.object_names import OBJECT_LIMIT
from components.quantities import byte_count, cores
from components.rollout_time import (
    MIN_READY_SECONDS,
    REHEARSAL_SECONDS,
    START_SECONDS,
    TIMEOUT_SECONDS,
    progress_seconds,
)
from components.settings_conflicts import ConflictError
from components.settings_model import Model


class Amounts(Model):
    """Processor and memory."""

    cpu: Cores | None = Field(default=None, examples=["250m"])
    """Cores, such as `250m` or `2`."""
    memory: Memory | None = Field(default=None, examples=["512Mi"])
    """Bytes, such as `512Mi`."""


class ResourceSettings(Model):
    """What one pod asks for and may use."""

    requests: Amounts = Amounts()
    """What a node must have free."""
    limits: Amounts = Amounts()
    """What the pod may use at most."""

    @model_validator(mode="after")
    def _requests_fit_limits(self) -> Self:
        pairs = (
            ("cpu", cores, self.requests.cpu, self.limits.cpu),
            ("memory", byte_count, self.requests.memory, self.limits.memory),
        )
        for name, measure, request, limit in pairs:
            if request is not None and limit is not None and measure(request) > measure(limit):
                reason = f"requests {request} {name}, more than its limit of {limit}"
                raise ConflictError(reason, (("limits", name), request))
        return self


class AutoscalingSettings(Model):
    """How many pods a HorizontalPodAutoscaler keeps; it replaces `replicas`."""

    min_replicas: int = Field(default=2, ge=1, le=100)
    """Pods when there is little to do."""
    max_replicas: int = Field(ge=1, le=100, examples=[10])
    """Pods at most."""
    cpu_percent: int = Field(default=70, ge=1, le=100)
    """Share of the requested processor at which pods are added."""

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.min_replicas > self.max_replicas:
            reason = f"minReplicas {self.min_replicas} is more than maxReplicas {self.max_replicas}"
            raise ConflictError(reason, (("maxReplicas",), self.min_replicas))
        return self


class VolumeSettings(Model):
    """A folder in the container from one source; an empty folder if none is given."""

    path: ContainerPath = Field(examples=["/data"])
    """Where it is mounted."""
    claim: ObjectName | None = Field(default=None, examples=["data"])
    """PersistentVolumeClaim that is there already."""
    secret: ObjectName | None = Field(default=None, examples=["data"])
    """Secret that is there already; read-only."""
    config_map: ObjectName | None = Field(default=None, examples=["data"])
    """ConfigMap that is there already; read-only."""
    size: Bytes | None = Field(default=None, examples=["64Mi"])
    """Most bytes that an empty folder may hold."""
    read_only: bool = False
    """Whether the app may only read it."""

    @property
    def sealed(self) -> bool:
        """Whether nothing can be mounted inside of it; a claim may have the folder for that already."""
        return bool(self.secret or self.config_map) or (self.read_only and self.claim is None)

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        sources = {
            "claim": self.claim,
            "secret": self.secret,
            "configMap": self.config_map,
            "size": self.size,
        }
        given = [name for name, value in sources.items() if value is not None]
        if len(given) > 1:
            reason = f"has {' and '.join(given)}; a volume has one source"
            raise ConflictError(reason, *(((each,), None) for each in given[1:]))
        return self


class EgressSettings(Model):
    """One destination that the app may connect to."""

    cidr: Cidr = Field(examples=["10.0.0.0/8"])
    """Its addresses."""
    ports: tuple[Port, ...] = ()
    """TCP ports; all of them if not given."""


class AppSettings(Model):
    """The web API as it runs in the cluster."""

    name: AppName = Field(examples=["web-api"])
    """Name of the Deployment and what belongs to it."""
    namespace: NamespaceName = "monadic-pipeline"
    """Namespace that is made for the app."""
    host: HostName | None = Field(default=None, examples=["web-api.example.com"])
    """Host name that the app answers to; without one it is reachable inside the cluster only."""
    port: Port = 8080
    """Port that the container listens on."""
    service_port: Port = 80
    """Port of the Service."""
    ready_path: UrlPath = "/ready"
    """Path that answers 200 when requests may come."""
    health_path: UrlPath = "/health"
    """Path that answers 200 while the process works; must not depend on other services."""
    replicas: int = Field(default=2, ge=0, le=100)
    """Pods to run."""
    start_seconds: int = Field(default=START_SECONDS, ge=1, le=DAY)
    """How long the container may take to start."""
    min_ready_seconds: Seconds = MIN_READY_SECONDS
    """How long a new pod must stay ready before it counts."""
    drain_seconds: Seconds = 10
    """How long a pod that ends still takes requests, until every load balancer knows of it."""
    shutdown_seconds: Seconds = 30
    """How long requests under way may take when a pod ends."""
    timeout_seconds: int = Field(default=TIMEOUT_SECONDS, ge=60, le=DAY)
    """How long a rollout may take."""
    rehearsal: Literal["pull", "off"] = "pull"
    """`pull` tries the pull of a new image in a pod that runs nothing, before the running version is touched."""
    rehearsal_seconds: int = Field(default=REHEARSAL_SECONDS, ge=5, le=3600)
    """How long failures that may pass (a busy registry) may last before the update is refused, and slow pulls."""
    propagation_seconds: int | None = Field(default=None, ge=0, le=3600, examples=[600])
    """How long a right to pull that was just given may go unknown; the cloud's own figure if not given."""
    tls_secret: ObjectName | None = Field(default=None, examples=["web-api-tls"])
    """Secret with the host's certificate; makes the URL https."""
    environment: Mapping[VariableName, Text] = Field(default_factory=dict)
    """Environment variables; secret ones go to `appSecrets`."""
    config_files: Mapping[FileName, str] = Field(default_factory=dict)
    """Files to mount, by name; pods roll when their text changes."""
    config_path: ContainerPath | None = Field(default=None, examples=["/app"])
    """Folder in which each of them is mounted by itself, beside what the image has there; `/etc/app/config`, which is
    theirs alone, if not given."""
    secrets_as: Literal["environment", "files"] = "environment"
    """How the app gets `appSecrets`: as variables, or as one file for each."""
    volumes: Mapping[VolumeName, VolumeSettings] = Field(default_factory=dict)
    """Folders in the container, by name, beside a writable `/tmp`."""
    egress: tuple[EgressSettings, ...] | None = None
    """Where the app may connect to beside DNS; anywhere but the metadata service if not given."""
    run_as_user: int = Field(default=1654, ge=1, le=2**31 - 1)
    """Numeric user of the process; 1654 is the one of .NET's images."""
    resources: ResourceSettings = ResourceSettings()
    """Processor and memory of one pod."""
    autoscaling: AutoscalingSettings | None = None
    """Number of pods by load, in place of `replicas`."""

    @model_validator(mode="after")
    def _has_time(self) -> Self:
        try:
            progress_seconds(self.timeout_seconds, self.start_seconds, self.min_ready_seconds)
        except InvalidValueError as error:
            enough = self.start_seconds + self.min_ready_seconds + START_SECONDS
            mends = [(("timeoutSeconds",), enough)] if enough <= DAY else [(("startSeconds",), None)]
            raise ConflictError(str(error), *mends) from error
        return self

    @model_validator(mode="after")
    def _has_nothing_without_effect(self) -> Self:
        if self.tls_secret is not None and self.host is None:
            reason = "has tlsSecret, a certificate, and no host that it could be for"
            raise ConflictError(reason, (("host",), "web-api.example.com"))
        if self.autoscaling is not None and "replicas" in self.model_fields_set:
            reason = "has both replicas and autoscaling, which chooses the number of pods itself"
            raise ConflictError(reason, (("replicas",), None))
        return self

    @field_validator("config_files")
    @classmethod
    def _fit_one_object(cls, files: Mapping[str, str]) -> Mapping[str, str]:
        size = sum(len(text.encode()) for text in files.values())
        if size > OBJECT_LIMIT:
            reason = f"are {size} bytes; Kubernetes takes {OBJECT_LIMIT} in one object"
            raise ConflictError(reason, ((max(files, key=lambda name: len(files[name])),), None))
        return files

    @model_validator(mode="after")
    def _has_room_for_volumes(self) -> Self:
        paths = [MountPath(TMP_PATH, "the writable folder of every pod")]
        if self.config_files and self.config_path is None:
            paths.append(MountPath(CONFIG_PATH, "configFiles", sealed=True))
        elif self.config_path is not None:
            files = sorted(self.config_files)
            paths += [MountPath(beside(self.config_path, each), f"configFiles.{each}", sealed=True) for each in files]
        if self.secrets_as == "files":
            paths.append(MountPath(SECRETS_PATH, "appSecrets", sealed=True))
        for name, volume in self.volumes.items():
            paths.append(MountPath(volume.path, f"volumes.{name}", sealed=volume.sealed))
            try:
                check_mount_paths(paths)
            except InvalidValueError as error:
                raise ConflictError(str(error), _elsewhere(name, paths[:-1])) from error
        return self


def _elsewhere(name: str, paths: Sequence[MountPath]) -> tuple[tuple[str, ...], str | None]:
    """A path for a volume beside other mounts; without one it has to go."""
    path = f"/mnt/{name}"
    try:
        check_mount_paths([*paths, MountPath(path, f"volumes.{name}", sealed=True)])
    except InvalidValueError:
        return ("volumes", name), None
    return ("volumes", name, "path"), path
