"""Whether the image of a local stack can be loaded into the nodes, where there is no registry."""

from components.errors import ConfigError
from components.platforms.local_load import Tool, cluster_of
from components.platforms.local_load_problems import load_problems
from components.settings_models import LocalSettings
from ops.checks.finding import Finding, Name, of_problem, ok
from ops.checks.settled import Settled

_WHY = "the image is loaded into the nodes, as there is no registry that it could be pulled from"


def check_loading(tool: Tool, settings: LocalSettings, settled: Settled) -> list[Finding]:
    """What hinders a tool from loading the image into the nodes of the stack's cluster."""
    # Here, as it is the target's own file, which is loaded only once the target is known.
    from components.platforms.local import context_of  # noqa: PLC0415

    try:
        context = context_of(settings, settled.stack)
    except ConfigError:  # told of the cluster
        context = None
    problems = load_problems(tool, settings, settled.secrets, context, settled.stack)
    if problems:
        return [of_problem(Name.REGISTRY, each, _WHY) for each in problems]
    found = None if context is None else cluster_of(context)
    place = f" {found[1]}" if found is not None else ""
    return ok(Name.REGISTRY, f"none: {tool} loads the image into the nodes of its cluster{place}")
