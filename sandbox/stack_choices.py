"""What the stack file `local` asks of its surroundings, read leniently: the program itself tells its mistakes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

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
    """Read `Pulumi.local.yaml` of a checkout; what is missing or of another kind counts as not set."""
    try:
        document = yaml.safe_load((checkout / "Pulumi.local.yaml").read_text())
    except (OSError, yaml.YAMLError):
        document = None
    config = _mapping(document, "config")
    cluster = _mapping(config, f"{_PREFIX}cluster")
    kubeconfig = cluster.get("kubeconfig")
    return StackChoices(
        context=_text(cluster, "context", "sandbox"),
        kubeconfig=checkout / Path(str(kubeconfig)).expanduser() if kubeconfig else None,
        registry=_text(_mapping(config, f"{_PREFIX}registry"), "host", ""),
        ingress_class=_text(_mapping(config, f"{_PREFIX}ingress"), "className", "traefik"),
        ready_path=_text(_mapping(config, f"{_PREFIX}app"), "readyPath", "/ready"),
    )


def _mapping(document: Any, key: str) -> dict[str, Any]:
    found = cast("dict[str, Any]", document).get(key) if isinstance(document, dict) else None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _text(section: dict[str, Any], key: str, default: str) -> str:
    value = section.get(key)
    return value if isinstance(value, str) and value else default
