"""The local platform: a cluster and a registry that are already there.

Makes no cluster and no registry, and never uses the kubeconfig context that happens to be current. A registry
has one address, by which this machine pushes and the nodes pull: the sandbox's registry, kind's, k3d's and
minikube's can all be reached like that. Where there is none, kind, k3d or minikube loads the image into the nodes.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pulumi
import pulumi_kubernetes as k8s

from components.cli_image import of_each_image
from components.docker_login import Login
from components.errors import InvalidValueError
from components.kubeconfig import Context, kubeconfig_paths, read_context
from components.platforms import local_checks
from components.platforms.cluster_facts import Facts
from components.platforms.contract import (
    AddressSource,
    Cluster,
    Ingress,
    Platform,
    PullGrant,
    PullKind,
    Registry,
    Target,
)
from components.platforms.foreign import lasting_login, login_grant
from components.platforms.image_digest import digest_problems
from components.platforms.leaves import images_in, images_loaded
from components.platforms.local_load import ClusterLoader, Tool, cluster_of
from components.platforms.local_load_problems import load_problems
from components.platforms.local_problems import (
    answer_problems,
    context_problems,
    registry_problems,
)
from components.platforms.lookup import attempt
from components.platforms.push_refusals import explain_pushes
from components.platforms.registry_names import name_problems
from components.settings import Secrets
from components.settings_models import LocalSettings
from components.stack_file import Problem, StackFile
from pulls import loaded


@dataclass(frozen=True)
class _Way:
    """How images come to the nodes, and what stays of them."""

    registry: Registry
    pull_grant: PullGrant
    leaves: tuple[str, ...]


def check_local(settings: LocalSettings, secrets: Secrets, stack: StackFile) -> Callable[[], Platform]:
    """Look at the cluster and the registry of a stack file, before anything starts.

    Returns:
        what makes the platform.

    Raises:
        ConfigError: all that is wrong with them: the context does not exist or is a cloud's, there is no usable login,
            one of the two does not answer, or the cluster lacks what the app needs.
    """
    if settings.registry.load != "registry":
        return _check_loaded(settings.registry.load, settings, secrets, stack)
    registry = settings.registry
    problems = digest_problems(settings.image, registry.host, stack)
    problems += name_problems(registry.host, settings.image.repository, registry.username, stack)
    context = _own_context(settings, stack, problems)
    before = len(problems)
    login = attempt(lambda: lasting_login(registry, secrets, stack, Target.LOCAL), problems)
    if len(problems) == before:
        problems += registry_problems(registry, login=login is not None, stack=stack)
    host = registry.host if len(problems) == before else None
    finding = local_checks.ask(context, host, login)
    problems += answer_problems(finding, settings, stack)
    if problems or context is None:
        raise stack.refusal(problems)

    def make() -> Platform:
        if login is not None:
            explain_pushes(registry, settings.image.repository, login.username, stack)
        leaves = of_each_image(settings, lambda each: [images_in(f"{registry.host}/{each.image.repository}")])
        way = _Way(_registry(registry.host, login), _pull_grant(registry.host, login), leaves)
        return _platform(context, finding.facts, settings, way)

    return make


def _check_loaded(tool: Tool, settings: LocalSettings, secrets: Secrets, stack: StackFile) -> Callable[[], Platform]:
    problems: list[Problem] = []
    context = _own_context(settings, stack, problems)
    problems += load_problems(tool, settings, secrets, context, stack)
    finding = local_checks.ask(context, None, None)
    problems += answer_problems(finding, settings, stack)
    found = None if context is None else cluster_of(context)
    if problems or context is None or found is None:
        raise stack.refusal(problems)
    loader = ClusterLoader(tool, found[1], settings.image.platform, stack)
    way = _Way(
        Registry(server=loaded.HOST, prefix=loaded.HOST, loader=loader),
        PullGrant(
            PullKind.ANONYMOUS,
            identity="nobody",
            role="none: it is loaded",
            resource=loaded.HOST,
            facts={"cluster": loader.cluster},
        ),
        of_each_image(settings, lambda each: [images_loaded(each.image.repository, tool, loader.cluster)]),
    )
    return lambda: _platform(context, finding.facts, settings, way)


def _own_context(settings: LocalSettings, stack: StackFile, problems: list[Problem]) -> Context | None:
    """The stack's context; None when something is wrong with it, which is one of the problems then."""
    context = attempt(lambda: context_of(settings, stack), problems)
    if context is not None and (elsewhere := context_problems(context, stack)):
        problems += elsewhere
        return None  # not asked: it is somebody else's
    return context


def _platform(context: Context, facts: Facts, settings: LocalSettings, way: _Way) -> Platform:
    return Platform(
        target=Target.LOCAL,
        registry=way.registry,
        pull_grant=way.pull_grant,
        cluster=_cluster(context, facts),
        ingress=Ingress(
            class_name=settings.ingress.class_name,
            annotations=settings.ingress.annotations,
            url_port=settings.ingress.port,
            address=AddressSource.HOST,
        ),
        leaves=way.leaves,
    )


def context_of(settings: LocalSettings, stack: StackFile) -> Context:
    """The context that the stack file names.

    Raises:
        ConfigError: the kubeconfig has none of that name, or cannot be read.
    """
    path = ("cluster", "context")
    paths = kubeconfig_paths(settings.cluster.kubeconfig, os.environ, Path.home())
    try:
        return read_context(settings.cluster.context, paths)
    except InvalidValueError as error:
        commands = [stack.set(path, error.suggestion)] if error.suggestion is not None else []
        commands.append("make up  # for the sandbox: starts it, and says which variables a shell needs")
        raise stack.refusal([Problem(path, str(error), tuple(commands))]) from error


def _registry(host: str, login: Login | None) -> Registry:
    if login is None:
        return Registry(server=host, prefix=host)
    return Registry(server=host, prefix=host, username=login.username, password=pulumi.Output.secret(login.password))


def _pull_grant(host: str, login: Login | None) -> PullGrant:
    if login is None:
        return PullGrant(kind=PullKind.ANONYMOUS, identity="anyone", role="none needed", resource=host)
    return login_grant(host, login)


def _cluster(context: Context, facts: Facts) -> Cluster:
    kubeconfig = pulumi.Output.secret(context.text)
    provider = k8s.Provider(
        "local",
        kubeconfig=kubeconfig,
        context=context.name,
        # Known at preview and the same for ever, so that renewed credentials never replace what is deployed.
        cluster_identifier=f"local/{context.name}",
        # A new registry password changes the pull secret in place; the pods that use it do not roll.
        enable_secret_mutable=True,
    )
    cluster = Cluster(provider=provider, name=context.name, context=context.name, kubeconfig=kubeconfig)
    known = replace(cluster, ingress_classes=facts.ingress_classes)
    return known if facts.node_platforms is None else replace(known, node_platforms=facts.node_platforms)
