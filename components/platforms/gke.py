"""GKE with Artifact Registry: made by this stack or there already, freely mixed.

Nodes pull as their own service account, which may read this one repository; nothing holds a password.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pulumi
import pulumi_kubernetes as k8s

from components.cli_image import of_each_image
from components.platforms import gke_checks
from components.platforms.cloud_tags import google_labels
from components.platforms.contract import (
    AddressSource,
    Cluster,
    Ingress,
    Platform,
    PullGrant,
    Registry,
    Target,
)
from components.platforms.foreign import check_foreign
from components.platforms.gke_api import google_provider
from components.platforms.gke_cluster import new_cluster
from components.platforms.gke_existing import access_token, find_cluster, find_repository
from components.platforms.gke_kubeconfig import kubeconfig
from components.platforms.gke_leaves import leaves
from components.platforms.gke_nodes import context_name, identifier
from components.platforms.gke_registry import Repository, new_repository, pull_grant, registry_of
from components.platforms.gke_running import RunningCluster
from components.platforms.lookup import attempt
from components.settings import Secrets
from components.settings_foreign import ForeignRegistry
from components.settings_gke import ExistingArtifactRegistry, NewArtifactRegistry, NewGkeCluster
from components.settings_models import CloudIngressSettings, GkeSettings
from components.stack_file import Problem, StackFile, StackFileError

Foreign = Callable[[], tuple[Registry, PullGrant]]

_OWN_CLASSES = ("gce", "gce-internal")
_CLASS_ANNOTATION = "kubernetes.io/ingress.class"
"""By which GKE's own controller goes, and never by the class in the spec
(docs.cloud.google.com kubernetes-engine/docs/concepts/ingress, "GKE Ingress controller behavior")."""


@dataclass(frozen=True)
class Found:
    """What is there already."""

    cluster: RunningCluster | None
    repository: Repository | None = None
    token: str = field(default="", repr=False)
    """Access token of the one who deploys; empty where nothing is pushed to Google Cloud."""


def check_gke(settings: GkeSettings, secrets: Secrets, stack: StackFile) -> Callable[[], Platform]:
    """Look at a stack file for GKE, without asking anybody.

    Returns:
        what makes the platform; it raises ConfigError where the stack names what is not there.

    Raises:
        ConfigError: everything that is wrong with it.
    """
    problems = gke_checks.problems(settings, stack)
    foreign = _foreign(settings, secrets, stack, problems)
    if problems:
        raise stack.refusal(problems)
    return lambda: _platform(settings, foreign, stack)


def _foreign(settings: GkeSettings, secrets: Secrets, stack: StackFile, problems: list[Problem]) -> Foreign | None:
    if not isinstance(settings.registry, ForeignRegistry):
        return None
    try:
        return check_foreign(settings.registry, settings.image, secrets, stack, Target.GKE)
    except StackFileError as refusal:
        problems += refusal.problems
        return None


def _platform(settings: GkeSettings, foreign: Foreign | None, stack: StackFile) -> Platform:
    if (text := gke_checks.left_open(settings)) is not None:
        pulumi.log.info(text)
    provider = google_provider(settings.cluster.project)
    # Everything is looked up before anything is made, so that a mistake leaves nothing half-made.
    found = _found(settings, stack, pulumi.InvokeOptions(provider=provider))
    opts = pulumi.ResourceOptions(provider=provider)
    running = found.cluster or _new_cluster(settings, opts)
    # Only nodes and a repository that were there before can have been joined by somebody else.
    joined = stack if found.cluster is not None and found.repository is not None else None
    registry, grant = foreign() if foreign is not None else _artifacts(settings, found, running, opts, joined)
    return Platform(
        target=Target.GKE,
        registry=registry,
        pull_grant=grant,
        cluster=_cluster(settings, running),
        ingress=_ingress(settings.ingress),
        leaves=of_each_image(settings, leaves),
    )


def _found(settings: GkeSettings, stack: StackFile, asking: pulumi.InvokeOptions) -> Found:
    cluster, registry, problems = settings.cluster, settings.registry, list[Problem]()
    # First and alone: whoever is not logged in gets the same answer to everything.
    token = "" if isinstance(registry, ForeignRegistry) else access_token(cluster.project, stack, asking)
    running = repository = None
    if not isinstance(cluster, NewGkeCluster):
        running = attempt(lambda: find_cluster(cluster, stack, asking), problems)
    if running is not None:
        problem = gke_checks.platform_problem(settings.image.platform, running.platforms, stack)
        problems += [problem] if problem is not None else []
    if isinstance(registry, ExistingArtifactRegistry):
        repository = attempt(lambda: find_repository(registry, cluster.project, stack, asking), problems)
    if problems:
        raise stack.refusal(problems)
    return Found(running, repository, token)


def _new_cluster(settings: GkeSettings, opts: pulumi.ResourceOptions) -> RunningCluster:
    assert isinstance(settings.cluster, NewGkeCluster)
    labels = google_labels(settings.tags)
    return new_cluster(settings.cluster, labels, opts, production=settings.profile == "production")


def _artifacts(
    settings: GkeSettings,
    found: Found,
    running: RunningCluster,
    opts: pulumi.ResourceOptions,
    joined: StackFile | None,
) -> tuple[Registry, PullGrant]:
    repository = found.repository
    if repository is None:
        assert isinstance(settings.registry, NewArtifactRegistry)
        labels, production = google_labels(settings.tags), settings.profile == "production"
        repository = new_repository(settings.registry, settings.cluster, labels, opts, production=production)
    return registry_of(repository, found.token), pull_grant(repository, running, settings.cluster, opts, joined)


def _cluster(settings: GkeSettings, running: RunningCluster) -> Cluster:
    context = context_name(settings.cluster)
    text = pulumi.Output.all(running.endpoint, running.authority).apply(
        lambda both: kubeconfig(context, both[0], both[1])
    )
    secret = pulumi.Output.secret(text)
    provider = k8s.Provider(
        "gke",
        kubeconfig=secret,
        context=context,
        # Known at preview and the same for ever, so that a new address replaces nothing that is deployed.
        cluster_identifier=identifier(settings.cluster),
        # A new registry password changes the pull secret in place; the pods that use it do not roll.
        enable_secret_mutable=True,
        # What runs in the cluster goes before its nodes do.
        opts=pulumi.ResourceOptions(depends_on=list(running.needs)),
    )
    return Cluster(provider, settings.cluster.name, context, secret, running.platforms)


def _ingress(settings: CloudIngressSettings) -> Ingress:
    name, annotations = settings.class_name or _OWN_CLASSES[0], settings.annotations
    if name in _OWN_CLASSES:
        annotations = {_CLASS_ANNOTATION: name, **annotations}
    return Ingress(name, annotations, address=AddressSource.STATUS)
