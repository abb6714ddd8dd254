"""What a GKE stack only uses: clusters and repositories that are there, looked up before anything is made."""

import pulumi
from pulumi_gcp import artifactregistry, container, organizations

from components.platforms.gke_kubeconfig import address
from components.platforms.gke_lookup import look
from components.platforms.gke_nodes import may_pull
from components.platforms.gke_registry import Repository
from components.platforms.gke_running import RunningCluster
from components.platforms.node_sizes import AMD64, google_platform
from components.settings_gke import ExistingArtifactRegistry, ExistingGkeCluster
from components.stack_file import Problem, StackFile

Pool = container.outputs.GetClusterNodePoolResult

_CLUSTER, _REPOSITORY = ("cluster", "name"), ("registry", "repository")
_DEFAULT_ACCOUNT = "gcp:compute/getDefaultServiceAccount:getDefaultServiceAccount"
_BY_DEFAULT = ("", "default")
"""What a pool says that has no account of its own."""


def find_cluster(cluster: ExistingGkeCluster, stack: StackFile, opts: pulumi.InvokeOptions) -> RunningCluster:
    """Look a cluster up.

    Raises:
        ConfigError: it is not there, has no address, or has nodes that can never pull.
    """
    listing = f"gcloud container clusters list --project={cluster.project}"
    found = look(
        lambda: container.get_cluster(name=cluster.name, location=cluster.location, project=cluster.project, opts=opts),
        Problem(_CLUSTER, f"there is no cluster {cluster.name} in {cluster.location} of {cluster.project}", (listing,)),
        stack,
    )
    endpoint, authority = _address(found)
    if not endpoint:
        reason = f"the cluster {cluster.name} has no address: it is being made, or that failed"
        raise stack.refusal([Problem(_CLUSTER, reason, (listing,))])
    pools = list(found.node_pools or ())
    _refuse_scopes(pools, cluster, stack)
    accounts = _accounts(found, pools, cluster, stack, opts)
    name = pools[0].name if len(pools) == 1 else None
    return RunningCluster(endpoint, authority, accounts, ", ".join(accounts), name, _platforms(pools))


def find_repository(
    registry: ExistingArtifactRegistry, cluster_project: str, stack: StackFile, opts: pulumi.InvokeOptions
) -> Repository:
    """Look a repository up.

    Raises:
        ConfigError: it is not there, or images cannot be pushed to it.
    """
    project = registry.project or cluster_project
    what = f"repository {registry.repository} in {registry.location} of {project}"
    listing = f"gcloud artifacts repositories list --project={project}"
    found = look(
        lambda: artifactregistry.get_repository(
            repository_id=registry.repository, location=registry.location, project=project, opts=opts
        ),
        Problem(_REPOSITORY, f"there is no {what}", (listing, stack.set(("registry", "mode"), "create"))),
        stack,
    )
    if found.format != "DOCKER":
        raise stack.refusal([Problem(_REPOSITORY, f"{what} is for {found.format}, not for images", (listing,))])
    if found.mode not in ("", "STANDARD_REPOSITORY", None):
        kind = found.mode.removesuffix("_REPOSITORY").lower()
        reason = f"{what} is a {kind} one, to which nothing can be pushed; give the standard one behind it"
        raise stack.refusal([Problem(_REPOSITORY, reason, (listing,))])
    return Repository(
        found.registry_uri, found.name, found.id, project, registry.location, attach_pull=registry.attach_pull
    )


def access_token(project: str, stack: StackFile, opts: pulumi.InvokeOptions) -> str:
    """The access token of the one who deploys; ends after an hour. The caller keeps it secret.

    Raises:
        ConfigError: nobody is logged in.
    """
    what = Problem(("cluster", "project"), f"Google Cloud gave no access token for {project}", ())
    return look(lambda: organizations.get_client_config(opts=opts), what, stack).access_token


def _address(found: container.GetClusterResult) -> tuple[str, str | None]:
    """Host and authority of the API server."""
    private = any(each.enable_private_endpoint for each in found.private_cluster_configs or ())
    endpoints = [dns for each in found.control_plane_endpoints_configs or () for dns in each.dns_endpoint_configs or ()]
    public = next((each.endpoint for each in endpoints if each.allow_external_traffic and each.endpoint), None)
    authority = next((each.cluster_ca_certificate for each in found.master_auths or ()), None)
    return address(found.endpoint, authority, public, private=private)


def _accounts(
    found: container.GetClusterResult,
    pools: list[Pool],
    cluster: ExistingGkeCluster,
    stack: StackFile,
    opts: pulumi.InvokeOptions,
) -> tuple[str, ...]:
    """The service accounts that the nodes pull as, each once."""
    given = [config.service_account or "" for pool in pools for config in pool.node_configs or ()]
    if found.enable_autopilot:
        # Pools of Autopilot come and go; this is what the next one gets.
        defaults = [each for auto in found.cluster_autoscalings or () for each in auto.auto_provisioning_defaults or ()]
        given = [each.service_account or "" for each in defaults]
    accounts = [each for each in dict.fromkeys(given) if each not in _BY_DEFAULT]
    if len(accounts) < len(set(given)) or not given:
        accounts.append(_default_account(cluster, stack, opts))
    return tuple(dict.fromkeys(accounts))


def _default_account(cluster: ExistingGkeCluster, stack: StackFile, opts: pulumi.InvokeOptions) -> str:
    reason = f"nodes of {cluster.name} have the default service account of {cluster.project}, and it is not there"
    command = f"gcloud iam service-accounts list --project={cluster.project}"
    found = look(
        # By its name, as loading the SDK's module for machines takes three seconds.
        lambda: pulumi.runtime.invoke(_DEFAULT_ACCOUNT, {"project": cluster.project}, opts),
        Problem(("cluster",), reason, (command,)),
        stack,
    )
    return str(found.value["email"])


def _platforms(pools: list[Pool]) -> tuple[str, ...]:
    types = [config.machine_type for pool in pools for config in pool.node_configs or () if config.machine_type]
    return tuple(sorted({google_platform(each) for each in types})) or (AMD64,)


def _refuse_scopes(pools: list[Pool], cluster: ExistingGkeCluster, stack: StackFile) -> None:
    scopes = [list(config.oauth_scopes or ()) for pool in pools for config in pool.node_configs or ()]
    if not scopes or any(may_pull(each) for each in scopes):
        return
    reason = "no node pool has an access scope with which Artifact Registry can be read, and nodes cannot get one later"
    command = (
        f"gcloud container node-pools create with-registry --cluster={cluster.name} --location={cluster.location} "
        f"--project={cluster.project} --scopes=cloud-platform"
    )
    raise stack.refusal([Problem(("cluster",), reason, (command,))])
