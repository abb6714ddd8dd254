"""Stack files as the engine hands them to a program."""

import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "monadic-pipeline"


def engine_config(values: dict[str, Any]) -> dict[str, str]:
    """Values by full key as the engine sends them: text as it is, everything else as JSON."""
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def stack_values(stack: str) -> dict[str, Any]:
    """What the committed file of a stack sets, by full key."""
    return yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]


def project_defaults() -> dict[str, Any]:
    """What Pulumi.yaml gives to a stack that does not set a key."""
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    return {f"{PROJECT}:{key}": each["default"] for key, each in declared.items()}
