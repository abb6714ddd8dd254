"""What the stack's login may do in its cluster, asked of the cluster itself (SelfSubjectAccessReview).

The kinds are those of components/pipeline_app.py, namespace.py and backing_services.py; a test compares them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from components.settings_models import StackSettings
from ops.checks.finding import Finding, Name, State, ok
from ops.stack_finding import kubectl
from pulls.cluster import ApiCluster, ClusterError, Object

Post = Callable[[str, Object], Object]
"""Path and body of a review → the cluster's answer; raises ClusterError."""

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_NOT_FOUND = 404
_CHANGES = ("create", "patch")
"""What the Kubernetes provider does: server-side apply is a PATCH, which needs `create` for what is not there."""
_ACCOUNT = "system:serviceaccount:"


@dataclass(frozen=True)
class Right:
    """A verb on a kind of things."""

    resource: str
    """In the plural."""
    verb: str
    group: str = ""
    cluster_wide: bool = False

    @property
    def kind(self) -> str:
        """As kubectl takes it: `deployments.apps`."""
        return f"{self.resource}.{self.group}" if self.group else self.resource


@dataclass(frozen=True)
class Made:
    """A kind of things that a stack makes in its cluster."""

    resource: str
    group: str = ""
    when: Callable[[StackSettings], bool] = lambda _: True
    """Whether a stack with these settings makes it."""


def _least_pods(settings: StackSettings) -> int:
    app = settings.app
    return app.replicas if app.autoscaling is None else app.autoscaling.min_replicas


def _keeps_data(settings: StackSettings) -> bool:
    return settings.services.llm.in_cluster or settings.services.vectors.in_cluster


SECRETS = Made("secrets")
MADE = (
    Made("namespaces"),
    SECRETS,
    Made("configmaps", when=lambda settings: bool(settings.app.config_files)),
    Made("serviceaccounts"),
    Made("services"),
    Made("deployments", "apps"),
    Made("networkpolicies", "networking.k8s.io"),
    Made("poddisruptionbudgets", "policy", lambda settings: _least_pods(settings) > 1),
    Made("ingresses", "networking.k8s.io", lambda settings: settings.app.host is not None),
    Made("statefulsets", "apps", lambda settings: settings.services.vectors.in_cluster),
    Made("persistentvolumeclaims", when=_keeps_data),
    Made("jobs", "batch", lambda settings: settings.services.llm.in_cluster),
    Made("horizontalpodautoscalers", "autoscaling", lambda settings: settings.app.autoscaling is not None),
)
_REHEARSAL = (Right("pods", "create"), Right("pods", "delete"), Right("nodes", "list", cluster_wide=True))
_WATCHING = (Right("pods", "list"), Right("events", "list"))


def needed(settings: StackSettings, *, secrets: bool) -> list[Right]:
    """What an update does; without one of these it would stop half way.

    Args:
        settings: of the stack.
        secrets: whether a Secret is among it.
    """
    made = [each for each in MADE if each.when(settings) and (secrets or each is not SECRETS)]
    return [Right(each.resource, verb, each.group, each.resource == "namespaces") for each in made for verb in _CHANGES]


def helpful(settings: StackSettings) -> list[Right]:
    """What only the rehearsal and the watch need, without which an update goes on."""
    return [*_WATCHING, *(_REHEARSAL if settings.app.rehearsal == "pull" else ())]


def poster(cluster: ApiCluster) -> Post:
    """Asks through a cluster's own connection. A review is answered and not kept: nothing changes in the cluster."""
    return cluster.post


def check_rights(post: Post, settings: StackSettings, context: str, *, secrets: bool) -> list[Finding]:
    """Ask for each right.

    Args:
        post: of the cluster.
        settings: of the stack.
        context: that a person gives to `kubectl --context`.
        secrets: whether the stack makes a Secret.

    Raises:
        ClusterError: the cluster does not answer, or takes no login.
    """
    namespace = settings.app.namespace
    user = _user(post)
    look = kubectl(context, namespace, "auth", "can-i", "--list")
    found: list[Finding] = []
    for rights, state, why in (
        (needed(settings, secrets=secrets), State.PROBLEM, "the update would stop half way, at the first of them"),
        (helpful(settings), State.WARNING, "a pull cannot be tried before the rollout, nor its failure be explained"),
    ):
        refused = [each for each in rights if not _may(post, namespace, each)]
        if refused:
            what = f"{user} may not {listed(refused)} in namespace {namespace}"
            found.append(Finding(Name.RIGHTS, state, what, why, (look, *_grants(user, namespace, refused))))
    return found or ok(Name.RIGHTS, f"{user} may make all that the stack makes in namespace {namespace}")


def listed(rights: Iterable[Right]) -> str:
    """`create and patch secrets, deployments.apps; list nodes`. Pure."""
    verbs: dict[str, list[str]] = {}
    for each in rights:
        verbs.setdefault(each.kind, []).append(each.verb)
    kinds: dict[str, list[str]] = {}
    for kind, its in verbs.items():
        kinds.setdefault(" and ".join(its), []).append(kind)
    return "; ".join(f"{verb} {', '.join(names)}" for verb, names in kinds.items())


def _may(post: Post, namespace: str, right: Right) -> bool:
    asked = {"verb": right.verb, "group": right.group, "resource": right.resource}
    attributes = asked if right.cluster_wide else {**asked, "namespace": namespace}
    answer = post(
        _REVIEWS,
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        },
    )
    return bool(cast("dict[str, Any]", answer.get("status") or {}).get("allowed"))


def _user(post: Post) -> str:
    """Who the cluster says one is; servers before 1.28 do not say."""
    try:
        answer = post(_WHO, {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})
        return str(answer["status"]["userInfo"]["username"])
    except ClusterError as error:
        if error.status != _NOT_FOUND:
            raise
    except (LookupError, TypeError):
        pass
    return "this login"


def _grants(user: str, namespace: str, rights: Sequence[Right]) -> list[str]:
    """What an administrator types; `admin` is one of Kubernetes' own roles."""
    who = f"--serviceaccount={user.removeprefix(_ACCOUNT)}" if user.startswith(_ACCOUNT) else f"--user={user}"
    commands: list[str] = []
    if any(not each.cluster_wide for each in rights):
        bind = f"kubectl -n {namespace} create rolebinding deployer --clusterrole=admin {who}"
        commands.append(f"{bind}  # by an administrator")
    for kind in dict.fromkeys(each.resource for each in rights if each.cluster_wide):
        verbs = ",".join(each.verb for each in rights if each.resource == kind and each.cluster_wide)
        role = f"deployer-{kind}"
        make = f"kubectl create clusterrole {role} --verb=get,{verbs} --resource={kind}"
        bind = f"kubectl create clusterrolebinding {role} --clusterrole={role} {who}"
        commands.append(f"{make} && {bind}  # by an administrator")
    return commands
