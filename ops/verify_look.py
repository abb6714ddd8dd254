"""Looks at all that a stack uses: pods, registries and URL, at once."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial

from ops.stack import Stack
from ops.stack_cluster import Access, access, connect_to
from ops.stack_pods import Pod, look_at
from ops.stack_url import ask_url
from ops.stack_workloads import Deployed, Route, deployments, route
from ops.status_look import Place, asked_url, places
from ops.verify import ImageProof, RouteProof, Seen, Use, Verification, named_pod, uses
from ops.verify_registry import prove
from pulls.beside import beside
from pulls.cluster import Cluster, ClusterError
from pulls.kubelet.objects import Json, Snapshot, part
from pulls.kubelet.snapshot import read_snapshot
from pulls.kubelet.workloads import of_workload

_ASKED = 4
"""How often `/version` is asked: behind a URL there may be several pods."""


@dataclass(frozen=True)
class _Space:
    """A namespace of a cluster, as it is now."""

    cluster: Cluster = field(repr=False)
    snapshot: Snapshot = field(repr=False)


def verify(stack: Stack) -> Verification:
    """All of it. What does not answer is part of the answer and no error."""
    there = deployments(stack.state)
    ways = {each.provider: access(stack.state, each.provider) for each in there}
    spaces = {place: beside(partial(_space, ways[place[0]], place[1])) for place in places(there)}
    url = beside(partial(_route, stack, there))
    seen = [_seen(each, ways[each.provider].context, spaces[each.provider, each.namespace]) for each in there]
    images = [proof for place, space in spaces.items() for proof in _images(there, place, space)]
    proof = url.result()
    behind = [] if proof.service is None else _behind(proof.service, there, spaces)
    whole = RouteProof(answer=proof.answer, named=proof.named, service=proof.service, behind=behind)
    return Verification(stack=stack, workloads=seen, images=images, route=whole)


def _space(way: Access, namespace: str) -> _Space:
    cluster = connect_to(way)
    return _Space(cluster, read_snapshot(cluster, namespace))


def _seen(deployed: Deployed, context: str, space: Future[_Space]) -> Seen:
    try:
        pods = _pods(space.result().snapshot, deployed)
    except ClusterError as error:
        return Seen(deployed=deployed, context=context, unseen=str(error), status=error.status)
    return Seen(deployed=deployed, context=context, pods=[look_at(each, deployed.images) for each in pods])


def _pods(snapshot: Snapshot, deployed: Deployed) -> list[Json]:
    selection = of_workload(snapshot, "Deployment", deployed.name, deployed.namespace)
    return [*selection.current.pods, *selection.previous.pods]


def _images(there: Sequence[Deployed], place: Place, space: Future[_Space]) -> list[ImageProof]:
    try:
        found = space.result()
    except ClusterError:
        return []  # without the pods' login nobody is asked; that the cluster does not answer is told once
    here = [each for each in there if (each.provider, each.namespace) == place]
    return prove(found.cluster, _once([use for each in here for use in uses(each, _pods(found.snapshot, each))]))


def _once(every: Sequence[Use]) -> list[Use]:
    """Each image once, also where several Deployments have it."""
    found: dict[str, Use] = {}
    for each in every:
        before = found.get(each.image)
        by = each.by if before is None else tuple(dict.fromkeys((*before.by, *each.by)))
        found[each.image] = Use(image=each.image, namespace=each.namespace, by=by, pod_spec=each.pod_spec)
    return list(found.values())


def _route(stack: Stack, there: Sequence[Deployed]) -> RouteProof:
    answer = asked_url(stack, there)
    named: list[str] = []
    if answer is not None and answer.status is not None:
        for _ in range(_ASKED):
            pod = named_pod(ask_url(stack.url, "/version").body)
            if not pod:
                break  # an app that does not say it; or nothing that would say it four times
            named.append(pod)
    return RouteProof(answer=answer, named=tuple(dict.fromkeys(named)), service=route(stack.state))


def _behind(service: Route, there: Sequence[Deployed], spaces: dict[Place, Future[_Space]]) -> list[Pod]:
    """The ready pods with the Service's labels, each beside what the state says of its Deployment."""
    behind = next((each for each in there if service.leads_to(each)), None)
    if behind is None:
        return []
    try:
        pods = spaces[behind.provider, behind.namespace].result().snapshot.pods
    except ClusterError:
        return []
    selected = [each for each in pods if service.selects(part(each, "metadata", "labels"))]
    return [found for each in selected if (found := look_at(each, behind.images)).ready]
