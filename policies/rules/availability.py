"""How many pods there are, and how many of them may be away."""

import math
from collections.abc import Iterator, Sequence

from components.workload_relations import Workload, is_closed
from policies.rule import Resource, Stack, objects_of
from policies.rules.graph import selected
from policies.values import LATER, at, mapping

Found = Iterator[tuple[Resource, str]]
_SCALED = ("Deployment", "StatefulSet")
_MANY = 100
"""Any number that no share rounds to nothing of."""
_AUTOSCALER = "HorizontalPodAutoscaler"


def pdb_blocks(stack: Stack) -> Found:
    """Disruption budgets that let no pod go, so that nodes can be neither emptied nor upgraded."""
    for resource, seen in stack.objects:
        fault = _fault(seen, stack) if seen.kind == "PodDisruptionBudget" else None
        if fault is not None:
            yield resource, f"PodDisruptionBudget {seen.name} {fault}"


def _fault(budget: Workload, stack: Stack) -> str | None:
    selector = mapping(at(budget.spec, "selector", "matchLabels"))
    owners = list(selected(selector, budget, stack)) if selector else []
    if _keeps_any(budget) and _evicts(budget, owners, stack):
        return "lets no pod go, however many there are"
    counts = [_least(each, stack) for each in owners]
    if not counts or None in counts:
        return None
    pods = sum(each for each in counts if each is not None)
    kept = _kept(budget, pods)
    return f"keeps all of its {pods} pods" if kept is not None and 0 < pods <= kept else None


def _keeps_any(budget: Workload) -> bool:
    """Whether a budget keeps all pods whatever their number, which a preview may not know."""
    least, most = budget.spec.get("minAvailable"), budget.spec.get("maxUnavailable")
    if least is None:
        return _of(most, _MANY) == 0
    return isinstance(least, str) and (_of(least, _MANY) or 0) >= _MANY


def _evicts(budget: Workload, owners: Sequence[Workload], stack: Stack) -> bool:
    """Whether there may be a pod of a budget that a drain evicts: it lets those of a DaemonSet be."""
    if not owners:
        # It may be by something else than labels, or of what others make; without a selector it is about nothing.
        by_labels = bool(mapping(at(budget.spec, "selector", "matchLabels")))
        return "selector" in budget.spec and not (by_labels and is_closed(stack.workloads, budget.namespace))
    return any(each.kind != "DaemonSet" and _least(each, stack) != 0 for each in owners)


def _kept(budget: Workload, pods: int) -> int | None:
    """How many of so many pods a budget keeps; None where that is not known."""
    least, most = budget.spec.get("minAvailable"), budget.spec.get("maxUnavailable")
    if least is not None:
        return _of(least, pods)
    away = _of(most, pods)
    return None if away is None else pods - away


def _of(amount: object, pods: int) -> int | None:
    """A number, or a share of the pods, rounded up (kubernetes/kubernetes:pkg/controller/disruption/disruption.go)."""
    if isinstance(amount, int) and not isinstance(amount, bool):
        return amount
    if isinstance(amount, str) and amount.endswith("%") and amount[:-1].isdecimal():
        return math.ceil(int(amount[:-1]) * pods / 100)
    return None


def _least(seen: Workload, stack: Stack) -> int | None:
    """How many pods a workload has at least; None where that is not known, or not said."""
    scalers = _scalers(seen, stack)
    if not scalers and LATER in _names(seen, stack):
        return None
    count = scalers[0].spec.get("minReplicas", 1) if scalers else seen.spec.get("replicas", 1)
    return count if seen.kind in _SCALED and isinstance(count, int) and not isinstance(count, bool) else None


def _scalers(seen: Workload, stack: Stack) -> list[Workload]:
    return [each for each in stack.workloads if each.kind == _AUTOSCALER and _scales(each, seen)]


def _names(seen: Workload, stack: Stack) -> list[object]:
    """Of a workload, and of those that autoscalers of the stack decide; only where there are any."""
    targets = [at(each.spec, "scaleTargetRef", "name") for each in stack.workloads if each.kind == _AUTOSCALER]
    return [at(seen.inputs, "metadata", "name"), *targets] if targets else []


def _scales(scaler: Workload, seen: Workload) -> bool:
    target = mapping(scaler.spec.get("scaleTargetRef"))
    name = at(seen.inputs, "metadata", "name")
    return target.get("kind") == seen.kind and LATER not in (name, target.get("name")) and target.get("name") == name


def replicas(resource: Resource, _: Stack) -> Iterator[str]:
    """Numbers of pods that cannot be."""
    for seen in objects_of(resource):
        count = seen.spec.get("replicas")
        if seen.kind in _SCALED and isinstance(count, int) and count < 0:
            yield f"{seen.kind} {seen.name} has {count} replicas"
        if seen.kind == _AUTOSCALER:
            least, most = seen.spec.get("minReplicas", 1), seen.spec.get("maxReplicas")
            if isinstance(least, int) and isinstance(most, int) and least > most:
                yield f"{seen.kind} {seen.name} keeps {least} pods at least and {most} at most"


def replicas_fight(stack: Stack) -> Found:
    """A fixed number of pods beside an autoscaler, which each update sets back."""
    for resource, seen in stack.objects:
        fixed = seen.kind in _SCALED and seen.spec.get("replicas") is not None
        scalers = _scalers(seen, stack) if fixed else []
        if scalers:
            yield resource, f"{seen.kind} {seen.name} has replicas, and {_AUTOSCALER} {scalers[0].name} decides them"


def single_pod(stack: Stack) -> Found:
    """A web API of one pod, which is away with its node."""
    served = [each for each in stack.workloads if each.kind == "Service"]
    for resource, seen in stack.objects:
        if seen.kind != "Deployment" or _least(seen, stack) != 1:
            continue
        if any(seen in selected(mapping(each.spec.get("selector")), each, stack) for each in served):
            yield resource, f"Deployment {seen.name} serves requests with one pod"
