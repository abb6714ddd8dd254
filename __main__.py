"""From a stack file to a served URL: settings, image, platform, app."""

from pathlib import Path

import pulumi

from components.app_args import app_args
from components.errors import one_message
from components.image import AppImage
from components.image_source import image_source
from components.namespace import AppNamespace
from components.naming import rollout_command
from components.pipeline_app import PipelineApp
from components.platforms.choice import create_platform, require_platform
from components.settings import load_settings
from components.stack_file import StackFile

root = Path(__file__).parent
stack = StackFile(pulumi.get_stack())

with one_message():
    settings, secrets = load_settings(pulumi.Config(), stack, root)
    require_platform(settings, stack)
    source = image_source(settings.image, stack, root)
    platform = create_platform(settings, secrets, stack)
in_cluster = pulumi.ResourceOptions(provider=platform.cluster.provider)

image = AppImage("image", {"registry": platform.registry, "repository": settings.image.repository, "source": source})
namespace = AppNamespace(
    settings.app.namespace,
    {"name": settings.app.namespace, "pull_secret": platform.pull_grant.pull_secret},
    in_cluster,
)
app = PipelineApp(
    settings.app.name,
    app_args(settings, secrets.app, platform, namespace, image.reference),
    in_cluster,
)

pulumi.export("url", app.url)
pulumi.export("image", app.image)
pulumi.export("namespace", namespace.name)
pulumi.export("target", platform.target.value)
pulumi.export("rollout", rollout_command(platform.cluster.context, settings.app.namespace, app.name))
