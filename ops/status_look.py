"""Looks at a stack's clusters and at its URL, all at once."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial

from ops.stack import Stack
from ops.stack_cluster import Access, access, connect_to
from ops.stack_grant import grants
from ops.stack_url import UrlAnswer, ask_url, is_inside
from ops.stack_workloads import Deployed, deployments, route
from ops.status import Status, Workload, workload
from pulls.beside import beside
from pulls.cluster import ClusterError
from pulls.kubelet.objects import Snapshot
from pulls.kubelet.snapshot import read_snapshot

Place = tuple[str, str]
"""`Resource.provider` and namespace."""


def look(stack: Stack) -> Status:
    """A stack as it is now. What a cluster does not show is part of the answer and no error."""
    there = deployments(stack.state)
    url = beside(partial(asked_url, stack, there))
    ways = {each.provider: access(stack.state, each.provider) for each in there}
    seen = {place: beside(partial(_snapshot, ways[place[0]], place[1])) for place in places(there)}
    workloads = [_workload(each, ways[each.provider].context, seen) for each in there]
    return Status(
        stack=stack, workloads=workloads, grants=grants(stack.state), url=url.result(), taken=datetime.now(UTC)
    )


def asked_url(stack: Stack, there: Sequence[Deployed]) -> UrlAnswer | None:
    """What the stack's URL answers, asked for what the readiness probe of the pods behind it asks for."""
    if not stack.url or is_inside(stack.url):
        return None
    return ask_url(stack.url, ready_path(stack, there))


def ready_path(stack: Stack, there: Sequence[Deployed]) -> str:
    """What answers well when an app is ready; `/` where no probe says it."""
    leads = route(stack.state)
    behind = [each for each in there if leads is not None and leads.leads_to(each)] or there
    return next((each.ready_path for each in behind if each.ready_path), "/")


def places(there: Sequence[Deployed]) -> list[Place]:
    """Each cluster and namespace once."""
    return list(dict.fromkeys((each.provider, each.namespace) for each in there))


def _snapshot(way: Access, namespace: str) -> Snapshot:
    return read_snapshot(connect_to(way), namespace)


def _workload(deployed: Deployed, context: str, seen: Mapping[Place, Future[Snapshot]]) -> Workload:
    try:
        snapshot = seen[deployed.provider, deployed.namespace].result()
    except ClusterError as error:
        return Workload(deployed=deployed, context=context, unseen=str(error), status=error.status)
    return workload(deployed, context, snapshot)
