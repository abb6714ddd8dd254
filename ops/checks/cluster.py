"""Whether the cluster of a stack is there, is the stack's, and has what the app needs."""

from functools import partial

import urllib3

from components.errors import ConfigError
from components.kubeconfig import Context
from components.platforms import local_checks
from components.platforms.cluster_facts import Facts
from components.platforms.local_problems import answer_problems, context_problems
from components.platforms.registry_login import registry_login
from components.settings_models import LocalSettings
from components.stack_file import Problem, StackFile, StackFileError
from ops.checks.finding import Finding, Name, State, of_problem, of_refusal, ok
from ops.checks.rights import check_rights, poster
from ops.checks.settled import Settled
from ops.stack_finding import kubectl
from pulls.beside import beside
from pulls.cluster import ClusterError, connect_text

_WHY = "the app runs there, and nothing is sent anywhere else"
_WHY_INGRESS = "the URL is answered by its controller"
_WHY_NODES = "pods would stay pending, or end with `exec format error`"
_WHY_LOGIN = "nothing is deployed in a cluster that takes no login"
_UNAUTHORIZED = 401
_BESIDE = {Name.NODES: "image", Name.INGRESS: "ingress"}
"""Findings of a cluster that depend on a part of the stack file which may be broken."""


def check_cluster_of(settled: Settled) -> list[Finding]:
    """Ask the cluster of a local stack; nothing is said of parts of the stack file that have mistakes."""
    assert isinstance(settled.settings, LocalSettings)
    found = check_cluster(settled.settings, settled.stack, secrets=_makes_secret(settled))
    return [each for each in found if _BESIDE.get(each.check) not in settled.broken]


def _makes_secret(settled: Settled) -> bool:
    """Whether the stack puts a Secret into the cluster: the app's own, or one to pull with."""
    assert isinstance(settled.settings, LocalSettings)
    has_key = settled.settings.services.vectors.in_cluster
    if has_key or f"{settled.project.name}:appSecrets" in settled.secret:
        return True
    try:
        return registry_login(settled.settings.registry, settled.secrets, settled.stack) is not None
    except StackFileError:  # told of the registry
        return True


def check_cluster(settings: LocalSettings, stack: StackFile, *, secrets: bool) -> list[Finding]:
    """Ask the cluster of a stack, by the context that the stack file names.

    Args:
        settings: of the stack.
        stack: names the file and the commands.
        secrets: whether the stack makes a Secret.
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
    asked = beside(partial(_rights, context, settings, secrets=secrets))
    said = local_checks.ask(context, None, None)
    problems = answer_problems(said, settings, stack)
    found = [*ok(Name.CLUSTER_CONTEXT, f"{context.name}, at {context.server}"), *map(_of, problems)]
    if said.cluster is not None:
        return found
    rights = asked.result()
    if rights[0].state is not State.OK:  # nobody without a login is told more
        return [*found, *rights]
    return [*found, *rights, *_well(said.facts, settings, problems)]


def _rights(context: Context, settings: LocalSettings, *, secrets: bool) -> list[Finding]:
    """That it answers as a cluster does, and what its login may."""
    # A kubeconfig that trusts any certificate would print a warning for each request, among the answer.
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    try:
        post = poster(connect_text(context.text, context.name))
        rights = check_rights(post, settings, context.name, secrets=secrets)
    except ClusterError as error:
        refused = error.status == _UNAUTHORIZED
        what = f"the cluster does not take the login of context {context.name!r}" if refused else str(error)
        look = kubectl(context.name, settings.app.namespace, "auth", "whoami")
        commands = (look, "make up  # for the sandbox, whose login it makes anew")
        return [Finding(Name.CLUSTER, State.PROBLEM, what, _WHY_LOGIN, commands)]
    return [*ok(Name.CLUSTER, "answers, and takes the login"), *rights]


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
