"""From settings to the services of a stack, and to what its app is told of them."""

from dataclasses import dataclass, field

import pulumi

from components import naming
from components.backing_services import BackingServices
from components.namespace import AppNamespace
from components.pipeline_args import PipelineAppArgs, Texts
from components.platforms.contract import Platform
from components.rollout_guard import RolloutGuardArgs
from components.services.catalogue import QDRANT_NAME, services
from components.services.environment import API_KEY_VARIABLE, variables
from components.services.service import Service
from components.services.traffic import Clients
from components.settings_models import Settings
from components.this_stack import this_stack

_NAME = "services"


@dataclass(frozen=True)
class Known:
    """What is told of the services."""

    environment: Texts = field(default_factory=dict[str, pulumi.Input[str]])
    secrets: Texts = field(default_factory=dict[str, pulumi.Input[str]])
    leaves: tuple[str, ...] = ()
    """What stays after `pulumi destroy`, each with the command that removes it."""

    def told(self, args: PipelineAppArgs) -> PipelineAppArgs:
        """An app that knows them; what it is told by its stack file under the same name comes first."""
        plain, hidden = args.get("environment", {}), args.get("secrets", {})
        own = {*plain, *hidden}

        def others(values: Texts) -> Texts:
            return {name: value for name, value in values.items() if name not in own}

        environment = {**others(self.environment), **plain}
        return {**args, "environment": environment, "secrets": {**others(self.secrets), **hidden}}


def backing_services(
    settings: Settings, platform: Platform, app_namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> Known:
    """Register those that run in the cluster, in a namespace of their own that outlives the app's; none if none do.

    Args:
        settings: of the stack.
        platform: where it runs.
        app_namespace: the app's, which exists.
        opts: of the Kubernetes provider.
    """
    name = naming.services_namespace(settings.app.namespace)
    known = variables(settings.services, name)
    listed = services(settings.services, this_stack())
    if not listed:
        return Known(known)
    kept = [each for each in listed if each.volume is not None and not each.volume.delete]
    pull_secret = platform.pull_grant.pull_secret
    namespace = AppNamespace(name, {"name": name, "pull_secret": pull_secret, "keep": bool(kept)}, opts)
    made = BackingServices(
        _NAME,
        {
            "namespace": namespace.name,
            "services": listed,
            "clients": _clients(settings, app_namespace),
            "open_clients": settings.app.egress is not None,
            "image_pull_secrets": namespace.pull_secrets,
            "pull_secrets_version": namespace.pull_secrets_version,
            "guard": _guard(settings, platform),
        },
        opts,
    )
    key = made.keys.get(QDRANT_NAME)
    return Known(known, {} if key is None else {API_KEY_VARIABLE: key}, _leaves(kept, name, platform.cluster.context))


def _clients(settings: Settings, namespace: pulumi.Input[str]) -> Clients:
    cli = settings.cli
    others = {} if cli is None else {cli.name: naming.selector(cli.name)}
    return Clients(namespace, naming.selector(settings.app.name), others)


def _guard(settings: Settings, platform: Platform) -> RolloutGuardArgs:
    # Without the right to pull: these images are others', and no right of this stack is to blame.
    return {
        "kubeconfig": platform.cluster.kubeconfig,
        "context": platform.cluster.context,
        "rehearsal": settings.app.rehearsal,
        "rehearsal_seconds": settings.app.rehearsal_seconds,
        "target": platform.target.value,
    }


def _leaves(kept: list[Service], namespace: str, context: str) -> tuple[str, ...]:
    if not kept:
        return ()
    data = ", ".join(each.claim for each in kept)
    removed = f"kubectl --context {context} delete namespace {namespace}"
    return (f"the namespace {namespace} with the data in {data}: {removed}",)
