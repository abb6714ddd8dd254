"""The CLI workload of a stack: pods of an image of their own beside the web API, to which nobody may connect."""

from dataclasses import replace

import pulumi

from components.app_args import app_args, cli_args
from components.cli_image import CLI_IMAGE
from components.image import AppImage
from components.namespace import AppNamespace
from components.naming import rollout_command
from components.pipeline_app import PipelineApp
from components.platforms.contract import Platform
from components.preflight import Ready
from components.services.wiring import Known


def deploy_cli(
    ready: Ready, platform: Platform, namespace: AppNamespace, services: Known, opts: pulumi.ResourceOptions
) -> None:
    """Register it and export `cli`, its image and the command that shows its rollout; nothing if there is none.

    Args:
        ready: what the stack is made from.
        platform: where it runs.
        namespace: the app's.
        services: it is told of them, as the app is.
        opts: of the Kubernetes provider.
    """
    settings, cli = ready.settings, ready.settings.cli
    if cli is None or ready.cli_source is None:
        return
    place = _place(platform)
    image = AppImage(
        CLI_IMAGE,
        {
            "registry": place.registry,
            "repository": cli.image.repository,
            "source": ready.cli_source,
            "key": cli.image.KEY,
            "signature": ready.cli_key,
        },
    )
    beside = app_args(settings, ready.secrets.app, place, namespace, image.reference)
    app = PipelineApp(cli.name, services.told(cli_args(cli, beside, image.reference)), opts)
    rollout = rollout_command(platform.cluster.context, settings.app.namespace, app.name)
    pulumi.export("cli", {"image": app.image, "rollout": rollout})


def _place(platform: Platform) -> Platform:
    """The platform as it is for the CLI's image."""
    if platform.of_cli is None:
        return platform
    registry, grant = platform.of_cli
    # The moment at which this run gives a right is the platform's.
    return replace(platform, registry=registry, pull_grant=replace(grant, remaining=platform.pull_grant.remaining))
