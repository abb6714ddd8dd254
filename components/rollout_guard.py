"""RolloutGuard: what happens around the change of a workload, so that a pull cannot fail behind anybody's back.

Before it, the new images are pulled by rehearsal pods; a pull that cannot work ends the update, and neither the
cluster nor the state has changed. While Pulumi waits, causes are named as soon as a pod shows one. After a failure,
the whole diagnosis is printed.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

from components.background import in_background
from components.errors import ConfigError
from components.loading import Loader, ensure_loaded, load_all
from components.rollout_end import seconds_to_end, why_not_over
from components.rollout_inputs import manifest, pulls_the_same, rehearsal_of
from components.rollout_time import REHEARSAL_SECONDS
from components.stack_name import stack_name
from pulls.cluster import ApiCluster, ClusterError, connect_text
from pulls.diagnosis import Diagnosis, Facts, as_text
from pulls.evidence import Grant
from pulls.fixes import Target
from pulls.rehearsal.check import ClusterLogin, PullRefusedError, check_pull
from pulls.rehearsal.pod import Rehearsal, images
from pulls.rehearse import Budget, Report, StoppedError
from pulls.text.redact import redact
from pulls.watch import Watching, rollout_diagnoses

_LONGEST_ERROR = 300
_OF_RIGHT: tuple[Literal["identity"], Literal["resource"]] = ("identity", "resource")


class PullRightArgs(TypedDict):
    """Who may pull, as the program gave it; named in diagnoses."""

    kind: str
    """`anonymous`, `pull-secret`, `kubelet-identity`, `node-role` or `node-service-account`."""
    identity: pulumi.Input[str]
    role: str
    resource: pulumi.Input[str]
    facts: NotRequired[Mapping[str, pulumi.Input[str]]]
    """What commands that give the right need, by the names in pulls/fix/clouds.py."""


class RolloutGuardArgs(TypedDict):
    """How a rollout is guarded."""

    kubeconfig: pulumi.Input[str]
    """Of the cluster that the workload is in, as text."""
    context: NotRequired[str]
    """In it; the current one if not given."""
    rehearsal: NotRequired[Literal["pull", "off"]]
    """`pull` (default) tries the pull before the workload changes."""
    rehearsal_seconds: NotRequired[int]
    """How long transient failures may last, and slow pulls (120)."""
    fresh_seconds: NotRequired[float | Callable[[], float]]
    """How much longer the right to pull may be refused although it was given (0); asked when a pull is tried."""
    target: NotRequired[str]
    """`aks`, `eks`, `gke` or `local`, for the commands that mend a cause there."""
    pull_right: NotRequired[PullRightArgs]
    loader: NotRequired[Loader | None]
    """What brings images that are in no registry to the nodes, which are asked for them before each change."""


class RolloutGuard:
    """The hooks of one Deployment or StatefulSet."""

    def __init__(self, app: pulumi.Resource, name: str, args: RolloutGuardArgs) -> None:
        self._app = app
        self._name = name
        self._args = args
        self._over = threading.Event()

    def hooks(self) -> pulumi.ResourceHookBinding:
        """For its options."""
        before = pulumi.ResourceHook(f"{self._name}-before-rollout", self._before)
        after = pulumi.ResourceHook(f"{self._name}-after-rollout", self._after)
        failed = pulumi.ErrorHook(f"{self._name}-failed-rollout", self._failed)
        return pulumi.ResourceHookBinding(
            before_create=[before],
            before_update=[before],
            after_create=[after],
            after_update=[after],
            on_error=[failed],
        )

    async def _before(self, args: pulumi.ResourceHookArgs) -> None:
        new, old = await manifest(args.new_inputs), await manifest(args.old_inputs)
        rehearsal = rehearsal_of(new)
        loader = self._args.get("loader")
        if self._args.get("rehearsal", "pull") == "pull":
            # Of an image that was loaded, an answer is good for as long as the nodes are the same ones.
            if loader is not None or not pulls_the_same(old, new):
                await self._rehearse(rehearsal)
        elif loader is not None:
            await in_background(lambda: load_all(loader, images(rehearsal.pod_spec)))
        await self._watch(rehearsal)

    async def _after(self, args: pulumi.ResourceHookArgs) -> None:
        try:
            reason = await self._why_not_over(await manifest(args.new_inputs))
        finally:
            self._stop_watching()
        if reason is not None:
            with suppress(ClusterError, KeyError):
                await self._diagnose(args.new_inputs)
            raise ConfigError(reason)

    async def _why_not_over(self, new: Mapping[str, Any]) -> str | None:
        seconds = seconds_to_end(new)
        if seconds is None:
            return None
        rolled = rehearsal_of(new)
        login = ClusterLogin(await self._kubeconfig(), self._args.get("context"))
        return await in_background(lambda: why_not_over(login, rolled.namespace, rolled.workload, seconds))

    async def _failed(self, args: pulumi.ErrorHookArgs) -> bool:
        """Print the whole diagnosis; never try again, as what exists cannot be created twice."""
        self._stop_watching()
        try:
            with suppress(ClusterError, KeyError):
                await self._diagnose(args.new_inputs)
        except Exception as error:  # what Pulumi said of the failure must not drown in a traceback
            pulumi.log.warn(_unexpected("the rollout could not be diagnosed", error), self._app)
        return False

    async def _diagnose(self, new_inputs: Mapping[str, Any] | None) -> None:
        failed = rehearsal_of(await manifest(new_inputs))
        kubeconfig, facts = await self._kubeconfig(), await self._facts()

        def look() -> list[Diagnosis]:
            cluster = connect_text(kubeconfig, self._args.get("context"))
            return rollout_diagnoses(cluster, failed.namespace, failed.title, facts, whole=True)

        for each in await in_background(look):
            pulumi.log.error(as_text(each), self._app)

    async def _rehearse(self, rehearsal: Rehearsal) -> None:
        kubeconfig, facts = await self._kubeconfig(), await self._facts()
        loop = asyncio.get_running_loop()

        def say(text: str) -> None:
            loop.call_soon_threadsafe(pulumi.log.warn, f"pull rehearsal: {text}", self._app)

        login, loader = ClusterLogin(kubeconfig, self._args.get("context")), self._args.get("loader")

        def check() -> Report:
            return check_pull(login, rehearsal, self._budget(), facts, say=say)

        try:
            report = await in_background(check if loader is None else lambda: ensure_loaded(check, loader))
        except PullRefusedError as refused:
            raise ConfigError(str(refused)) from refused
        except (ClusterError, StoppedError) as error:
            reason = f"the pull of {rehearsal.workload} cannot be rehearsed: {error}"
            raise ConfigError(reason) from error
        self._tell(report)

    async def _watch(self, rehearsal: Rehearsal) -> None:
        kubeconfig, facts = await self._kubeconfig(), await self._facts()
        loop = asyncio.get_running_loop()

        def say(text: str) -> None:
            with suppress(RuntimeError):  # the program has ended
                loop.call_soon_threadsafe(pulumi.log.warn, text, self._app)

        over = self._over = threading.Event()  # here, not in the thread: a rollout may be over before that connects

        def watch() -> None:
            try:
                with suppress(ClusterError):
                    cluster: ApiCluster = connect_text(kubeconfig, self._args.get("context"))
                    watching = Watching(cluster, rehearsal.namespace, rehearsal.title, facts, over)
                    watching.run(lambda diagnosis: say(as_text(diagnosis)))
            except Exception as error:  # a traceback of a thread would say no more, in forty lines
                say(_unexpected("the rollout is not watched any more", error))

        threading.Thread(target=watch, daemon=True).start()

    def _stop_watching(self) -> None:
        self._over.set()

    async def _kubeconfig(self) -> str:
        return await pulumi.Output.from_input(self._args["kubeconfig"]).future() or ""

    async def _facts(self) -> Facts:
        target, context = Target(self._args.get("target", Target.ANY)), self._args.get("context", "")
        right, stack = self._args.get("pull_right"), {"stack": stack_name()}
        if right is None:
            return Facts(target, values=stack, kube_context=context)
        known = pulumi.Output.all(**{**right.get("facts", {}), **{each: right[each] for each in _OF_RIGHT}})
        values: dict[str, str] = await known.future() or {}
        identity, resource = (values.pop(each, "") for each in _OF_RIGHT)
        grant = Grant(right["kind"], identity, right["role"], resource, self._fresh_seconds())
        return Facts(target, grant, {**values, **stack}, kube_context=context)

    def _budget(self) -> Budget:
        seconds = self._args.get("rehearsal_seconds", REHEARSAL_SECONDS)
        return Budget(float(seconds), self._fresh_seconds())

    def _fresh_seconds(self) -> float:
        given = self._args.get("fresh_seconds", 0.0)
        return given() if callable(given) else float(given)

    def _tell(self, report: Report) -> None:
        for each in report.warnings:
            pulumi.log.warn(f"pull rehearsal: {each}", self._app)
        for each in report.pulls:
            size = "" if each.size is None else f", {each.size / 1e6:.1f} MB"
            pulumi.log.info(f"pull rehearsal: {each.image} in {each.seconds:.1f} s{size}", self._app)


def _unexpected(what: str, error: Exception) -> str:
    said = " ".join(redact(str(error)).split())[:_LONGEST_ERROR]
    return f"{what}: {type(error).__name__}{f': {said}' if said else ''}"
