"""Refuses workloads that cannot pull or serve, at preview, whoever wrote them: this program, a chart, a transformation.

A transform of the whole stack sees every object with the changes that other transforms of its own and its parents made
to it (pulumi/pulumi:pkg/resource/deploy/source_eval.go, RegisterResource); not those of a stack transform that is
registered later. An exception in a transform would end as a traceback (pulumi/runtime/_callbacks.py, pretty_error), so
none is raised there: a preview is judged when all is registered, and an `up` as soon as something is found, before the
engine hears of it, but for what objects need of each other, which is judged at its end.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

import pulumi
from pulumi.output import Unknown
from pulumi.runtime import is_dry_run, register_resource_transform, rpc
from pulumi.runtime.stack import wait_for_rpcs

from components.errors import USER_WAS_TOLD
from components.workload_relations import Workload, has_pods, own_problems, relation_problems
from components.workload_rules import HiddenText

_PREFIX = "kubernetes:"
_SECONDS = 1.0
"""For the name of the registry, which is known long before, or never in time."""


def refuse_bad_workloads(
    registry_prefix: Callable[[], pulumi.Input[str]],
    ingress_classes: Callable[[], Collection[str] | None] = lambda: None,
    *,
    end: Callable[[int], object] = os._exit,
) -> None:
    """Look at every Kubernetes object that is registered from now on, and end the program when one cannot work.

    Args:
        registry_prefix: gives the registry of this stack, `host[:port][/path]`; asked when it is needed.
        ingress_classes: gives those of the cluster, None if unknown; asked at the end.
        end: ends the process with an exit code, at once.
    """
    check = WorkloadCheck(registry_prefix, ingress_classes, end)
    register_resource_transform(check.look)
    pulumi.run(check.finish)


class WorkloadCheck:
    """What was registered so far."""

    def __init__(
        self,
        registry_prefix: Callable[[], pulumi.Input[str]],
        ingress_classes: Callable[[], Collection[str] | None],
        end: Callable[[int], object],
    ) -> None:
        self._registry_prefix = registry_prefix
        self._ingress_classes = ingress_classes
        self._end = end
        self._seen: list[Workload] = []
        self._told: set[str] = set()

    async def look(self, args: pulumi.ResourceTransformArgs) -> None:
        """The transform; changes nothing."""
        if not args.custom or not args.type_.startswith(_PREFIX):
            return
        seen = Workload(
            args.type_.removeprefix(_PREFIX), args.name, cast("Mapping[str, Any]", await _plain(args.props))
        )
        self._seen.append(seen)
        if not is_dry_run() and has_pods(seen):
            found = own_problems(seen, await self._prefix())
            if found:
                self._told |= {*found}
                _tell(found, "none of it was deployed")
                # Not an exception, and at once: what the program was told to do must not reach the engine.
                self._end(USER_WAS_TOLD)

    async def finish(self) -> None:
        """After the program: judge what objects need of each other, which is certain only when all are there.

        After an `up` too: it may have had no preview (`--skip-preview`), or values that a preview could not know.

        Raises:
            SystemExit: something cannot work; the user was told what.
        """
        if not is_dry_run():
            await wait_for_rpcs()  # what failed is told by others, and not all is there then
            await self._judge("it was deployed")
            return
        try:
            await wait_for_rpcs()
        finally:
            await self._judge("nothing was changed")

    async def _judge(self, outcome: str) -> None:
        every = relation_problems(self._seen, await self._prefix(), self._ingress_classes())
        found = [each for each in every if each not in self._told]
        if found:
            _tell(found, outcome)
            sys.exit(USER_WAS_TOLD)

    async def _prefix(self) -> str | None:
        # Not waited for without end: a registry may be one of the workloads.
        asked = asyncio.ensure_future(pulumi.Output.from_input(self._registry_prefix()).future())
        await asyncio.wait((asked,), timeout=_SECONDS)
        return asked.result() if asked.done() else None


def _tell(found: list[str], outcome: str) -> None:
    count = "1 mistake" if len(found) == 1 else f"{len(found)} mistakes"
    listed = "\n".join(f"  {each}" for each in found)
    pulumi.log.error(f"{count} in what the program deploys, {outcome}\n\n{listed}")


_LATER = object()
"""In place of a value that is not known yet, or not to be looked at."""


async def _plain(value: object, *, hidden: bool = False) -> object:
    """A value of a transform's arguments with its outputs resolved, as far as they are known."""
    if isinstance(value, pulumi.Output):
        output = cast("pulumi.Output[object]", value)
        secret = hidden or await output.is_secret()
        return await _plain(await output.future(), hidden=secret) if await output.is_known() else _LATER
    if rpc.is_rpc_secret(value):
        return await _plain(rpc.unwrap_rpc_secret(value), hidden=True)
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        return {key: await _plain(each, hidden=hidden) for key, each in fields.items()}
    if isinstance(value, list):
        return [await _plain(each, hidden=hidden) for each in cast("list[object]", value)]
    return _leaf(value, hidden=hidden)


def _leaf(value: object, *, hidden: bool) -> object:
    if isinstance(value, Unknown):
        return _LATER
    if hidden:
        return HiddenText(value) if isinstance(value, str) else _LATER
    return value
