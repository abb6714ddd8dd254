"""What a hook of a Deployment or StatefulSet is given: its manifest as plain values, and what of it is about pulls."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi

from pulls.rehearsal.pod import Rehearsal, pull_inputs

PULL_SECRETS_MARK = "monadic-pipeline/pull-secrets"
"""Annotation of a workload that changes when what is in its pull secrets does."""


async def manifest(inputs: Mapping[str, Any] | None) -> dict[str, Any]:
    """A hook's inputs as plain values; a secret anywhere in one makes all of it an Output."""
    plain: dict[str, Any] = {}
    for key, value in (inputs or {}).items():
        plain[key] = await value.future() if isinstance(value, pulumi.Output) else value
    # Numbers cross the engine as floats, and Kubernetes takes no 1654.0 for a whole number.
    return json.loads(json.dumps(plain, default=str), parse_float=_number)


def rehearsal_of(workload: Mapping[str, Any]) -> Rehearsal:
    """What is rehearsed before a workload changes to this manifest."""
    metadata = workload["metadata"]
    of_pods: dict[str, Any] = workload["spec"]["template"].get("metadata") or {}
    return Rehearsal(metadata["namespace"], metadata["name"], _pod_spec(workload), of_pods, workload["kind"])


def pulls_the_same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the answer to a rehearsal would be the same; never for a workload that is new."""
    return bool(old) and _of_pull(old) == _of_pull(new)


def _of_pull(workload: Mapping[str, Any]) -> tuple[object, object]:
    annotations: Mapping[str, Any] = workload["metadata"].get("annotations") or {}
    return pull_inputs(_pod_spec(workload)), annotations.get(PULL_SECRETS_MARK)


def _pod_spec(workload: Mapping[str, Any]) -> dict[str, Any]:
    return workload["spec"]["template"]["spec"]


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() else value
