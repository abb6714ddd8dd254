"""What the CLI of a stack must not share with its web API. Pure."""

from components.dns_names import LABEL_LIMIT
from components.settings_models import StackSettings
from components.stack_file import Problem, StackFile

_SUFFIX = "-cli"


def cli_problems(settings: StackSettings, stack: StackFile) -> list[Problem]:
    """Whether both would be one Deployment, or push over each other; nothing if there is no CLI."""
    cli, problems = settings.cli, list[Problem]()
    if cli is None:
        return problems
    if cli.name == settings.app.name:
        path = ("cli", "name")
        other = cli.name[: LABEL_LIMIT - len(_SUFFIX)].rstrip("-") + _SUFFIX
        reason = f"{cli.name!r} is app.name too, and a namespace has one Deployment of a name"
        problems.append(Problem(path, reason, (stack.set(path, other),)))
    if cli.image.repository == settings.image.repository:
        path = ("cli", "image", "repository")
        reason = f"{cli.image.repository!r} is image.repository too, and each image has a repository of its own"
        problems.append(Problem(path, reason, (stack.set(path, f"{cli.image.repository}{_SUFFIX}"),)))
    return problems
