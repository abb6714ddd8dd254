"""One look at all that a stack is in: its namespaces in clusters and its URL, each asked once, and all at once."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial

from ops.stack import Stack
from ops.stack_cluster import Access, access, connect_to
from ops.stack_shown import Unseen, refused
from ops.stack_url import UrlAnswer, ask_url, is_inside
from ops.stack_workloads import Deployed, route, workloads
from pulls.beside import beside
from pulls.cluster import ApiCluster, Cluster, ClusterError
from pulls.kubelet.objects import Snapshot
from pulls.kubelet.snapshot import read_snapshot

Place = tuple[str, str]
"""`Resource.provider` and namespace."""


@dataclass(frozen=True)
class Space:
    """A namespace of a cluster, as it is now."""

    cluster: Cluster = field(repr=False)
    snapshot: Snapshot = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A look that is being taken."""

    stack: Stack
    there: Sequence[Deployed]
    """What the stack runs, by its state."""
    ways: Mapping[str, Access] = field(repr=False)
    """`Resource.provider` → how to reach its cluster."""
    spaces: Mapping[Place, Future[Space]]
    url: Future[UrlAnswer | None]
    """None where the stack has none, or it means something inside of the cluster only."""

    def context(self, deployed: Deployed) -> str:
        """Of the cluster that a workload is in, for commands; empty where it has no name."""
        return self.ways[deployed.provider].context

    def shown(self, deployed: Deployed) -> Snapshot | Unseen:
        """What the namespace of a workload holds."""
        try:
            snapshot = self.spaces[deployed.provider, deployed.namespace].result().snapshot
        except ClusterError as error:
            return Unseen(str(error), error.status)
        return refused(deployed, snapshot) or snapshot


def begin(stack: Stack) -> Sight:
    """Begin to look: what does not answer is part of the answer and no error."""
    there = workloads(stack.state)
    ways = {each.provider: access(stack.state, each.provider) for each in there}
    clusters = {provider: beside(partial(connect_to, way)) for provider, way in ways.items()}
    places = dict.fromkeys((each.provider, each.namespace) for each in there)
    return Sight(
        stack=stack,
        there=there,
        ways=ways,
        spaces={place: beside(partial(_space, clusters[place[0]], place[1])) for place in places},
        url=beside(partial(_asked_url, stack, there)),
    )


def _space(connected: Future[ApiCluster], namespace: str) -> Space:
    cluster = connected.result()
    return Space(cluster, read_snapshot(cluster, namespace))


def _asked_url(stack: Stack, there: Sequence[Deployed]) -> UrlAnswer | None:
    """Asked for what the readiness probe of the pods behind it asks for."""
    if not stack.url or is_inside(stack.url):
        return None
    return ask_url(stack.url, _ready_path(stack, there))


def _ready_path(stack: Stack, there: Sequence[Deployed]) -> str:
    """What answers well when an app is ready; `/` where no probe says it."""
    leads = route(stack.state)
    behind = [each for each in there if leads is not None and leads.leads_to(each)] or there
    return next((each.ready_path for each in behind if each.ready_path), "/")
