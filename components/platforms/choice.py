"""Which platform a stack gets, and what is checked for every cloud alike."""

from collections.abc import Callable, Collection
from dataclasses import replace

from components.errors import ConfigError
from components.platforms.cloud_errors import advice, explain_errors, facts_of
from components.platforms.cloud_login import check_login
from components.platforms.cloud_tags import check_tags
from components.platforms.contract import Platform
from components.platforms.fresh_rights import FreshRights
from components.platforms.login_azure import SUBSCRIPTION
from components.platforms.machine import this_machine
from components.settings import Secrets
from components.settings_models import AksSettings, EksSettings, GkeSettings, LocalSettings, Settings
from components.stack_file import Path, StackFile, StackFileError

_SAYS_SUBSCRIPTION: frozenset[Path] = frozenset({("cluster",), ("cluster", "subscription")})
"""Where a stack file may say its subscription; nobody knows whether it does where these have mistakes."""

# Platforms are imported where they are chosen: one target must not load what only another needs, such as a cloud's SDK.


def check_platform(settings: Settings, secrets: Secrets, stack: StackFile) -> Callable[[], Platform]:
    """Look at what a target needs, before anything starts.

    Returns:
        what makes, or for the local target takes, the registry, the right to pull, the cluster and its ingress.

    Raises:
        ConfigError: what the target needs is not there.
    """
    if isinstance(settings, LocalSettings):
        from components.platforms.local import check_local  # noqa: PLC0415

        return check_local(settings, secrets, stack)
    problems = [*check_tags(settings.tags, settings.target, stack), *check_login(settings, this_machine(), stack)]
    try:
        make = _check_cloud(settings, secrets, stack)
    except StackFileError as refusal:
        raise stack.refusal(dict.fromkeys([*problems, *refusal.problems])) from refusal  # each once
    if problems:
        raise stack.refusal(problems)
    return lambda: _explained(settings, make, stack)


def check_machine(settings: Settings, stack: StackFile, broken: Collection[Path]) -> None:
    """Look at what a cloud needs of this machine, whatever its cluster and registry are.

    Args:
        settings: of which cluster and registry may be stand-ins.
        stack: whose commands are offered.
        broken: where the file has mistakes, by its first two keys.

    Raises:
        StackFileError: nobody is logged in, or a command is missing.
    """
    if isinstance(settings, LocalSettings):
        return
    problems = [*check_tags(settings.tags, settings.target, stack), *check_login(settings, this_machine(), stack)]
    if not _SAYS_SUBSCRIPTION.isdisjoint(broken):
        problems = [each for each in problems if each.path != SUBSCRIPTION]
    if problems:
        raise stack.refusal(problems)


def _check_cloud(
    settings: AksSettings | EksSettings | GkeSettings, secrets: Secrets, stack: StackFile
) -> Callable[[], Platform]:
    if isinstance(settings, AksSettings):
        from components.platforms.aks import check_aks  # noqa: PLC0415

        return check_aks(settings, secrets, stack)
    if isinstance(settings, EksSettings):
        from components.platforms.eks import check_eks  # noqa: PLC0415

        return check_eks(settings, secrets, stack)
    from components.platforms.gke import check_gke  # noqa: PLC0415

    return check_gke(settings, secrets, stack)


def _explained(
    settings: AksSettings | EksSettings | GkeSettings, make: Callable[[], Platform], stack: StackFile
) -> Platform:
    # Both before anything is registered.
    facts = facts_of(settings)
    explain_errors(stack, settings.target, facts)
    rights = FreshRights()
    rights.watch()
    try:
        platform = make()
    except ConfigError:
        raise
    except Exception as error:  # of a provider's function; the SDK raises nothing narrower
        found = advice(stack, settings.target, "", str(error), facts)
        if found is None:
            raise
        raise stack.refusal([found]) from error
    return replace(platform, pull_grant=replace(platform.pull_grant, remaining=rights.remaining))
