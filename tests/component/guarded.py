"""A RolloutGuard whose hooks are called by hand, on a scripted cluster: recording engines never call hooks."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import pulumi
import pytest

from components import rollout_end
from components import rollout_guard as module
from components.rollout_guard import RolloutGuard, RolloutGuardArgs
from pulls import watch
from pulls.cluster import ClusterError
from pulls.rehearsal import check as pull_check
from tests.unit.fake_cluster import IMAGE, FakeCluster, Json

KUBECONFIG = "kubeconfig with canary-token"


class Hook:
    """Of either kind, registered nowhere."""

    def __init__(self, name: str, callback: Callable[[Any], Awaitable[Any]]) -> None:
        self.name = name
        self.callback = callback


class FakeReaper:
    """Remembers what it was told."""

    def __init__(self, kubeconfig: str, context: str | None, namespace: str, mark: str) -> None:
        self.order = (kubeconfig, context, namespace)
        self.mark = mark
        self.released = False

    def release(self) -> None:
        self.released = True


def deployment(image: str = IMAGE, *, kind: str = "Deployment", **pod_spec: Any) -> Json:
    spec = {"containers": [{"name": "web", "image": image}], **pod_spec}
    metadata = {"name": "web", "namespace": "shop"}
    return {"kind": kind, "metadata": metadata, "spec": {"template": {"spec": spec}}}


class Guarded:
    """A guard, its cluster, and what was logged as (severity, text)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cluster: FakeCluster | ClusterError) -> None:
        self.cluster = cluster
        self.at_the_end = FakeCluster()
        self.logs: list[tuple[str, str]] = []
        self.contexts: list[str | None] = []
        self.reapers: list[FakeReaper] = []
        self.may_connect = threading.Event()
        self.may_connect.set()
        self.warned = threading.Event()
        self._threads = {*threading.enumerate()}
        monkeypatch.setattr(pulumi, "ResourceHook", Hook)
        monkeypatch.setattr(pulumi, "ErrorHook", Hook)
        for severity in ("info", "warn", "error"):
            monkeypatch.setattr(pulumi.log, severity, self._log(severity))
        for each in (module, pull_check):
            monkeypatch.setattr(each, "connect_text", self._connect)
        monkeypatch.setattr(rollout_end, "connect_text", self._connect_at_the_end)
        monkeypatch.setattr(pull_check, "Reaper", self._reaper)
        monkeypatch.setattr(watch, "_LOOK_SECONDS", 0.001)

    def hooks(self, **args: Any) -> pulumi.ResourceHookBinding:
        given = cast("RolloutGuardArgs", {"kubeconfig": KUBECONFIG, **args})
        return RolloutGuard(cast("pulumi.Resource", None), "web", given).hooks()

    def before(self, new: Json, old: Json | None = None, **args: Any) -> None:
        """Everything that happens up to the change; then the rollout is over."""

        async def work() -> None:
            hooks = self.hooks(**args)
            try:
                await call(hooks.before_update, new, old)
            finally:
                await call(hooks.after_update, new, old)
            await asyncio.sleep(0)

        asyncio.run(work())
        self.join()

    def join(self) -> None:
        """Every thread that was started has ended."""
        for each in {*threading.enumerate()} - self._threads:
            while each.ident is None:  # another thread is about to start it
                time.sleep(0.01)
            each.join(20)
            assert not each.is_alive()

    def told(self, severity: str) -> list[str]:
        return [text for each, text in self.logs if each == severity]

    def _log(self, severity: str) -> Callable[[str, object], None]:
        def log(text: str, resource: object) -> None:
            assert resource is None
            self.logs.append((severity, text))
            self.warned.set()

        return log

    def _connect(self, kubeconfig: str, context: str | None = None) -> FakeCluster:
        assert kubeconfig == KUBECONFIG
        assert self.may_connect.wait(20)
        self.contexts.append(context)
        if isinstance(self.cluster, ClusterError):
            raise self.cluster
        return self.cluster

    def _connect_at_the_end(self, *_: object) -> FakeCluster:
        return self.at_the_end

    def _reaper(self, *order: Any) -> FakeReaper:
        self.reapers.append(FakeReaper(*order))
        return self.reapers[-1]


async def call(hooks: Any, new: Mapping[str, Any] | None, old: Json | None = None) -> None:
    """As the engine calls the only hook of a moment."""
    (hook,) = hooks
    await hook.callback(pulumi.ResourceHookArgs("urn", "id", "web", "type", new_inputs=new, old_inputs=old))
