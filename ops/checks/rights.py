"""What the stack's login may do in its cluster, asked of the cluster itself (SelfSubjectAccessReview)."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol, cast

from ops.checks.finding import Finding, Name, State, ok
from ops.checks.rights_needed import Place, Right, listed
from ops.stack_finding import kubectl
from pulls.beside import beside
from pulls.cluster import ClusterError, Object

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_NOT_FOUND = 404
_ACCOUNT = "system:serviceaccount:"
_BY = "  # by an administrator"


class Asked(Protocol):
    """What is asked of a cluster; each raises ClusterError. A review is answered and not kept: nothing changes."""

    def post(self, path: str, body: Object) -> Object:
        """The answer to a review."""
        ...

    def get(self, kind: str, namespace: str, name: str) -> Object:
        """One object."""
        ...


def check_rights(cluster: Asked, places: Sequence[Place], context: str) -> list[Finding]:
    """Ask for each right, in all namespaces at the same time.

    Args:
        cluster: to ask.
        places: the stack's namespaces, with what has to be done in each.
        context: that a person gives to `kubectl --context`.

    Raises:
        ClusterError: the cluster does not answer, or takes no login.
    """
    user = _user(cluster)
    asked = [beside(partial(_refused, cluster, each, user, context)) for each in places]
    found = [finding for each in asked for finding in each.result()]
    names = " and ".join(each.namespace for each in places)
    plural = "s" if len(places) > 1 else ""
    return found or ok(Name.RIGHTS, f"{user} may make all that the stack makes in namespace{plural} {names}")


def _refused(cluster: Asked, place: Place, user: str, context: str) -> list[Finding]:
    """What may not be done in one namespace."""
    look = kubectl(context, place.namespace, "auth", "can-i", "--list")
    found: list[Finding] = []
    for rights, state, why in (
        (place.needed, State.PROBLEM, "the update would stop half way, at the first of them"),
        (place.helpful, State.WARNING, "a pull cannot be tried before the rollout, nor its failure be explained"),
    ):
        refused = [each for each in rights if not _may(cluster, place.namespace, each)]
        if refused:
            what = f"{user} may not {listed(refused)} in namespace {place.namespace}"
            grants = _grants(user, place.namespace, refused, _make(cluster, place.namespace, refused))
            found.append(Finding(Name.RIGHTS, state, what, why, (look, *grants)))
    return found


def _may(cluster: Asked, namespace: str, right: Right) -> bool:
    asked = {"verb": right.verb, "group": right.group, "resource": right.resource}
    attributes = asked if right.cluster_wide else {**asked, "namespace": namespace}
    answer = cluster.post(
        _REVIEWS,
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        },
    )
    return bool(cast("dict[str, Any]", answer.get("status") or {}).get("allowed"))


def _user(cluster: Asked) -> str:
    """Who the cluster says one is; servers before 1.28 do not say."""
    try:
        answer = cluster.post(_WHO, {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})
        return str(answer["status"]["userInfo"]["username"])
    except ClusterError as error:
        if error.status != _NOT_FOUND:
            raise
    except (LookupError, TypeError):
        pass
    return "this login"


def _make(cluster: Asked, namespace: str, refused: Sequence[Right]) -> list[str]:
    """What comes before a role is bound in a namespace: nothing is bound in one that is not there."""
    if all(each.cluster_wide for each in refused):
        return []
    make = f"kubectl create namespace {namespace}"
    try:
        cluster.get("namespaces", "", namespace)
    except ClusterError as error:
        # Whoever has few rights is not told either whether it is there.
        return [f"{make}{_BY}" if error.status == _NOT_FOUND else f"{make}{_BY}, if it is not there"]
    return []


def _grants(user: str, namespace: str, rights: Sequence[Right], first: Sequence[str]) -> list[str]:
    """What an administrator types; `admin` is one of Kubernetes' own roles."""
    who = f"--serviceaccount={user.removeprefix(_ACCOUNT)}" if user.startswith(_ACCOUNT) else f"--user={user}"
    commands = [*first]
    if any(not each.cluster_wide for each in rights):
        bind = f"kubectl -n {namespace} create rolebinding deployer --clusterrole=admin {who}"
        commands.append(f"{bind}{_BY}")
    for kind in dict.fromkeys(each.resource for each in rights if each.cluster_wide):
        verbs = ",".join(each.verb for each in rights if each.resource == kind and each.cluster_wide)
        role = f"deployer-{kind}"
        make = f"kubectl create clusterrole {role} --verb=get,{verbs} --resource={kind}"
        bind = f"kubectl create clusterrolebinding {role} --clusterrole={role} {who}"
        commands.append(f"{make} && {bind}{_BY}")
    return commands
