"""Processor and memory of a pod: what was given, and what follows for the rest. Pure."""

from pulumi_kubernetes.core import v1

from components.pipeline_args import AmountsArgs, ResourcesArgs
from components.quantities import cores, memory_bytes

_CPU_REQUEST, _CPU_LIMIT = "100m", "1"
_MEMORY = "256Mi"


def resource_requirements(given: ResourcesArgs) -> v1.ResourceRequirementsArgsDict:
    """Requests and limits of a container, none of them missing.

    Memory is asked for as much as may be used, so that a node never has to end a pod for another's sake. A
    processor is shared: a little is asked for, and a whole core may be used, as runtimes count whole ones.

    Raises:
        InvalidValueError: an amount is no such quantity.
    """
    nothing: AmountsArgs = {}
    requests, limits = given.get("requests", nothing), given.get("limits", nothing)
    for each in (requests, limits):
        _check(each)
    memory = limits.get("memory", requests.get("memory", _MEMORY))
    cpu = requests.get("cpu", limits.get("cpu", _CPU_REQUEST))
    return {
        "requests": {"cpu": cpu, "memory": requests.get("memory", memory)},
        "limits": {"cpu": limits.get("cpu", _at_least(cpu)), "memory": memory},
    }


def _check(amounts: AmountsArgs) -> None:
    if "cpu" in amounts:
        cores(amounts["cpu"])
    if "memory" in amounts:
        memory_bytes(amounts["memory"])


def _at_least(request: str) -> str:
    return request if cores(request) > cores(_CPU_LIMIT) else _CPU_LIMIT
