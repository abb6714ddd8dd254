"""Inputs as AWS's API wants them. Pure."""

from typing import Any, cast

from sandbox.clouds.clusters import at
from sandbox.clouds.kinds import CloudError, Json


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
