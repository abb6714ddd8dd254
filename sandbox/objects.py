"""Objects of the cluster as its API server gives them."""

from collections.abc import Mapping
from typing import Any, cast

import httpx

Json = Mapping[str, Any]


def listed(client: httpx.Client, path: str) -> list[Json]:
    """All objects at a path, of all namespaces.

    Raises:
        httpx.HTTPError: the cluster does not answer, or refuses.
    """
    # From the API server's memory: a moment old, which the next look mends.
    answer = client.get(path, params={"resourceVersion": "0"})
    answer.raise_for_status()
    return cast("list[Json]", answer.json().get("items") or [])


def annotation(of: Json, name: str) -> str:
    """An annotation, empty where there is none."""
    annotations: Json = of["metadata"].get("annotations") or {}
    return str(annotations.get(name) or "")
