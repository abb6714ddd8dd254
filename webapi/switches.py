"""What the environment says: the port, the build, and switches that make the API misbehave on purpose."""

import hashlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TRUE = {"1", "true", "yes"}
_FALSE = {"", "0", "false", "no"}
_LAST_PORT = 65_535
_LAST_EXIT_CODE = 255


class SwitchError(Exception):
    """A variable with a value that it cannot have; the text names both."""


@dataclass(frozen=True)
class Switches:
    """The environment, checked. Times in seconds."""

    port: int
    """PORT: where to listen; 0 takes a free one."""
    build: str
    """BUILD, or a short hash of this package's source: another content is another build, without a commit."""
    pod: str
    """POD or HOSTNAME; Kubernetes sets the latter to the pod's name."""
    not_ready: bool
    """WEBAPI_NOT_READY: `/ready` answers 503 for ever."""
    slow_start: float
    """WEBAPI_SLOW_START_SECONDS: nothing listens before."""
    crash_at_start: int | None
    """WEBAPI_CRASH_AT_START: end with this exit code (1 to 255) and never listen."""
    crash_after: float | None
    """WEBAPI_CRASH_AFTER_SECONDS: end with exit code 1 after having served for so long."""


def read_switches(environment: Mapping[str, str]) -> Switches:
    """The switches of this environment; an empty variable counts as absent.

    Raises:
        SwitchError: a variable's value makes no sense.
    """
    crash_at_start = _whole(environment, "WEBAPI_CRASH_AT_START", lowest=1, highest=_LAST_EXIT_CODE)
    port = _whole(environment, "PORT", lowest=0, highest=_LAST_PORT)
    return Switches(
        port=8080 if port is None else port,
        build=environment.get("BUILD") or source_hash(Path(__file__).parent),
        pod=environment.get("POD") or environment.get("HOSTNAME") or socket.gethostname(),
        not_ready=_flag(environment, "WEBAPI_NOT_READY"),
        slow_start=_seconds(environment, "WEBAPI_SLOW_START_SECONDS") or 0.0,
        crash_at_start=crash_at_start,
        crash_after=_seconds(environment, "WEBAPI_CRASH_AFTER_SECONDS"),
    )


def source_hash(package: Path) -> str:
    """Twelve hex digits that change with any `.py` file of the folder."""
    digest = hashlib.sha256()
    for file in sorted(package.glob("*.py")):
        digest.update(f"{file.name}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _flag(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "").strip().lower()
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise _wrong(name, text, "must be true or false")


def _whole(environment: Mapping[str, str], name: str, *, lowest: int, highest: int) -> int | None:
    text = environment.get(name, "").strip()
    if not text:
        return None
    # isdecimal alone would also take the digits of other scripts.
    if text.isascii() and text.isdecimal() and lowest <= int(text) <= highest:
        return int(text)
    raise _wrong(name, text, f"must be a whole number from {lowest} to {highest}")


def _seconds(environment: Mapping[str, str], name: str) -> float | None:
    text = environment.get(name, "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    # Also false for nan.
    if 0 <= seconds < float("inf"):
        return seconds
    raise _wrong(name, text, "must be a number of seconds, such as 2.5")


def _wrong(name: str, text: str, rule: str) -> SwitchError:
    return SwitchError(f"{name} is {text!r}; it {rule}")
