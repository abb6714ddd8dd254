"""Everything that can be checked before anything starts, in one pass: settings, source, cluster, registry."""

import pathlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

import pulumi

from components.build_context import StagedBuild
from components.cli_image import check_cli_place, cli_source
from components.errors import ConfigError
from components.image_source import image_source
from components.one_pass import attempt, both, joined
from components.platforms.choice import check_machine, check_platform
from components.platforms.contract import Platform
from components.services.reach import check_services
from components.settings import Secrets, load_settings, load_sound, read_password
from components.settings_models import Settings
from components.signature_key import SigningKey, signing_key
from components.stack_file import Path, StackFile, StackFileError

_OF_PLATFORM = {"cluster", "registry", "registryPassword"}


@dataclass(frozen=True)
class Ready:
    """What a stack is made from; nothing of it is made yet."""

    settings: Settings
    secrets: Secrets
    source: StagedBuild | str
    """What to build, or the digest of what was built before."""
    cli_source: StagedBuild | str | None
    """The same of the CLI; None if there is none."""
    make_platform: Callable[[], Platform]
    key: SigningKey | None = None
    """That the image must be signed with; None if it need not be."""
    cli_key: SigningKey | None = None
    """The same of the CLI's."""


def preflight(config: pulumi.Config, stack: StackFile, root: pathlib.Path) -> Ready:
    """Check a stack.

    Args:
        config: the project's configuration.
        stack: names the file and the commands in errors.
        root: the project's folder, which relative paths start from.

    Raises:
        ConfigError: everything that is wrong, in one message.
    """
    try:
        settings, secrets = load_settings(config, stack, root)
    except StackFileError as refusal:
        raise joined(stack, [refusal, *_rest(config, stack, root, refusal)]) from refusal
    (source, of_cli), make_platform = both(
        stack,
        partial(_sources, settings, stack, root),
        partial(_surroundings, settings, secrets, stack),
    )
    of_its_own = settings.cli.image if settings.cli is not None else None
    keys = signing_key(settings.image, root), signing_key(of_its_own, root)
    return Ready(settings, secrets, source, of_cli, make_platform, *keys)


def _sources(
    settings: Settings, stack: StackFile, root: pathlib.Path
) -> tuple[StagedBuild | str, StagedBuild | str | None]:
    """What both images are made from."""
    one, two, refusals = attempt(
        partial(image_source, settings.image, stack, root), partial(cli_source, settings, stack, root)
    )
    if one is None or two is None:
        raise joined(stack, _without_echo(refusals))
    return one[0], two[0]


def _without_echo(refusals: list[ConfigError]) -> list[ConfigError]:
    """An engine that does not answer is told once, not for each image."""
    return [each for number, each in enumerate(refusals) if number == 0 or isinstance(each, StackFileError)]


def _surroundings(settings: Settings, secrets: Secrets, stack: StackFile) -> Callable[[], Platform]:
    """The platform, with the services outside asked meanwhile."""
    make_platform, _ = both(
        stack, partial(_platform, settings, secrets, stack), partial(check_services, settings.services, stack)
    )
    return make_platform


def _platform(settings: Settings, secrets: Secrets, stack: StackFile) -> Callable[[], Platform]:
    """The platform, which knows of one image, and whether its registry takes the other one too."""
    make_platform, _ = both(
        stack, partial(check_platform, settings, secrets, stack), partial(check_cli_place, settings, stack)
    )
    return make_platform


def _rest(config: pulumi.Config, stack: StackFile, root: pathlib.Path, refusal: StackFileError) -> list[ConfigError]:
    """What is wrong beside the settings, as far as those that are right allow to look."""
    broken = {each.path[:2] for each in refusal.problems}
    tops = {str(each[0]) for each in broken}
    settings = load_sound(config, stack, broken)
    if settings is None:
        return []
    secrets = Secrets(read_password(config))
    if tops & _OF_PLATFORM:
        platform = partial(check_machine, settings, stack, broken)
    else:
        platform = partial(_platform, settings, secrets, stack)
    of_app = _nothing if "image" in tops else partial(image_source, settings.image, stack, root)
    of_cli = _nothing if "cli" in tops else partial(cli_source, settings, stack, root)
    sources: list[ConfigError] = []
    of_platform = attempt(lambda: sources.extend(attempt(of_app, of_cli)[2]), platform)[2]
    found = [*_without_echo(sources), *of_platform]
    return [each for each in (_beside(broken, each, stack) for each in found) if each is not None]


def _beside(broken: Collection[Path], found: ConfigError, stack: StackFile) -> ConfigError | None:
    # What is said of a part that has mistakes is said of its stand-in.
    if not isinstance(found, StackFileError):
        return found
    problems = [each for each in found.problems if each.path[:1] not in broken and each.path[:2] not in broken]
    return stack.refusal(problems) if problems else None


def _nothing() -> None:
    pass
