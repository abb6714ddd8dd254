"""From settings and platform to what a PipelineApp is made from. Pure."""

from collections.abc import Callable, Mapping
from typing import cast

import pulumi

from components.mount_paths import CONFIG_PATH
from components.namespace import AppNamespace
from components.pipeline_args import (
    AmountsArgs,
    AutoscalingArgs,
    EgressArgs,
    IngressArgs,
    PipelineAppArgs,
    ResourcesArgs,
    VolumeArgs,
)
from components.platforms.contract import AddressSource, Ingress, Platform, PullGrant
from components.settings_app import Amounts, AppSettings, ResourceSettings
from components.settings_cli import CliSettings
from components.settings_models import Settings

_TLS_ISSUER = "cert-manager.io/cluster-issuer"
_OF_WEB_API = frozenset(
    (
        "port",
        "service_port",
        "ready_path",
        "health_path",
        "drain_seconds",
        "ingress",
        "autoscaling",
        "config_files",
        "config_path",
        "config_beside",
        "volumes",
    )
)
"""Arguments of the one that answers requests; the CLI of its stack has all others too."""


def app_args(
    settings: Settings,
    secrets: Mapping[str, pulumi.Output[str]],
    platform: Platform,
    namespace: AppNamespace,
    image: pulumi.Output[str],
) -> PipelineAppArgs:
    """What the app of a stack file is made from.

    Args:
        settings: of the stack.
        secrets: values by name.
        platform: where it runs.
        namespace: what it runs in.
        image: its reference, by digest.
    """
    app = settings.app
    return {
        "name": app.name,
        "namespace": namespace.name,
        "image": image,
        "image_pull_secrets": namespace.pull_secrets,
        "pull_secrets_version": namespace.pull_secrets_version,
        "architecture": settings.image.platform.removeprefix("linux/"),
        "port": app.port,
        "service_port": app.service_port,
        "ready_path": app.ready_path,
        "health_path": app.health_path,
        "replicas": app.replicas,
        "autoscaling": _autoscaling(app),
        "ingress": _ingress(app, platform.ingress),
        "environment": app.environment,
        "config_files": app.config_files,
        "config_path": app.config_path or CONFIG_PATH,
        "config_beside": app.config_path is not None,
        "secrets": secrets,
        "secrets_as_files": app.secrets_as == "files",
        "volumes": {name: _volume(app, name) for name in app.volumes},
        "resources": _resources(app.resources),
        "run_as_user": app.run_as_user,
        "egress": _egress(app),
        "start_seconds": app.start_seconds,
        "min_ready_seconds": app.min_ready_seconds,
        "drain_seconds": app.drain_seconds,
        "shutdown_seconds": app.shutdown_seconds,
        "timeout_seconds": app.timeout_seconds,
        "depends_on": platform.pull_grant.depends_on,
        "guard": {
            "kubeconfig": platform.cluster.kubeconfig,
            "context": platform.cluster.context,
            "rehearsal": app.rehearsal,
            "rehearsal_seconds": app.rehearsal_seconds,
            "fresh_seconds": _fresh_seconds(app, platform.pull_grant),
            "target": platform.target.value,
            "loader": platform.registry.loader,
            "pull_right": {
                "kind": platform.pull_grant.kind.value,
                "identity": platform.pull_grant.identity,
                "role": platform.pull_grant.role,
                "resource": platform.pull_grant.resource,
                "facts": platform.pull_grant.facts,
            },
        },
    }


def cli_args(cli: CliSettings, app: PipelineAppArgs, image: pulumi.Output[str]) -> PipelineAppArgs:
    """What the CLI of a stack file is made from: its own, and of the app what is not about requests.

    Args:
        cli: its settings.
        app: what the app of the same stack is made from.
        image: of the CLI, by digest.
    """
    secrets = app.get("secrets", {})
    if not app.get("secrets_as_files", False):
        secrets = {name: value for name, value in secrets.items() if name not in cli.environment}
    own: PipelineAppArgs = {
        "name": cli.name,
        "namespace": app["namespace"],
        "image": image,
        "replicas": cli.replicas,
        "environment": cli.environment,
        "secrets": secrets,
        "resources": _resources(cli.resources),
    }
    if cli.command:
        own["command"] = cli.command
    if cli.args:
        own["args"] = cli.args
    shared = {key: value for key, value in app.items() if key not in _OF_WEB_API}
    return cast("PipelineAppArgs", {**shared, **own})


def _fresh_seconds(app: AppSettings, grant: PullGrant) -> Callable[[], float]:
    given = app.propagation_seconds
    # A right that this stack does not give is not young.
    seconds = given if given is not None and grant.propagation_seconds else grant.propagation_seconds
    return lambda: grant.remaining(seconds)


def _ingress(app: AppSettings, ingress: Ingress) -> IngressArgs | None:
    if app.host is None and ingress.address == AddressSource.HOST:
        return None  # nothing would lead to it
    issuer = {} if ingress.tls_issuer is None else {_TLS_ISSUER: ingress.tls_issuer}
    return {
        "host": app.host,
        "class_name": ingress.class_name,
        "annotations": {**ingress.annotations, **issuer},
        "tls_secret": app.tls_secret,
        "load_balancer_class": ingress.load_balancer_class,
        "url_port": ingress.url_port,
        "await_address": ingress.address == AddressSource.STATUS,
    }


def _autoscaling(app: AppSettings) -> AutoscalingArgs | None:
    if app.autoscaling is None:
        return None
    return {
        "min_replicas": app.autoscaling.min_replicas,
        "max_replicas": app.autoscaling.max_replicas,
        "cpu_percent": app.autoscaling.cpu_percent,
    }


def _resources(resources: ResourceSettings) -> ResourcesArgs:
    return {"requests": _amounts(resources.requests), "limits": _amounts(resources.limits)}


def _amounts(amounts: Amounts) -> AmountsArgs:
    given: AmountsArgs = {}
    if amounts.cpu is not None:
        given["cpu"] = amounts.cpu
    if amounts.memory is not None:
        given["memory"] = amounts.memory
    return given


def _volume(app: AppSettings, name: str) -> VolumeArgs:
    volume = app.volumes[name]
    given: VolumeArgs = {"path": volume.path, "read_only": volume.read_only}
    if volume.claim is not None:
        given["claim"] = volume.claim
    if volume.secret is not None:
        given["secret"] = volume.secret
    if volume.config_map is not None:
        given["config_map"] = volume.config_map
    if volume.size is not None:
        given["size"] = volume.size
    return given


def _egress(app: AppSettings) -> list[EgressArgs] | None:
    if app.egress is None:
        return None
    return [{"cidr": each.cidr, "ports": each.ports} if each.ports else {"cidr": each.cidr} for each in app.egress]
