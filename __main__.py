"""From a stack file to a served URL: settings, image, platform, app."""

from pathlib import Path

import pulumi

from components.app_args import app_args
from components.app_image import app_image
from components.cli import deploy_cli
from components.errors import one_message
from components.foreign_objects import explain_conflicts
from components.namespace import AppNamespace
from components.naming import rollout_command
from components.pipeline_app import PipelineApp
from components.preflight import preflight
from components.services.wiring import backing_services
from components.this_stack import this_stack
from components.workload_check import refuse_bad_workloads

with one_message():
    ready = preflight(pulumi.Config(), this_stack(), Path(__file__).parent)
# First: it sees only what is registered after it.
refuse_bad_workloads(lambda: platform.registry.prefix, lambda: platform.cluster.ingress_classes)
explain_conflicts(this_stack(), lambda: platform.cluster.context)
with one_message():
    settings, platform = ready.settings, ready.make_platform()
in_cluster = pulumi.ResourceOptions(provider=platform.cluster.provider)

image = app_image(ready, platform.registry)
namespace = AppNamespace(
    settings.app.namespace,
    {"name": settings.app.namespace, "pull_secret": platform.pull_grant.pull_secret, "after": [image]},
    in_cluster,
)
services = backing_services(settings, platform, namespace.name, in_cluster)
args = app_args(settings, ready.secrets.app, platform, namespace, image.reference)
app = PipelineApp(settings.app.name, services.told(args), in_cluster)
deploy_cli(ready, platform, namespace, services, in_cluster)

pulumi.export("url", app.url)
pulumi.export("image", app.image)
pulumi.export("namespace", namespace.name)
pulumi.export("target", platform.target.value)
pulumi.export("leaves", [*platform.leaves, *services.leaves])  # `pulumi destroy` shows it once more
pulumi.export("rollout", rollout_command(platform.cluster.context, settings.app.namespace, app.name))
