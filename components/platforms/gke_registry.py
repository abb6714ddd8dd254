"""The Artifact Registry repository of a GKE stack, its push login, and the nodes' right to pull from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_gcp import artifactregistry

from components.platforms.contract import PullGrant, PullKind, Registry
from components.platforms.given_already import give_new
from components.platforms.gke_api import enabled_api
from components.platforms.gke_given import READER_IS_NEW
from components.platforms.gke_nodes import region
from components.platforms.gke_running import RunningCluster
from components.settings_gke import GkeCluster, NewArtifactRegistry
from components.stack_file import StackFile

PUSH_USER = "oauth2accesstoken"
_READER = "roles/artifactregistry.reader"
_SECONDS = 420
"""How long a new right may go unknown (docs.cloud.google.com iam/docs/access-change-propagation)."""


@dataclass(frozen=True)
class Repository:
    """A repository for images, made by this stack or found."""

    uri: pulumi.Input[str]
    """What stands before an image's name: `europe-west1-docker.pkg.dev/my-project/images`."""
    name: pulumi.Input[str]
    """Its id in its project and place."""
    resource: pulumi.Input[str]
    """`projects/…/locations/…/repositories/…`."""
    project: str
    location: str
    attach_pull: bool = True
    made: tuple[pulumi.Resource, ...] = ()
    """The resource, where this stack made it."""


def place(registry: NewArtifactRegistry, cluster: GkeCluster) -> str:
    """Where a repository of this stack is made."""
    return registry.location or region(cluster.location)


def new_repository(
    registry: NewArtifactRegistry,
    cluster: GkeCluster,
    labels: Mapping[str, str],
    opts: pulumi.ResourceOptions,
    *,
    production: bool,
) -> Repository:
    """Make a repository.

    Args:
        registry: its settings.
        cluster: whose project it is made in.
        labels: by Google's rules.
        opts: with the provider.
        production: whether it is protected.
    """
    api = enabled_api("artifactregistry", cluster.project, opts)
    location = place(registry, cluster)
    made = artifactregistry.Repository(
        "registry",
        repository_id=registry.repository,
        format="DOCKER",
        location=location,
        project=cluster.project,
        labels=labels,
        # A repository goes with all its images. With `protect` the preview of a destroy refuses; Google does at this
        # step, when the app is gone.
        deletion_policy="PREVENT" if production else "DELETE",
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[api], protect=production)),
    )
    return Repository(made.registry_uri, made.name, made.id, cluster.project, location, made=(made,))


def registry_of(repository: Repository, token: str) -> Registry:
    """Where images are pushed.

    Args:
        repository: the repository.
        token: access token of the one who deploys.
    """
    uri = pulumi.Output.from_input(repository.uri)
    return Registry(
        server=uri.apply(lambda text: text.partition("/")[0]),
        prefix=uri,
        username=PUSH_USER,
        password=pulumi.Output.secret(token),
        replace_with=repository.made,
    )


def pull_grant(
    repository: Repository,
    running: RunningCluster,
    cluster: GkeCluster,
    opts: pulumi.ResourceOptions,
    stack: StackFile | None,
) -> PullGrant:
    """The right of the nodes to pull; made here unless somebody else did so.

    Args:
        repository: what they pull from.
        running: the cluster as it is.
        cluster: the cluster as the stack file names it.
        opts: with the provider.
        stack: named where somebody else may have given it; None where nodes or repository are new.
    """
    grants = _readers(repository, running.accounts, opts, stack) if repository.attach_pull else ()
    facts: dict[str, pulumi.Input[str]] = {
        "repository_id": repository.name,
        "project": repository.project,
        "location": repository.location,
        "cluster": cluster.name,
        "cluster_location": cluster.location,
    }
    if len(running.accounts) == 1:
        facts["node_account"] = running.pulls_as
    if running.node_pool is not None:
        facts["node_pool"] = running.node_pool
    return PullGrant(
        kind=PullKind.NODE_SERVICE_ACCOUNT,
        identity=running.pulls_as,
        role=_READER,
        resource=repository.resource,
        depends_on=grants,
        propagation_seconds=_SECONDS if grants else 0,
        facts=facts,
    )


def _readers(
    repository: Repository,
    accounts: Sequence[pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
    stack: StackFile | None,
) -> tuple[pulumi.Resource, ...]:
    # One member at a time: a binding or a policy would take away what others have.
    def give(number: int, opts: pulumi.ResourceOptions) -> artifactregistry.RepositoryIamMember:
        return artifactregistry.RepositoryIamMember(
            "nodes-pull" if number == 0 else f"nodes-pull-{number}",
            member=pulumi.Output.concat("serviceAccount:", accounts[number]),
            role=_READER,
            repository=repository.name,
            location=repository.location,
            project=repository.project,
            opts=opts,
        )

    if stack is None:
        return tuple(give(number, opts) for number in range(len(accounts)))
    place = {"repository": repository.name, "location": repository.location, "project": repository.project}
    rights = [{**place, "role": _READER, "member": f"serviceAccount:{each}"} for each in accounts]
    return give_new(READER_IS_NEW, rights, give, opts, stack)
