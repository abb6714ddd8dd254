"""The image of a stack's CLI, by the rules of every image."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from components.build_context import StagedBuild
from components.cli_stack_file import CliStackFile
from components.cloud_domain import ECR_REPOSITORY
from components.errors import InvalidValueError
from components.image_source import image_source
from components.platforms.image_digest import digest_problems
from components.platforms.registry_names import name_problems
from components.settings_foreign import ForeignRegistry
from components.settings_image import ImageSettings
from components.settings_models import EksSettings, RegistrySettings, Settings, StackSettings
from components.stack_file import Problem, StackFile

CLI_IMAGE = "cli-image"
"""Name of its resource."""
_REPOSITORY = ("image", "repository")

Stack = TypeVar("Stack", bound=StackSettings)


def cli_image(settings: StackSettings) -> ImageSettings | None:
    """Where the CLI's image comes from, in the words of `image`; None if there is no CLI."""
    if settings.cli is None:
        return None
    own = settings.cli.image.model_dump(by_alias=True)
    return ImageSettings.model_validate({**own, "platform": settings.image.platform})


def each_image(settings: Stack) -> tuple[Stack, ...]:
    """A stack once for each of its images, with that one as `image`; the web API's first."""
    image = cli_image(settings)
    return (settings,) if image is None else (settings, settings.model_copy(update={"image": image}))


def of_each_image(settings: Stack, told: Callable[[Stack], Iterable[str]]) -> tuple[str, ...]:
    """What is told of a stack with one image, for each of its images; each sentence once."""
    return tuple(dict.fromkeys(text for each in each_image(settings) for text in told(each)))


def cli_source(settings: Settings, stack: StackFile, root: Path) -> StagedBuild | str | None:
    """What the CLI's image is made from, as `image_source` gives it; None if there is no CLI.

    Args:
        settings: of the stack.
        stack: names the file and the commands in errors.
        root: the project's folder.

    Raises:
        ConfigError: what `image_source` refuses.
    """
    image = cli_image(settings)
    return None if image is None else image_source(image, CliStackFile(stack.stack), root)


def check_cli_place(settings: Settings, stack: StackFile) -> None:
    """Look at the name and digest of the CLI's image, where the stack file names the registry.

    Raises:
        StackFileError: the registry cannot have an image like that.
    """
    image = cli_image(settings)
    if image is None:
        return
    mine, problems = CliStackFile(stack.stack), list[Problem]()
    registry = settings.registry
    if isinstance(registry, RegistrySettings | ForeignRegistry):
        named = name_problems(registry.host, image.repository, registry.username, mine)
        # What is wrong with the registry itself is said of the platform.
        problems += [each for each in named if each.path == _REPOSITORY]
        problems += digest_problems(image, registry.host, mine)
    elif isinstance(settings, EksSettings):
        problems += _ecr_problems(image.repository, mine)
    if problems:
        raise mine.refusal(problems)


def _ecr_problems(repository: str, stack: StackFile) -> list[Problem]:
    try:
        ECR_REPOSITORY(repository)
    except InvalidValueError as error:
        return [Problem(_REPOSITORY, str(error), (stack.set(_REPOSITORY, error.suggestion or "<repository>"),))]
    return []
