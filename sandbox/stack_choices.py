"""What the stack file `local` asks of its surroundings.

Values are read leniently, as the program itself tells their mistakes. A file that is no YAML is refused: nobody waits
for a sandbox to be told of it at the end.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from sandbox.errors import SandboxError

_PREFIX = "monadic-pipeline:"


@dataclass(frozen=True)
class StackChoices:
    """The few settings that the sandbox must know, with the program's defaults."""

    context: str
    """`cluster.context`; `sandbox` for whatever cluster the sandbox has."""
    kubeconfig: Path | None
    """`cluster.kubeconfig`, absolute."""
    registry: str
    """`registry.host`."""
    ingress_class: str
    ready_path: str


def stack_choices(checkout: Path) -> StackChoices:
    """Read `Pulumi.local.yaml` of a checkout; what is missing or of another kind counts as not set.

    Raises:
        SandboxError: the file cannot be read, or is no YAML.
    """
    config = _mapping(_document(checkout / "Pulumi.local.yaml"), "config")
    cluster = _mapping(config, f"{_PREFIX}cluster")
    kubeconfig = cluster.get("kubeconfig")
    return StackChoices(
        context=_text(cluster, "context", "sandbox"),
        kubeconfig=checkout / _at_home(str(kubeconfig)) if kubeconfig else None,
        registry=_text(_mapping(config, f"{_PREFIX}registry"), "host", ""),
        ingress_class=_text(_mapping(config, f"{_PREFIX}ingress"), "className", "traefik"),
        ready_path=_text(_mapping(config, f"{_PREFIX}app"), "readyPath", "/ready"),
    )


def _document(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, yaml.YAMLError) as error:  # also a date that does not exist, and what is not UTF-8
        message = f"{file} cannot be read: {_reason(error)}; mend it, or see what changed: git diff {file.name}"
        raise SandboxError(message) from error


def _reason(error: Exception) -> str:
    """Without the text around the mistake, which may be nobody's business."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem} in line {error.problem_mark.line + 1}"
    return " ".join(str(error).split())


def _mapping(document: Any, key: str) -> dict[str, Any]:
    found = cast("dict[str, Any]", document).get(key) if isinstance(document, dict) else None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _text(section: dict[str, Any], key: str, default: str) -> str:
    value = section.get(key)
    return value if isinstance(value, str) and value else default


def _at_home(path: str) -> Path:
    """A path with `~` in place; one of a user whom nobody knows stays as it is written."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)
