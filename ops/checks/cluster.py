"""Whether the cluster of a stack is there, is the stack's, and has what the app needs."""

from collections.abc import Sequence
from functools import partial

from components.errors import ConfigError
from components.platforms import local_checks
from components.platforms.cluster_facts import Facts
from components.platforms.local_problems import answer_problems, context_problems
from components.settings_models import LocalSettings
from components.stack_file import Problem, StackFile
from ops.checks.cluster_rights import answer_and_rights, places_of
from ops.checks.finding import Finding, Name, State, of_problem, of_refusal, ok
from ops.checks.rights_needed import Place
from ops.checks.settled import Settled
from ops.stack_finding import kubectl
from pulls.beside import beside
from pulls.cluster import connect_text

_WHY = "the app runs there, and nothing is sent anywhere else"
_WHY_INGRESS = "the URL is answered by its controller"
_WHY_NODES = "pods would stay pending, or end with `exec format error`"
_BESIDE = {Name.NODES: "image", Name.INGRESS: "ingress"}
"""Findings of a cluster that depend on a part of the stack file which may be broken."""


def check_cluster_of(settled: Settled) -> list[Finding]:
    """Ask the cluster of a local stack; nothing is said of parts of the stack file that have mistakes."""
    assert isinstance(settled.settings, LocalSettings)
    found = check_cluster(settled.settings, settled.stack, places_of(settled.settings, settled))
    return [each for each in found if _BESIDE.get(each.check) not in settled.broken]


def check_cluster(settings: LocalSettings, stack: StackFile, spaces: Sequence[Place]) -> list[Finding]:
    """Ask the cluster of a stack, by the context that the stack file names.

    Args:
        settings: of the stack.
        stack: names the file and the commands.
        spaces: namespaces that the stack fills.
    """
    # Here, as it is the target's own file, which is loaded only once the target is known.
    from components.platforms.local import context_of  # noqa: PLC0415

    try:
        context = context_of(settings, stack)
    except ConfigError as refusal:
        return of_refusal(Name.CLUSTER_CONTEXT, refusal, _WHY)
    elsewhere = context_problems(context, stack)
    if elsewhere:  # somebody else's, and not asked
        return [of_problem(Name.CLUSTER_CONTEXT, each, _WHY) for each in elsewhere]
    # Beside the rest: a server that takes connections and is silent is then named before all time is over.
    connect = partial(connect_text, context.text, context.name)
    mend = "make up  # for the sandbox, whose login it makes anew"
    asked = beside(partial(answer_and_rights, connect, spaces, context.name, mend))
    said = local_checks.ask(context, None, None)
    problems = answer_problems(said, settings, stack)
    found = [*ok(Name.CLUSTER_CONTEXT, f"{context.name}, at {context.server}"), *map(_of, problems)]
    if said.cluster is not None:
        return found
    rights = asked.result()
    if rights[0].state is not State.OK:  # nobody without a login is told more
        return [*found, *rights]
    return [*found, *rights, *_well(said.facts, settings, problems)]


def _of(problem: Problem) -> Finding:
    by_key = {"ingress": (Name.INGRESS, _WHY_INGRESS), "image": (Name.NODES, _WHY_NODES)}
    check, why = by_key.get(str(problem.path[0]), (Name.CLUSTER, _WHY))
    return of_problem(check, problem, why)


def _well(facts: Facts, settings: LocalSettings, problems: list[Problem]) -> list[Finding]:
    """What is there, or may not be looked at."""
    wrong = {str(each.path[0]) for each in problems}
    found: list[Finding] = []
    if settings.app.host is not None and "ingress" not in wrong:
        there = None if facts.ingress_classes is None else f"class {settings.ingress.class_name}"
        found.append(_fact(Name.INGRESS, there, _WHY_INGRESS, "ingressclasses", settings))
    if "image" not in wrong:
        there = None if facts.node_platforms is None else ", ".join(facts.node_platforms)
        found.append(_fact(Name.NODES, there, _WHY_NODES, "nodes", settings))
    return found


def _fact(check: Name, there: str | None, why: str, kind: str, settings: LocalSettings) -> Finding:
    if there is not None:
        return Finding(check, State.OK, there)
    look = kubectl(settings.cluster.context, settings.app.namespace, "get", kind)
    return Finding(check, State.UNKNOWN, f"this login may not list {kind}, or they are not ready", why, (look,))
