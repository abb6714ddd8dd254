"""Processor and memory of a pod: what was given, and what follows for the rest. Pure."""

from pulumi_kubernetes.core import v1

from components.pipeline_args import AmountsArgs, ResourcesArgs

_CPU_REQUEST, _CPU_LIMIT = "100m", "1"
_MEMORY = "256Mi"


def resource_requirements(given: ResourcesArgs) -> v1.ResourceRequirementsArgsDict:
    """Requests and limits of a container, none of them missing.

    Memory is asked for as much as may be used, so that a node never has to end a pod for another's sake. A
    processor is shared: a little is asked for, and a whole core may be used, as runtimes count whole ones.
    """
    nothing: AmountsArgs = {}
    requests, limits = given.get("requests", nothing), given.get("limits", nothing)
    memory = limits.get("memory", requests.get("memory", _MEMORY))
    cpu = requests.get("cpu", limits.get("cpu", _CPU_REQUEST))
    return {
        "requests": {"cpu": cpu, "memory": requests.get("memory", memory)},
        "limits": {"cpu": limits.get("cpu", _at_least(cpu)), "memory": memory},
    }


def _at_least(request: str) -> str:
    return request if _cores(request) > _cores(_CPU_LIMIT) else _CPU_LIMIT


def _cores(quantity: str) -> float:
    return float(quantity[:-1]) / 1000 if quantity.endswith("m") else float(quantity)
