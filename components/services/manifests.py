"""The objects of one service: pod, controller, claim, Service. Pure: values in, specs out.

There is one pod of each, so none has a disruption budget: with one, its node could never be emptied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apps import v1 as apps
from pulumi_kubernetes.core import v1

from components import naming
from components.mount_paths import TMP_PATH
from components.pod import container_security, node_selector, pod_security
from components.resources import resource_requirements
from components.services.service import Service
from components.storage import TMP_SIZE

API_KEY = "api-key"
"""Key of a service's Secret."""
PROGRESS_SECONDS = 600
"""Images of LLM servers have gigabytes, and each start of one may pull it."""

_OLD_REVISIONS = 5


@dataclass(frozen=True)
class Around:
    """The names that a service's pods refer to."""

    account: pulumi.Input[str]
    """Its ServiceAccount."""
    pull_secrets: Sequence[pulumi.Input[str]] = ()
    key: pulumi.Input[str] | None = None
    """Secret with its key; None if it asks for none."""


def stateful_set_spec(service: Service, around: Around, labels: Mapping[str, str]) -> apps.StatefulSetSpecArgsDict:
    """Of its StatefulSet, for data that two pods must never have open."""
    return {
        "service_name": service.address,
        "replicas": 1,
        "selector": {"match_labels": naming.selector(service.name)},
        # With the other policy, a pod that cannot start would have to be deleted by hand before a better one comes
        # (kubernetes.io, StatefulSets, "Forced rollback").
        "pod_management_policy": "Parallel",
        "revision_history_limit": _OLD_REVISIONS,
        "template": _template(service, around, labels),
    }


def deployment_spec(service: Service, around: Around, labels: Mapping[str, str]) -> apps.DeploymentSpecArgsDict:
    """Of its Deployment."""
    # A volume is for one pod at a time: the new one would wait for it for ever beside the old one.
    serving: apps.DeploymentStrategyArgsDict = {
        "type": "RollingUpdate",
        "rolling_update": {"max_surge": 1, "max_unavailable": 0},
    }
    return {
        "replicas": 1,
        "selector": {"match_labels": naming.selector(service.name)},
        "strategy": serving if service.volume is None else {"type": "Recreate"},
        "progress_deadline_seconds": PROGRESS_SECONDS,
        "revision_history_limit": _OLD_REVISIONS,
        "template": _template(service, around, labels),
    }


def claim_spec(service: Service) -> v1.PersistentVolumeClaimSpecArgsDict | None:
    """Of its claim; None if it has no data."""
    volume = service.volume
    if volume is None:
        return None
    spec: v1.PersistentVolumeClaimSpecArgsDict = {
        "access_modes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": volume.size}},
    }
    if volume.class_name is not None:
        spec["storage_class_name"] = volume.class_name
    return spec


def service_spec(service: Service) -> v1.ServiceSpecArgsDict:
    """Of its Service, inside of the cluster only."""
    return {
        "type": "ClusterIP",
        "selector": naming.selector(service.name),
        "ports": [
            {"name": name, "port": port, "target_port": name, "protocol": "TCP"} for name, port in service.ports.items()
        ],
    }


TMP: v1.VolumeArgsDict = {"name": "tmp", "empty_dir": {"size_limit": TMP_SIZE}}
TMP_MOUNT: v1.VolumeMountArgsDict = {"name": "tmp", "mount_path": TMP_PATH}


def _template(service: Service, around: Around, labels: Mapping[str, str]) -> v1.PodTemplateSpecArgsDict:
    return {"metadata": {"labels": labels}, "spec": _pod_spec(service, around)}


def _pod_spec(service: Service, around: Around) -> v1.PodSpecArgsDict:
    volumes: list[v1.VolumeArgsDict] = [TMP]
    mounts: list[v1.VolumeMountArgsDict] = [TMP_MOUNT]
    if service.volume is not None:
        volumes.append({"name": "data", "persistent_volume_claim": {"claim_name": service.claim}})
        mounts.append({"name": "data", "mount_path": service.volume.path})
    container: v1.ContainerArgsDict = {
        "name": service.name,
        "image": service.image,
        "image_pull_policy": "IfNotPresent",
        "ports": [
            {"name": name, "container_port": port, "protocol": "TCP"} for name, port in _container_ports(service)
        ],
        "env": _environment(service, around.key),
        "resources": resource_requirements(service.resources),
        "startup_probe": _probe(service.health, service.live_path, 2, 60),
        "readiness_probe": _probe(service.health, service.ready_path, 2, 3),
        "liveness_probe": _probe(service.health, service.live_path, 10, 3),
        "security_context": container_security(),
        "termination_message_policy": "FallbackToLogsOnError",
        "volume_mounts": mounts,
    }
    if service.command:
        container["args"] = list(service.command)
    return {**pod_around(service.user, around), "containers": [container], "volumes": volumes}


def pod_around(user: int, around: Around) -> v1.PodSpecArgsDict:
    """What every pod here has; its containers are still to come."""
    spec: v1.PodSpecArgsDict = {
        "service_account_name": around.account,
        "automount_service_account_token": False,
        "enable_service_links": False,
        "security_context": pod_security(user),
        "node_selector": node_selector(),
        "containers": [],
    }
    if around.pull_secrets:
        spec["image_pull_secrets"] = [{"name": each} for each in around.pull_secrets]
    return spec


def _container_ports(service: Service) -> list[tuple[str, int]]:
    listed = list(service.ports.items())
    return listed if service.health in service.ports.values() else [*listed, ("health", service.health)]


def _environment(service: Service, key: pulumi.Input[str] | None) -> list[v1.EnvVarArgsDict]:
    plain = service.environment
    variables: list[v1.EnvVarArgsDict] = [{"name": name, "value": plain[name]} for name in sorted(plain)]
    if service.key_variable is not None and key is not None:
        hidden: v1.EnvVarSourceArgsDict = {"secret_key_ref": {"name": key, "key": API_KEY}}
        variables.append({"name": service.key_variable, "value_from": hidden})
    return variables


def _probe(port: int, path: str, period: int, failures: int) -> v1.ProbeArgsDict:
    return {
        "http_get": {"path": path, "port": port},
        "period_seconds": period,
        "timeout_seconds": 3,
        "failure_threshold": failures,
    }
