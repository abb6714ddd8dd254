"""What tells whether this machine is logged in to a cloud: variables, files, programs, and whose hardware it is."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi
from pulumi.runtime import is_config_secret

_DMI = Path("/sys/class/dmi/id")
_DMI_FILES = ("sys_vendor", "product_name", "chassis_asset_tag", "bios_version")


@dataclass(frozen=True)
class Machine:
    """A machine, without asking any network."""

    environment: Mapping[str, str]
    home: Path
    config: Callable[[str], str | None]
    """A key of the stack with its namespace, such as `aws:profile`."""
    has_program: Callable[[str], bool]
    """Whether a command is on the PATH."""
    hardware: str = ""
    """What its firmware says of itself."""
    is_secret: Callable[[str], bool] = lambda _: False
    """Whether the value of such a key must not be shown."""

    def first(self, key: str, *variables: str) -> str | None:
        """The value of a key of the stack, else of the first variable that has one."""
        values = (self.config(key) if key else None, *(self.environment.get(each) for each in variables))
        return next((each for each in values if each), None)

    def read(self, variable: str, usual: str) -> str | None:
        """A file that a variable may name, else at its usual place below the home folder; None if there is none."""
        named = self.environment.get(variable)
        try:
            return (Path(named) if named else self.home / usual).read_text(encoding="utf-8-sig")
        except (OSError, ValueError):
            return None


def this_machine() -> Machine:
    """The one that this runs on."""
    return Machine(
        os.environ, Path.home(), _config, lambda name: shutil.which(name) is not None, _hardware(), is_config_secret
    )


def _config(key: str) -> str | None:
    namespace, _, name = key.partition(":")
    return pulumi.Config(namespace).get(name)


def _hardware() -> str:
    # Clouds write themselves into the firmware of their machines: the metadata service need not be asked, which
    # takes seconds where there is none.
    return " ".join(_text(_DMI / each) for each in _DMI_FILES)


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except (OSError, ValueError):
        return ""
