"""What is said while a Deployment rolls out, and after it has failed."""

import asyncio
from typing import Any

import pulumi
import pytest

from components import rollout_end
from components.errors import ConfigError
from pulls.cluster import ClusterError
from tests.component.guarded import Guarded, call, deployment
from tests.unit import pull_objects as objects
from tests.unit.fake_cluster import (
    NOT_FOUND,
    FakeCluster,
    Json,
    failing,
)


def broken() -> FakeCluster:
    """A rollout whose new pod cannot pull."""
    failed = objects.container(objects.waiting("ErrImagePull", NOT_FOUND))
    lists = {
        "pods": [objects.pod(failed)],
        "deployments": [objects.deployment()],
        "replicasets": [objects.replica_set()],
    }
    return FakeCluster(lists=lists)


def broken_set() -> FakeCluster:
    """The same of a StatefulSet: its pods are owned by it alone."""
    failed = objects.container(objects.waiting("ErrImagePull", NOT_FOUND))
    lists = {
        "pods": [objects.pod(failed, owner=("StatefulSet", "web"))],
        "statefulsets": [objects.controller("StatefulSet", "web", status={"observedGeneration": 3})],
    }
    return FakeCluster(lists=lists)


KINDS = ("Deployment", "StatefulSet")


def trouble(kind: str) -> FakeCluster:
    return broken() if kind == "Deployment" else broken_set()


def only_warning(monkeypatch: pytest.MonkeyPatch, kind: str = "Deployment") -> str:
    """Watch a broken rollout until something is told, and to its end; the one thing that was."""
    guarded = Guarded(monkeypatch, trouble(kind))

    async def work() -> None:
        hooks = guarded.hooks(rehearsal="off")
        await call(hooks.before_update, deployment(kind=kind))
        while not guarded.warned.is_set():
            await asyncio.sleep(0.001)
        await call(hooks.after_update, deployment(kind=kind))

    asyncio.run(asyncio.wait_for(work(), 20))
    guarded.join()
    (warning,) = guarded.told("warn")
    return warning


# Watching


@pytest.mark.parametrize("kind", KINDS)
def test_a_cause_is_named_while_pulumi_waits_and_once(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    warning = only_warning(monkeypatch, kind)
    assert warning.startswith("not-found (permanent) on 1 of 1 node (node-2): ")
    assert "1 of 1 node (node-2)" in warning
    assert f"of       {kind}/web" in warning


def test_a_rollout_that_is_over_before_the_watcher_is_connected_is_not_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    there = broken()
    guarded = Guarded(monkeypatch, there)
    guarded.may_connect.clear()

    async def work() -> None:
        hooks = guarded.hooks(rehearsal="off")
        await call(hooks.before_update, deployment())
        await call(hooks.after_update, deployment())
        guarded.may_connect.set()

    asyncio.run(work())
    guarded.join()
    assert there.asked == []


def test_a_cluster_that_cannot_be_watched_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = Guarded(monkeypatch, ClusterError("no answer"))
    guarded.before(deployment(), rehearsal="off")
    assert guarded.logs == []


def test_an_error_that_nobody_thought_of_is_one_line_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        message = "https://user:hunter2@r.example.com\nis odd"
        raise AttributeError(message)

    monkeypatch.setattr("pulls.watch.rollout_diagnoses", fails)
    warning = only_warning(monkeypatch)
    assert warning.startswith("the rollout is not watched any more: AttributeError: https://")
    assert "hunter2" not in warning
    assert "\n" not in warning


# After a failure


def failed(guarded: Guarded, new: Json | None, **args: Any) -> bool:
    async def work() -> bool:
        binding: Any = guarded.hooks(**args)
        (hook,) = binding.on_error
        return await hook.callback(pulumi.ErrorHookArgs("urn", "id", "web", "type", new_inputs=new))

    return asyncio.run(work())


@pytest.mark.parametrize("kind", KINDS)
def test_a_failed_rollout_prints_the_whole_diagnosis_and_is_never_tried_again(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    guarded = Guarded(monkeypatch, trouble(kind))
    assert failed(guarded, deployment(kind=kind), context="staging") is False
    (text,) = guarded.told("error")
    assert text.startswith("not-found (permanent) on 1 of 1 node (node-2): ")
    assert f"of       {kind}/web" in text
    assert guarded.contexts == ["staging"]


@pytest.mark.parametrize(
    ("there", "new"),
    [
        (ClusterError("no answer"), deployment()),
        (broken(), None),
        (FakeCluster(errors=failing(("list", "pods", ClusterError("no", 403)))), deployment()),
    ],
)
def test_a_failure_that_cannot_be_looked_at_stays_what_pulumi_said(
    monkeypatch: pytest.MonkeyPatch, there: FakeCluster | ClusterError, new: Json | None
) -> None:
    guarded = Guarded(monkeypatch, there)
    assert failed(guarded, new) is False
    assert guarded.logs == []


def test_a_failure_that_is_looked_at_in_vain_leaves_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("components.rollout_guard.rollout_diagnoses", fails)
    guarded = Guarded(monkeypatch, broken())
    assert failed(guarded, deployment()) is False
    assert guarded.logs == [("warn", "the rollout could not be diagnosed: RuntimeError")]


def test_a_failure_ends_the_watching(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = Guarded(monkeypatch, broken())

    async def work() -> None:
        binding: Any = guarded.hooks(rehearsal="off")
        await call(binding.before_update, deployment())
        await binding.on_error[0].callback(pulumi.ErrorHookArgs("urn", "id", "web", "type", new_inputs=deployment()))

    asyncio.run(work())
    guarded.join()


# What the provider calls complete


def live(**status: object) -> FakeCluster:
    """A Deployment of two pods, changed for the third time."""
    spec: Json = {"replicas": 2}
    return FakeCluster(lists={"deployments": [objects.controller("Deployment", "web", spec=spec, status={**status})]})


DONE = {"observedGeneration": 3, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}
HALF = {**DONE, "replicas": 3, "updatedReplicas": 1}
STUCK = {**HALF, "conditions": [objects.condition("Progressing", "False", "ProgressDeadlineExceeded")]}


UNAWAITED = deployment()
UNAWAITED["metadata"]["annotations"] = {"pulumi.com/skipAwait": "true"}


def ended(guarded: Guarded, monkeypatch: pytest.MonkeyPatch, new: Json, *looks: FakeCluster) -> None:
    """The end of an update after which the cluster shows these, one after the other."""
    left = [*looks]

    class Shows(FakeCluster):
        def get(self, kind: str, namespace: str, name: str) -> Json:
            return (left.pop(0) if len(left) > 1 else left[0]).get(kind, namespace, name)

    def connect(*_: object) -> FakeCluster:
        return Shows()

    monkeypatch.setattr(rollout_end, "connect_text", connect)
    monkeypatch.setattr(rollout_end, "_LOOK_SECONDS", 0)
    asyncio.run(call(guarded.hooks().after_update, new))
    guarded.join()


@pytest.mark.parametrize("seen", [live(**STUCK), live(**HALF)], ids=["stuck", "late"])
def test_a_rollout_that_only_the_provider_calls_complete_is_a_failure_with_its_diagnosis(
    monkeypatch: pytest.MonkeyPatch, seen: FakeCluster
) -> None:
    monkeypatch.setattr(rollout_end, "_SPARE", -599)
    guarded = Guarded(monkeypatch, broken())
    with pytest.raises(ConfigError, match="Deployment/web has not come to its end: 1 of 2 pods are of the new version"):
        ended(guarded, monkeypatch, deployment(), seen)
    (diagnosis,) = guarded.told("error")
    assert diagnosis.startswith("not-found (permanent) on 1 of 1 node (node-2): ")


@pytest.mark.parametrize("first", [live(**HALF), live(**{**DONE, "observedGeneration": 2})], ids=["half", "unseen"])
def test_one_that_goes_on_is_waited_for(monkeypatch: pytest.MonkeyPatch, first: FakeCluster) -> None:
    guarded = Guarded(monkeypatch, broken())
    ended(guarded, monkeypatch, deployment(), first, first, live(**DONE))
    assert guarded.logs == []
    assert first.asked == [("get", "web")] * 2


@pytest.mark.parametrize(
    ("new", "asked"),
    [
        (deployment(kind="StatefulSet"), False),
        (UNAWAITED, False),
        (deployment(), True),
    ],
)
def test_who_is_not_to_be_waited_for_or_cannot_be_seen_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, new: Json, *, asked: bool
) -> None:
    nowhere = FakeCluster()
    ended(Guarded(monkeypatch, broken()), monkeypatch, new, nowhere)
    assert bool(nowhere.asked) is asked
