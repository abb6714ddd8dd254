"""The pod of an app: container, probes, security, where it may run. Pure: arguments in, specs out."""

from collections.abc import Mapping

import pulumi
from pulumi_kubernetes.core import v1

from components.pipeline_args import PipelineAppArgs
from components.resources import resource_requirements
from components.rollout_time import START_SECONDS
from components.storage import Mounted, mounts, volumes

UID = 1654
"""User `app` of .NET's images since .NET 8; numeric, as `runAsNonRoot` cannot judge a name."""
PORT_NAME = "http"

_GRACE_MARGIN = 5


def pod_spec(args: PipelineAppArgs, name: str, selector: Mapping[str, str], mounted: Mounted) -> v1.PodSpecArgsDict:
    """The pod of an app.

    Args:
        args: of the app.
        name: of its container.
        selector: labels of its pods, to spread them by.
        mounted: what it reads.
    """
    # What listens to nothing has no requests that could still come.
    drain = args.get("drain_seconds", 10) if "port" in args else 0
    spec: v1.PodSpecArgsDict = {
        "service_account_name": mounted.service_account,
        "automount_service_account_token": False,
        # Variables for every Service of the namespace only collide with the app's own.
        "enable_service_links": False,
        "security_context": pod_security(args.get("run_as_user", UID)),
        "termination_grace_period_seconds": drain + args.get("shutdown_seconds", 30) + _GRACE_MARGIN,
        "node_selector": node_selector(args.get("architecture")),
        "affinity": _apart(selector),
        "topology_spread_constraints": [_across_zones(selector)],
        "containers": [_container(args, name, mounted, drain)],
        "volumes": volumes(args, mounted),
    }
    pull_secrets = args.get("image_pull_secrets", ())
    if pull_secrets:
        spec["image_pull_secrets"] = [{"name": each} for each in pull_secrets]
    return spec


def _container(args: PipelineAppArgs, name: str, mounted: Mounted, drain: int) -> v1.ContainerArgsDict:
    container: v1.ContainerArgsDict = {
        "name": name,
        "image": args["image"],
        # By digest: what is there is what was asked for, and a registry that is down stops no restart.
        "image_pull_policy": "IfNotPresent",
        "env": _environment(args, mounted.secret),
        "resources": resource_requirements(args.get("resources", {})),
        "security_context": container_security(),
        "termination_message_policy": "FallbackToLogsOnError",
        "volume_mounts": mounts(args, mounted),
    }
    if "command" in args:
        container["command"] = [*args["command"]]
    if "args" in args:
        container["args"] = [*args["args"]]
    if "port" in args:
        container["ports"] = [{"name": PORT_NAME, "container_port": args["port"], "protocol": "TCP"}]
        starts = args.get("start_seconds", START_SECONDS)
        container["startup_probe"] = _probe(args.get("health_path", "/health"), 1, starts)
        container["readiness_probe"] = _probe(args.get("ready_path", "/ready"), 2, 3)
        container["liveness_probe"] = _probe(args.get("health_path", "/health"), 10, 3)
    if drain:  # before Kubernetes 1.34, a sleep of 0 is refused
        # Endpoints are taken out while the pod already ends; native, as many images have no shell.
        container["lifecycle"] = {"pre_stop": {"sleep": {"seconds": drain}}}
    return container


def _probe(path: str, period: int, failures: int) -> v1.ProbeArgsDict:
    # No `host`: the restricted profile forbids it since Kubernetes 1.34.
    return {
        "http_get": {"path": path, "port": PORT_NAME},
        "period_seconds": period,
        "timeout_seconds": 3,
        "failure_threshold": failures,
    }


def _environment(args: PipelineAppArgs, secret: pulumi.Input[str] | None) -> list[v1.EnvVarArgsDict]:
    plain = args.get("environment", {})
    # In order of their names, so that the order of a mapping is never a difference.
    variables: list[v1.EnvVarArgsDict] = [{"name": key, "value": plain[key]} for key in sorted(plain)]
    if secret is None or args.get("secrets_as_files", False):
        return variables
    names = sorted(args.get("secrets", {}))
    return variables + [{"name": key, "value_from": {"secret_key_ref": {"name": secret, "key": key}}} for key in names]


def container_security() -> v1.SecurityContextArgsDict:
    """Of a container: no rights, and a disk that nobody writes to."""
    return {
        "allow_privilege_escalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        "read_only_root_filesystem": True,
        "run_as_non_root": True,
    }


def pod_security(user: int) -> v1.PodSecurityContextArgsDict:
    """Of a pod, as the restricted profile asks: a numeric user and group, who own its volumes too."""
    return {
        "run_as_non_root": True,
        "run_as_user": user,
        "run_as_group": user,
        "fs_group": user,
        "fs_group_change_policy": "OnRootMismatch",
        "seccomp_profile": {"type": "RuntimeDefault"},
    }


def node_selector(architecture: str | None = None) -> dict[str, str]:
    """Which nodes a pod may go to; None for those of any processor."""
    wanted = {"kubernetes.io/os": "linux"}
    return wanted if architecture is None else {**wanted, "kubernetes.io/arch": architecture}


def _apart(selector: Mapping[str, str]) -> v1.AffinityArgsDict:
    term: v1.WeightedPodAffinityTermArgsDict = {
        "weight": 100,
        "pod_affinity_term": {
            "topology_key": "kubernetes.io/hostname",
            "label_selector": {"match_labels": selector},
        },
    }
    return {"pod_anti_affinity": {"preferred_during_scheduling_ignored_during_execution": [term]}}


def _across_zones(selector: Mapping[str, str]) -> v1.TopologySpreadConstraintArgsDict:
    return {
        "max_skew": 1,
        "topology_key": "topology.kubernetes.io/zone",
        "when_unsatisfiable": "ScheduleAnyway",
        "label_selector": {"match_labels": selector},
    }
