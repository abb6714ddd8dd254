"""The local platform: a cluster and a registry that are already there.

Makes no cluster and no registry, and never uses the kubeconfig context that happens to be current. A registry
has one address, by which this machine pushes and the nodes pull: the sandbox's registry, kind's, k3d's and
minikube's can all be reached like that.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pulumi
import pulumi_kubernetes as k8s

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
from components.platforms.leaves import images_in
from components.platforms.local_problems import (
    answer_problems,
    context_problems,
    registry_problems,
)
from components.platforms.push_refusals import explain_pushes
from components.platforms.registry_names import name_problems
from components.settings import Secrets
from components.settings_models import LocalSettings
from components.stack_file import Problem, StackFile, StackFileError

Found = TypeVar("Found")


def check_local(settings: LocalSettings, secrets: Secrets, stack: StackFile) -> Callable[[], Platform]:
    """Look at the cluster and the registry of a stack file, before anything starts.

    Returns:
        what makes the platform.

    Raises:
        ConfigError: all that is wrong with them: the context does not exist or is a cloud's, there is no usable login,
            one of the two does not answer, or the cluster lacks what the app needs.
    """
    registry = settings.registry
    problems = digest_problems(settings.image, registry.host, stack)
    problems += name_problems(registry.host, settings.image.repository, registry.username, stack)
    context = _attempt(lambda: _context(settings, stack), problems)
    if context is not None and (elsewhere := context_problems(context, stack)):
        problems += elsewhere
        context = None  # not asked: it is somebody else's
    before = len(problems)
    login = _attempt(lambda: lasting_login(registry, secrets, stack, Target.LOCAL), problems)
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
        return _platform(context, login, finding.facts, settings)

    return make


def _attempt(look: Callable[[], Found], problems: list[Problem]) -> Found | None:
    try:
        return look()
    except StackFileError as refusal:
        problems += refusal.problems
        return None


def _platform(context: Context, login: Login | None, facts: Facts, settings: LocalSettings) -> Platform:
    return Platform(
        target=Target.LOCAL,
        registry=_registry(settings.registry.host, login),
        pull_grant=_pull_grant(settings.registry.host, login),
        cluster=_cluster(context, facts),
        ingress=Ingress(
            class_name=settings.ingress.class_name,
            annotations=settings.ingress.annotations,
            url_port=settings.ingress.port,
            address=AddressSource.HOST,
        ),
        leaves=(images_in(f"{settings.registry.host}/{settings.image.repository}"),),
    )


def _context(settings: LocalSettings, stack: StackFile) -> Context:
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
