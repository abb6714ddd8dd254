"""Asks for a volume's StorageClass before its claim is made: without one, a pod would wait for it for ever."""

import difflib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, cast

import pulumi

from components.background import in_background
from components.errors import ConfigError
from components.rollout_guard import RolloutGuardArgs
from components.services.service import Volume
from pulls.cluster import ClusterError, Object, connect_text

_DEFAULTS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def class_fault(wanted: str | None, classes: Iterable[Object]) -> str | None:
    """Why no volume would come, or None.

    Args:
        wanted: name of a StorageClass; None for the cluster's default.
        classes: those of the cluster.
    """
    listed = list(classes)
    names = sorted(each["metadata"]["name"] for each in listed)
    there = f"there are {', '.join(names)}" if names else "nor any other"
    if wanted is not None:
        if wanted in names:
            return None
        close = difflib.get_close_matches(wanted, names, n=1)
        return f"no StorageClass {wanted!r} in the cluster; {there}" + (f"; did you mean {close[0]}?" if close else "")
    if any(_is_default(each) for each in listed):
        return None
    return f"no StorageClass of the cluster is its default, and none is named; {there}"


def before_claim(name: str, volume: Volume, guard: RolloutGuardArgs) -> pulumi.ResourceHook:
    """A hook for the claim's creation.

    Args:
        name: of the claim.
        volume: what it is for.
        guard: has the cluster's kubeconfig.
    """

    async def check(args: pulumi.ResourceHookArgs) -> None:
        _ = args
        kubeconfig = await pulumi.Output.from_input(guard["kubeconfig"]).future() or ""

        def look() -> list[Object]:
            return connect_text(kubeconfig, guard.get("context")).list("storageclasses")

        # Who may not list them is not refused for that; the pod then says what is wrong.
        with suppress(ClusterError):
            fault = class_fault(volume.class_name, await in_background(look))
            if fault is not None:
                reason = f"the volume {name} cannot be made: {fault}; type: {volume.advice}"
                raise ConfigError(reason)

    return pulumi.ResourceHook(f"{name}-before-claim", check)


def _is_default(storage_class: Object) -> bool:
    annotations = cast("Mapping[str, Any]", storage_class["metadata"].get("annotations") or {})
    return any(annotations.get(each) == "true" for each in _DEFAULTS)
