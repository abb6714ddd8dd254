"""That a cluster answers as one does, takes the login, and lets it make what the stack makes."""

from collections.abc import Callable, Sequence

import urllib3

from components.platforms.registry_login import registry_login
from components.settings_foreign import ForeignRegistry
from components.settings_models import RegistrySettings, Settings
from components.stack_file import StackFileError
from ops.checks.finding import Finding, Name, State, ok
from ops.checks.rights import check_rights
from ops.checks.rights_needed import Place, places
from ops.checks.settled import Settled
from ops.stack_finding import kubectl
from pulls.cluster import ApiCluster, ClusterError

_WHY_LOGIN = "nothing is deployed in a cluster that takes no login"
_UNAUTHORIZED = 401


def places_of(settings: Settings, settled: Settled) -> list[Place]:
    """Where a stack makes something; Secrets too, if it has the app's own, a key or one to pull with."""
    beside_app = settings.services.vectors.in_cluster or _pulls_with_secret(settings, settled)
    of_app = beside_app or f"{settled.project.name}:appSecrets" in settled.secret
    return places(settings, secrets=of_app, service_secrets=beside_app)


def answer_and_rights(
    connect: Callable[[], ApiCluster], spaces: Sequence[Place], context: str, mend: str
) -> list[Finding]:
    """Ask a cluster.

    Args:
        connect: with the login of whoever deploys; may raise ClusterError.
        spaces: namespaces that the stack fills.
        context: that a person gives to `kubectl --context`.
        mend: what gives that login anew.
    """
    # A kubeconfig that trusts any certificate would print a warning for each request, among the answer.
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    try:
        rights = check_rights(connect(), spaces, context)
    except ClusterError as error:
        refused = error.status == _UNAUTHORIZED
        what = f"the cluster does not take the login of context {context!r}" if refused else str(error)
        look = kubectl(context, spaces[0].namespace, "auth", "whoami")
        return [Finding(Name.CLUSTER, State.PROBLEM, what, _WHY_LOGIN, (look, mend))]
    return [*ok(Name.CLUSTER, "answers, and takes the login"), *rights]


def _pulls_with_secret(settings: Settings, settled: Settled) -> bool:
    registry = settings.registry
    if not isinstance(registry, RegistrySettings | ForeignRegistry):  # nodes pull as themselves
        return False
    try:
        return registry_login(registry, settled.secrets, settled.stack) is not None
    except StackFileError:  # told of the registry
        return True
