"""The controllers of an app: Deployment, disruption budget, autoscaler. Pure: arguments in, specs out."""

from collections.abc import Mapping

import pulumi
from pulumi_kubernetes.apps import v1 as apps
from pulumi_kubernetes.autoscaling import v2 as autoscaling
from pulumi_kubernetes.policy import v1 as policy

from components.pipeline_args import PipelineAppArgs
from components.pod import pod_spec
from components.rollout_time import MIN_READY_SECONDS, START_SECONDS, TIMEOUT_SECONDS, progress_seconds
from components.storage import Mounted

REPLICAS = 2

_OLD_REVISIONS = 5


def deployment_spec(
    args: PipelineAppArgs,
    name: str,
    labels: Mapping[str, pulumi.Input[str]],
    selector: Mapping[str, str],
    mounted: Mounted,
) -> apps.DeploymentSpecArgsDict:
    """The Deployment of an app.

    Raises:
        InvalidValueError: the rollout has less time than a single pod needs.
    """
    least = args.get("min_ready_seconds", MIN_READY_SECONDS)
    spec: apps.DeploymentSpecArgsDict = {
        "selector": {"match_labels": selector},
        # One more, never one less: what a bad image cannot start cannot take the place of what serves.
        "strategy": {"type": "RollingUpdate", "rolling_update": {"max_surge": 1, "max_unavailable": 0}},
        "min_ready_seconds": least,
        "progress_deadline_seconds": progress_seconds(
            args.get("timeout_seconds", TIMEOUT_SECONDS), args.get("start_seconds", START_SECONDS), least
        ),
        "revision_history_limit": _OLD_REVISIONS,
        "template": {
            "metadata": {"labels": labels, "annotations": mounted.annotations},
            "spec": pod_spec(args, name, selector, mounted),
        },
    }
    if args.get("autoscaling") is None:
        # Left out beside an autoscaler: each `up` would set back what it had decided.
        spec["replicas"] = args.get("replicas", REPLICAS)
    return spec


def disruption_budget_spec(
    args: PipelineAppArgs, selector: Mapping[str, str]
) -> policy.PodDisruptionBudgetSpecArgsDict | None:
    """At most one pod away at a time; None for a single pod, as nodes could then never be emptied."""
    autoscaling_args = args.get("autoscaling")
    least = args.get("replicas", REPLICAS) if autoscaling_args is None else autoscaling_args["min_replicas"]
    if least < 2:  # noqa: PLR2004 - two is what makes a budget possible
        return None
    return {
        "max_unavailable": 1,
        # Pods that do not work anyway hold no node up.
        "unhealthy_pod_eviction_policy": "AlwaysAllow",
        "selector": {"match_labels": selector},
    }


def autoscaler_spec(args: PipelineAppArgs, name: str) -> autoscaling.HorizontalPodAutoscalerSpecArgsDict | None:
    """Pods by load of the processor; None if the app has a fixed number."""
    given = args.get("autoscaling")
    if given is None:
        return None
    target: autoscaling.MetricTargetArgsDict = {
        "type": "Utilization",
        "average_utilization": given["cpu_percent"],
    }
    return {
        "scale_target_ref": {"api_version": "apps/v1", "kind": "Deployment", "name": name},
        "min_replicas": given["min_replicas"],
        "max_replicas": given["max_replicas"],
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
    }
