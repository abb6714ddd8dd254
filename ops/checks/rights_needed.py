"""What a stack makes in its cluster, where, and with which rights. Pure.

The kinds are those of components/pipeline_app.py, namespace.py and backing_services.py; a test compares them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from components.naming import services_namespace
from components.settings_models import StackSettings

When = Callable[[StackSettings], bool]
_CHANGES = ("create", "patch")
"""What the Kubernetes provider does: server-side apply is a PATCH, which needs `create` for what is not there."""


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
class Place:
    """A namespace that a stack fills, and what has to be done there."""

    namespace: str
    needed: tuple[Right, ...]
    """Without one of these an update stops half way."""
    helpful: tuple[Right, ...]
    """What only the rehearsal and the watch need, without which an update goes on."""


def _always(_: StackSettings) -> bool:
    return True


def _never(_: StackSettings) -> bool:
    return False


def _many_pods(settings: StackSettings) -> bool:
    app = settings.app
    return (app.replicas if app.autoscaling is None else app.autoscaling.min_replicas) > 1


def _keeps_data(settings: StackSettings) -> bool:
    return settings.services.llm.in_cluster or settings.services.vectors.in_cluster


def _has_deployment(settings: StackSettings) -> bool:
    return settings.services.llm.in_cluster or settings.services.traces.in_cluster


@dataclass(frozen=True)
class Made:
    """A kind of things that a stack makes in its cluster."""

    resource: str
    group: str = ""
    app: When = _always
    """Whether a stack with these settings makes it in the app's namespace."""
    services: When = _never
    """And in the one of the services, where there are any."""


_NAMESPACES, _SECRETS = Made("namespaces"), Made("secrets", services=_always)
MADE = (
    _NAMESPACES,
    _SECRETS,
    Made("configmaps", app=lambda settings: bool(settings.app.config_files)),
    Made("serviceaccounts", services=_always),
    Made("services", services=_always),
    Made("deployments", "apps", services=_has_deployment),
    Made("networkpolicies", "networking.k8s.io", services=_always),
    Made("poddisruptionbudgets", "policy", _many_pods),
    Made("ingresses", "networking.k8s.io", lambda settings: settings.app.host is not None),
    Made("statefulsets", "apps", _never, lambda settings: settings.services.vectors.in_cluster),
    Made("persistentvolumeclaims", app=_never, services=_keeps_data),
    Made("jobs", "batch", _never, lambda settings: settings.services.llm.in_cluster),
    Made("horizontalpodautoscalers", "autoscaling", lambda settings: settings.app.autoscaling is not None),
)
_REHEARSAL = (Right("pods", "create"), Right("pods", "delete"))
_NODES = Right("nodes", "list", cluster_wide=True)
_WATCHING = (Right("pods", "list"), Right("events", "list"))


def places(settings: StackSettings, *, secrets: bool, service_secrets: bool) -> list[Place]:
    """The namespaces of a stack, the app's first.

    Args:
        settings: of the stack.
        secrets: whether a Secret is among what is made for the app.
        service_secrets: whether one is among what is made for the services in the cluster.
    """
    rehearses = settings.app.rehearsal == "pull"
    tried = _REHEARSAL if rehearses else ()
    app = [each for each in MADE if each.app(settings) and (secrets or each is not _SECRETS)]
    # Nodes are the cluster's, and asked for once.
    of_app = (*_WATCHING, *tried, *((_NODES,) if rehearses else ()))
    found = [Place(settings.app.namespace, _changed(app), of_app)]
    beside = settings.services
    if beside.llm.in_cluster or beside.vectors.in_cluster or beside.traces.in_cluster:
        made = [each for each in MADE if each.services(settings) and (service_secrets or each is not _SECRETS)]
        found.append(Place(services_namespace(settings.app.namespace), _changed(made), (*_WATCHING, *tried)))
    return found


def listed(rights: Iterable[Right]) -> str:
    """`create and patch secrets, deployments.apps; list nodes`."""
    verbs: dict[str, list[str]] = {}
    for each in rights:
        verbs.setdefault(each.kind, []).append(each.verb)
    kinds: dict[str, list[str]] = {}
    for kind, its in verbs.items():
        kinds.setdefault(" and ".join(its), []).append(kind)
    return "; ".join(f"{verb} {', '.join(names)}" for verb, names in kinds.items())


def _changed(made: Iterable[Made]) -> tuple[Right, ...]:
    return tuple(
        Right(each.resource, verb, each.group, cluster_wide=each is _NAMESPACES) for each in made for verb in _CHANGES
    )
