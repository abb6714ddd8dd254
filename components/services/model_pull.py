"""The Job that has a model pulled: the server's own program as a client of it. Pure: values in, spec out."""

from collections.abc import Mapping

from pulumi_kubernetes.batch import v1 as batch
from pulumi_kubernetes.core import v1

from components.mount_paths import TMP_PATH
from components.pod import container_security
from components.resources import resource_requirements
from components.services.manifests import TMP, TMP_MOUNT, Around, pod_around
from components.services.service import Model, Service

_TRIES_AGAIN = 1  # ollama itself tries each part of a download again


def model_pull_spec(service: Service, model: Model, around: Around, labels: Mapping[str, str]) -> batch.JobSpecArgsDict:
    """Of the Job that has a model pulled: the server's own program as a client of it."""
    container: v1.ContainerArgsDict = {
        "name": "pull",
        "image": service.image,
        "image_pull_policy": "IfNotPresent",
        "args": ["pull", model.name],
        "env": [
            {"name": "HOME", "value": TMP_PATH},
            {"name": "OLLAMA_HOST", "value": f"http://{service.address}:{service.health}"},
        ],
        "resources": resource_requirements({"requests": {"cpu": "50m"}, "limits": {"memory": "256Mi"}}),
        "security_context": container_security(),
        "termination_message_policy": "FallbackToLogsOnError",
        "volume_mounts": [TMP_MOUNT],
    }
    pod: v1.PodSpecArgsDict = {
        **pod_around(service.user, around),
        "restart_policy": "Never",
        "containers": [container],
        "volumes": [TMP],
    }
    return {
        "backoff_limit": _TRIES_AGAIN,
        "active_deadline_seconds": model.seconds,
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }
