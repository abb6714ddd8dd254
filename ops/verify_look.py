"""Looks at all that a stack uses: pods, registries and URL, at once."""

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial

from ops.stack import Stack
from ops.stack_pods import Pod, look_at
from ops.stack_push import push_logins
from ops.stack_shown import Unseen, pods_of
from ops.stack_sight import Place, Sight, Space, begin
from ops.stack_url import ask_url
from ops.stack_workloads import Deployed, Route, route
from ops.verify import ImageProof, RouteProof, Seen, Use, Verification, beside_pods, named_pod, uses
from ops.verify_registry import prove
from pulls.beside import beside
from pulls.cluster import ClusterError
from pulls.kubelet.objects import part

_ASKED = 4
"""How often `/version` is asked: behind a URL there may be several pods."""


def verify(stack: Stack) -> Verification:
    """All of it. What does not answer is part of the answer and no error."""
    return verification_of(begin(stack))


def verification_of(sight: Sight) -> Verification:
    """What a look has found, and what registries say of the images that it has seen."""
    proof = beside(partial(_route, sight))
    images = [beside(partial(_images, sight, place, space)) for place, space in sight.spaces.items()]
    seen = [_seen(each, sight) for each in sight.there]
    return Verification(
        stack=sight.stack,
        workloads=seen,
        images=[beside_pods(proof, seen) for each in images for proof in each.result()],
        route=proof.result(),
    )


def _seen(deployed: Deployed, sight: Sight) -> Seen:
    shown, context = sight.shown(deployed), sight.context(deployed)
    if isinstance(shown, Unseen):
        return Seen(deployed=deployed, context=context, unseen=shown.why, status=shown.status)
    pods = [look_at(each, deployed.images) for each in pods_of(deployed, shown)]
    return Seen(deployed=deployed, context=context, pods=pods)


def _images(sight: Sight, place: Place, space: Future[Space]) -> list[ImageProof]:
    try:
        found = space.result()
    except ClusterError:
        return []  # without the pods' login nobody is asked; that the cluster does not answer is told once
    here = [each for each in sight.there if (each.provider, each.namespace) == place]
    every = [use for each in here for use in uses(each, pods_of(each, found.snapshot))]
    return prove(found.cluster, _once(every), push_logins(sight.stack.state))


def _once(every: Sequence[Use]) -> list[Use]:
    """Each image once, also where several workloads have it."""
    found: dict[str, Use] = {}
    for each in every:
        before = found.get(each.image)
        by = each.by if before is None else tuple(dict.fromkeys((*before.by, *each.by)))
        found[each.image] = Use(image=each.image, namespace=each.namespace, by=by, pod_spec=each.pod_spec)
    return list(found.values())


def _route(sight: Sight) -> RouteProof:
    answer, service = sight.url.result(), route(sight.stack.state)
    answers = answer is not None and answer.status is not None
    named = _named(sight.stack.url) if answers else ()
    return RouteProof(answer=answer, named=named, service=service, behind=_behind(service, sight))


def _named(url: str) -> tuple[str, ...]:
    """The pods that name themselves there."""
    named: list[str] = []
    for _ in range(_ASKED):
        pod = named_pod(ask_url(url, "/version").body)
        if not pod:
            break  # an app that does not say it; or nothing that would say it four times
        named.append(pod)
    return tuple(dict.fromkeys(named))


def _behind(service: Route | None, sight: Sight) -> list[Pod]:
    """The ready pods with the Service's labels, each beside what the state says of its workload."""
    behind = next((each for each in sight.there if service is not None and service.leads_to(each)), None)
    shown = Unseen("") if behind is None else sight.shown(behind)
    if service is None or behind is None or isinstance(shown, Unseen):
        return []
    selected = [each for each in shown.pods if service.selects(part(each, "metadata", "labels"))]
    return [found for each in selected if (found := look_at(each, behind.images)).ready]
