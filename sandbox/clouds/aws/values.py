"""Inputs as AWS's API wants them. Pure."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from sandbox.clouds.clusters import at
from sandbox.clouds.kinds import CloudError, Json

Value = TypeVar("Value")


def listed(inputs: Json, *path: str) -> list[Any]:
    """The list at a path; empty where there is none."""
    return cast("list[Any]", at(dict(inputs), *path) or [])


def mapped(inputs: Json, *path: str) -> dict[str, Any]:
    """The object at a path; empty where there is none."""
    return cast("dict[str, Any]", at(dict(inputs), *path) or {})


def key_values(inputs: Json) -> list[dict[str, str]] | None:
    """Tags as most of AWS's services take them; None without."""
    return [{"Key": key, "Value": value} for key, value in mapped(inputs, "tags").items()] or None


def refused(message: str, service: str, operation: str, code: str, status: int = 400) -> CloudError:
    """AWS's error as the real provider passes it on (aws/smithy-go, OperationError)."""
    return CloudError(
        f"operation error {service}: {operation}, https response error StatusCode: {status}, RequestID: simulated, "
        f"{code}: {message}"
    )


def swapped(value: Value, ids: Mapping[str, str]) -> Value:
    """The value with some ids in place of others."""
    if not ids:
        return value
    found: Any = value
    if isinstance(found, str):
        return cast("Value", ids.get(found, found))
    if isinstance(found, list):
        return cast("Value", [swapped(each, ids) for each in cast("list[Any]", found)])
    if isinstance(found, dict):
        return cast("Value", {key: swapped(each, ids) for key, each in cast("dict[str, Any]", found).items()})
    return value
