"""A status as a script is told it: docs/status.schema.json. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ops.stack import Stack
from ops.stack_document import stack_document
from ops.stack_finding import Finding
from ops.stack_grant import StackGrant
from ops.stack_pods import Pod
from ops.stack_url import UrlAnswer
from ops.status import Status, Workload
from pulls.kubelet.rollout import Rollout

SCHEMA = 1
"""Version of the JSON answer."""


def document(status: Status, findings: Sequence[Finding]) -> dict[str, Any]:
    """The whole answer; no string of it holds a credential."""
    stack = status.stack
    return {
        "schema": SCHEMA,
        **stack_document(stack, findings),
        "updatedAt": _time(stack.state.written),
        "locks": locks_document(stack),
        "pending": [{"kind": each.kind, "urn": each.resource.urn} for each in stack.state.pending],
        "grants": [_grant(each) for each in status.grants],
        "url": url_document(stack, status.url),
        "workloads": [_workload(each) for each in status.workloads],
    }


def url_document(stack: Stack, answer: UrlAnswer | None) -> dict[str, Any] | None:
    """The stack's URL and what it answered; None where it has none."""
    if not stack.url:
        return None
    return {
        "url": stack.url,
        "asked": None if answer is None else answer.url,
        "status": None if answer is None else answer.status,
        "seconds": None if answer is None else round(answer.seconds, 3),
        "said": "" if answer is None else answer.said,
    }


def locks_document(stack: Stack) -> list[dict[str, Any]] | None:
    """Who holds the stack; None where nobody can see that."""
    if stack.locks is None:
        return None
    return [
        {"user": each.user, "host": each.host, "pid": each.pid, "since": _time(each.since), "ended": each.is_left}
        for each in stack.locks
    ]


def _grant(grant: StackGrant) -> dict[str, Any]:
    return {
        "kind": grant.kind,
        "identity": grant.identity,
        "role": grant.role,
        "resource": grant.resource,
        "since": _time(grant.since),
    }


def _workload(each: Workload) -> dict[str, Any]:
    return {
        "namespace": each.deployed.namespace,
        "workload": f"{each.deployed.kind}/{each.deployed.name}",
        "seen": not each.unseen,
        "images": [_image(each, container) for container in each.deployed.images],
        "rollout": None if each.rollout is None else _rollout(each.rollout),
        "pods": [_pod(pod) for pod in each.pods],
    }


def _image(each: Workload, container: str) -> dict[str, Any]:
    return {
        "container": container,
        "state": each.deployed.images[container],
        "cluster": each.images.get(container),
        "drift": container in each.differs,
    }


def _rollout(rollout: Rollout) -> dict[str, Any]:
    return {
        "generation": rollout.generation,
        "observedGeneration": rollout.observed,
        "desired": rollout.desired,
        "total": rollout.total,
        "updated": rollout.updated,
        "available": rollout.available,
        "paused": rollout.paused,
        "complete": rollout.complete,
        "stuck": rollout.stuck,
    }


def _pod(pod: Pod) -> dict[str, Any]:
    return {
        "name": pod.name,
        "node": pod.node,
        "ready": pod.ready,
        "restarts": pod.restarts,
        "madeAt": _time(pod.made),
        "reason": pod.reason,
        "images": dict(pod.images),
        "drift": bool(pod.differs),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
