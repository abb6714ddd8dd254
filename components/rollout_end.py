"""The end of a Deployment's rollout as the cluster has it, and not only as the provider of Kubernetes says.

On a busy cluster the provider may read the changed Deployment before its controller has given it a new revision, takes
the old ReplicaSet for the new one, and calls the rollout complete (pulumi-kubernetes v4.25,
provider/pkg/await/deployment.go, changeTriggeredRollout).
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from pulls.cluster import ClusterError, connect_text
from pulls.kubelet.rollout import rollout
from pulls.rehearsal.check import ClusterLogin

_LOOK_SECONDS = 0.5
_DEADLINE = 600
"""Seconds of a Deployment that says none (kubernetes v1.34, apps/v1 progressDeadlineSeconds)."""
_SPARE = 5.0
_SKIP_AWAIT = "pulumi.com/skipAwait"


def seconds_to_end(deployment: Mapping[str, Any]) -> float | None:
    """How long its rollout may take; None for what is no Deployment, and where nobody is to wait for it."""
    annotations: Mapping[str, Any] = deployment["metadata"].get("annotations") or {}
    if deployment["kind"] != "Deployment" or annotations.get(_SKIP_AWAIT) == "true":
        return None
    return float(deployment["spec"].get("progressDeadlineSeconds") or _DEADLINE) + _SPARE


def why_not_over(
    login: ClusterLogin,
    namespace: str,
    name: str,
    seconds: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], object] = time.sleep,
) -> str | None:
    """Wait for the end of a rollout; why it has none, and None when it is complete or nobody can tell.

    Args:
        login: of the cluster.
        namespace: of the Deployment.
        name: its own.
        seconds: how long to wait.
        clock: seconds.
        pause: between two looks.
    """
    late = clock() + seconds
    try:
        cluster = connect_text(login.kubeconfig, login.context)
    except ClusterError:
        return None
    while True:
        try:
            seen = rollout(cluster.get("deployments", namespace, name))
        except ClusterError:
            return None
        if seen.complete or seen.paused:
            return None
        if seen.stuck or clock() >= late:
            pods = f"{seen.updated} of {seen.desired} pods are of the new version, {seen.available} can serve"
            return f"the rollout of Deployment/{name} has not come to its end: {pods}"
        pause(_LOOK_SECONDS)
