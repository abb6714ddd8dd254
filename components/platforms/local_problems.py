"""What is wrong with the cluster and the registry of a local stack, as mistakes of its file. Pure."""

import difflib

from components.kubeconfig import Context
from components.platforms.cluster_facts import Facts
from components.platforms.contract import Target
from components.platforms.local_checks import Finding
from components.platforms.matching import cluster_kind, context_mismatch, registry_mismatch
from components.platforms.registry_login import login_commands
from components.settings_models import ClusterSettings, LocalSettings, RegistrySettings
from components.stack_file import Problem, StackFile

_CLASS = ("ingress", "className")
_PLATFORM = ("image", "platform")
_BUILDABLE = ("linux/amd64", "linux/arm64")
_TRAEFIK = "upgrade --install traefik traefik --repo https://traefik.github.io/charts -n traefik --create-namespace"


def context_problems(context: Context, stack: StackFile) -> list[Problem]:
    """Whether the context is a cloud's."""
    reason = context_mismatch(Target.LOCAL, context.name, context.server, context.cluster)
    if reason is None:
        return []
    kind = cluster_kind(context.name, context.server, context.cluster)
    path = ("cluster", "context")
    commands = (
        f"pulumi up -s {kind}  # for a cluster of that cloud",
        f"{stack.set(path, _example())}  # for one of this machine",
    )
    return [Problem(path, reason, commands)]


def registry_problems(registry: RegistrySettings, *, login: bool, stack: StackFile) -> list[Problem]:
    """Whether the registry is one that only a cloud's own nodes may pull from."""
    reason = registry_mismatch(Target.LOCAL, registry.host, login=login)
    return [] if reason is None else [Problem(("registry",), reason, login_commands(registry, stack))]


def answer_problems(finding: Finding, settings: LocalSettings, stack: StackFile) -> list[Problem]:
    """What cluster and registry said, or that they said nothing."""
    problems: list[Problem] = []
    if finding.cluster is not None:
        commands = ("make up  # for the sandbox", f"kubectl --context {settings.cluster.context} version")
        problems.append(Problem(("cluster",), finding.cluster, commands))
    if finding.registry is not None:
        commands = ("make up  # for the sandbox", *login_commands(settings.registry, stack))
        problems.append(Problem(("registry",), finding.registry, commands))
    problems += _class_problems(finding.facts, settings, stack)
    return problems + _platform_problems(finding.facts, settings, stack)


def _class_problems(facts: Facts, settings: LocalSettings, stack: StackFile) -> list[Problem]:
    name, there = settings.ingress.class_name, facts.ingress_classes
    if settings.app.host is None or there is None or name in there:
        return []
    without = f"{stack.remove(('app', 'host'))}  # reachable inside of the cluster only"
    if not there:
        install = f"helm {_TRAEFIK} --kube-context {settings.cluster.context}"
        reason = f"no IngressClass {name!r} in the cluster, nor any other: it has no ingress controller"
        return [Problem(_CLASS, reason, (install, without))]
    close = [*difflib.get_close_matches(name, there, n=1), *there][0]
    reason = f"no IngressClass {name!r} in the cluster; there are {', '.join(there)}"
    return [Problem(_CLASS, reason, (stack.set(_CLASS, close), without))]


def _platform_problems(facts: Facts, settings: LocalSettings, stack: StackFile) -> list[Problem]:
    wanted, there = settings.image.platform, facts.node_platforms
    if there is None or wanted in there:
        return []
    reason = f"is {wanted}, which no node of the cluster can run; its nodes are {', '.join(there)}"
    usable = tuple(stack.set(_PLATFORM, each) for each in there if each in _BUILDABLE)
    look = f"kubectl --context {settings.cluster.context} get nodes -o wide"
    return [Problem(_PLATFORM, reason, usable or (look,))]


def _example() -> object:
    return (ClusterSettings.model_fields["context"].examples or ("kind-kind",))[0]
