"""What is wrong with a pod because of its node: it went silent, and what the containers' states say is from before.

The node lifecycle controller then sets the pod's Ready to False and leaves the containers as they are (kubernetes
v1.34 pkg/controller/util/node/controller_utils.go, MarkPodsNotReady).
"""

from collections.abc import Sequence

from pulls.kubelet.containers import Role, containers
from pulls.kubelet.objects import Json, condition, is_terminating, items, moment, name, owner, text
from pulls.kubelet.symptom import Finding, SymptomKind

NODE_LOST = "NodeLost"
"""What older controllers wrote (the same file, until 1.20 or so; some clouds' own still do)."""

_OVER = {"Succeeded", "Failed"}


def node_lost(pod: Json, nodes: Sequence[Json]) -> Finding | None:
    """That the pod's node does not answer, or is not ready and its pods neither.

    A pod that goes from such a node goes for long; a StatefulSet makes no other meanwhile.

    Args:
        pod: any.
        nodes: all of the cluster, as far as they may be read: none when not.
    """
    if text(pod, "status", "phase") in _OVER or not text(pod, "spec", "nodeName") or _is_replaced(pod):
        return None
    node = next((each for each in nodes if name(each) == text(pod, "spec", "nodeName")), Json())
    return _by_node(pod, condition(node, "Ready")) or _by_pod(pod)


def _by_node(pod: Json, ready: Json) -> Finding | None:
    """By the word of the node, or of whoever watches it."""
    status = text(ready, "status")
    serves = text(condition(pod, "Ready"), "status") == "True"
    if status in {"", "True"} or (status == "False" and serves):
        return None
    said = f"Ready of the node is {status}" + (f": {text(ready, 'message')}" if ready.get("message") else "")
    return _lost(text(ready, "reason") or "NodeNotReady", said, ready)


def _by_pod(pod: Json) -> Finding | None:
    """By the pod's own state, for whoever may not look at nodes."""
    ready = condition(pod, "Ready")
    reasons = (text(pod, "status", "reason"), text(ready, "reason"))
    if NODE_LOST in reasons:
        return _lost(NODE_LOST, text(pod, "status", "message") or text(ready, "message"), ready)
    own = [each for each in containers(pod) if each.role is Role.CONTAINER]
    all_serve = bool(own) and all(each.serves for each in own)
    if text(ready, "status") != "False" or not all_serve or items(pod, "spec", "readinessGates"):
        return None
    return _lost(
        reasons[1] or "NotReady", "all containers are ready and the pod is not, as when its node is lost", ready
    )


def _is_replaced(pod: Json) -> bool:
    above = owner(pod)
    return is_terminating(pod) and not (above and above.kind == "StatefulSet")


def _lost(reason: str, message: str, ready: Json) -> Finding:
    since = moment(ready, "lastTransitionTime")
    return Finding(kind=SymptomKind.NODE_LOST, reason=reason, message=message, since=since, settled=False)
