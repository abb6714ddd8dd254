"""Which platform a stack gets."""

from collections.abc import Callable

from components.errors import ConfigError
from components.platforms.contract import Platform
from components.settings import Secrets
from components.settings_models import LocalSettings, Settings
from components.stack_file import StackFile


def require_platform(settings: Settings, stack: StackFile) -> None:
    """Refuse a target that cannot be chosen yet, before anything else is looked at.

    Raises:
        ConfigError: the target has no platform.
    """
    if not isinstance(settings, LocalSettings):
        raise _not_yet(settings, stack)


def check_platform(settings: Settings, secrets: Secrets, stack: StackFile) -> Callable[[], Platform]:
    """Look at what a target needs, before anything starts.

    Returns:
        what makes, or for the local target takes, the registry, the right to pull, the cluster and its ingress.

    Raises:
        ConfigError: what the target needs is not there.
    """
    if isinstance(settings, LocalSettings):
        # Imported here: choosing one target must not load what only another needs, such as a cloud's SDK.
        from components.platforms.local import check_local  # noqa: PLC0415

        return check_local(settings, secrets, stack)
    raise _not_yet(settings, stack)


def _not_yet(settings: Settings, stack: StackFile) -> ConfigError:
    return ConfigError(
        f"stack {stack.stack}: the {settings.target.upper()} platform is not part of this release yet; "
        "use `pulumi up -s local`"
    )
