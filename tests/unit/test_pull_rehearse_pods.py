"""The pods of a rehearsal: made as the namespace takes them, and never left behind."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulls.causes import Code
from pulls.cluster import ClusterError
from pulls.rehearsal.pod import COMMAND
from pulls.rehearsal.removal import remove_pods
from pulls.rehearse import Budget, RefusedError, StoppedError
from tests.unit.fake_cluster import (
    ARM,
    BOTH,
    BUSY,
    FORBIDDEN,
    IMAGE,
    NO_PLACE,
    NOT_FOUND,
    POD,
    PULLED,
    PULLING,
    FakeCluster,
    Json,
    Try,
    failing,
    labelled,
    one,
    refused,
)
from tests.unit.scripted_rehearsal import Run

NO_ANSWER = ClusterError("the cluster does not answer")
WHO = ClusterError("Unauthorized", 401)


# Quotas and admission


def test_a_namespace_that_refuses_the_little_gets_what_the_app_asks_for() -> None:
    quota = ClusterError("forbidden: minimum memory usage per Container is 64Mi", 403)
    asks = {"requests": {"cpu": "100m", "memory": "64Mi"}}
    spec = {"containers": [{"name": "web", "image": IMAGE, "resources": asks}]}
    run = Run(FakeCluster(one([PULLING], [PULLED]), errors=failing(("create", "pods", quota))), spec=spec)
    report = run.report()
    first, second = (each["spec"]["containers"][0]["resources"] for each in run.cluster.created)
    assert (first["requests"]["cpu"], second) == ("1m", asks)
    assert len(report.pulled) == 1
    assert report.warnings == []


def test_what_suits_one_class_is_asked_for_at_once_on_the_next() -> None:
    errors = failing(("create", "pods", ClusterError("too little", 403)))
    cluster = FakeCluster({"amd64": [[PULLED], [PULLED]], ARM: [[PULLED]]}, nodes=BOTH, errors=errors)
    assert len(Run(cluster).report().pulled) == 2
    assert len(cluster.created) == 3


def test_a_cluster_that_takes_no_rehearsal_pod_at_all_is_warned_of() -> None:
    denied = ClusterError("the cluster refuses POST: exceeded quota: pods=10", 403)
    run = Run(FakeCluster(one([PULLED]), errors=failing(*[("create", "pods", denied)] * 2)))
    (warning,) = run.report().warnings
    assert warning == f"linux/amd64: the cluster does not take a rehearsal pod: {denied}"


# It never leaves a pod


def test_a_stop_ends_it_and_leaves_nothing() -> None:
    run = Run(FakeCluster(one([PULLING])), stop_after=3)
    with pytest.raises(StoppedError):
        run.report()
    assert len(run.cluster.created) == 1
    assert run.cluster.pods == {}
    assert run.seconds == pytest.approx(3, abs=0.2)


@pytest.mark.parametrize(
    "planted",
    [
        [("list", "pods", WHO)],
        [("list", "pods", None), ("list", "pods", None), ("list", "pods", WHO)],
        [("list", "pods", NO_ANSWER)] * 102,
        [("create", "pods", None), *[("create", "pods", NO_ANSWER)] * 102],
    ],
    ids=["unknown", "no-longer-known", "silent", "silent-at-the-second-pod"],
)
def test_a_cluster_that_stops_to_answer_ends_it_and_what_was_made_is_removed(
    planted: list[tuple[str, str, ClusterError | None]],
) -> None:
    cluster = FakeCluster({"amd64": [[PULLING]], ARM: [[PULLING]]}, nodes=BOTH, errors=failing(*planted))
    with pytest.raises(ClusterError, match=r"does not answer|Unauthorized"):
        Run(cluster).report()
    assert cluster.created
    assert cluster.pods == {}


@pytest.mark.parametrize("asked", [("list", "pods"), ("create", "pods")])
def test_a_cluster_that_is_silent_for_a_moment_is_waited_for(asked: tuple[str, str]) -> None:
    cluster = FakeCluster(one([PULLED]), errors=failing(*[(*asked, NO_ANSWER)] * 15))
    assert Run(cluster).report().pulled
    assert cluster.pods == {}


def test_a_policy_that_refuses_the_apps_own_pods_too_is_the_cause() -> None:
    denied = ClusterError("pods is forbidden: ValidatingAdmissionPolicy 'registries' denied request: not allowed", 403)
    errors = failing(*[("create", "pods", denied)] * 2, ("dry run", "pods", denied))
    refusal = Run(FakeCluster(one([PULLED]), errors=errors)).refusal().refusals[0]
    assert refusal.seen.verdict is not None
    assert refusal.seen.verdict.code is Code.ADMISSION_DENIED


def test_a_policy_that_refuses_only_the_rehearsal_is_a_warning() -> None:
    denied = ClusterError("admission webhook denied the request: pods need an owner", 403)
    report = Run(FakeCluster(one([PULLED]), errors=failing(*[("create", "pods", denied)] * 2))).report()
    assert "does not take a rehearsal pod" in report.warnings[0]


def test_a_pod_that_was_made_without_an_answer_is_removed_too() -> None:
    class Silent(FakeCluster):
        def create(self, kind: str, namespace: str, body: Json, *, dry_run: bool = False) -> Json:
            super().create(kind, namespace, body, dry_run=dry_run)
            raise NO_ANSWER

    cluster = Silent(one([PULLING]))
    with pytest.raises(ClusterError):
        Run(cluster).report()
    assert cluster.created
    assert cluster.pods == {}


def test_a_refused_pod_that_could_not_be_removed_at_once_is_removed_at_the_end() -> None:
    errors = failing(("delete", POD.format(1), NO_ANSWER))
    cluster = FakeCluster(one([refused(BUSY)], [PULLED]), errors=errors)
    assert len(Run(cluster).report().pulled) == 1
    assert cluster.pods == {}


def test_one_pod_that_stays_keeps_none_of_the_others() -> None:
    pods = {each["metadata"]["name"]: each for each in map(labelled, ("a", "b", "c"))}
    cluster = FakeCluster(pods=dict(pods), errors=failing(("delete", "web-rehearsal-of-a", NO_ANSWER)))
    cluster.tries = {"": [[PULLING]]}
    cluster.created = [*pods.values()]
    with pytest.raises(ClusterError):
        remove_pods(cluster, "shop")
    assert [*cluster.pods] == ["web-rehearsal-of-a"]


LOOKS = st.lists(st.sampled_from([PULLING, PULLED, NO_PLACE, refused(BUSY), refused(FORBIDDEN), refused(NOT_FOUND)]))
_DELETE = ("delete", POD.format(1), NO_ANSWER)
Planted = tuple[str, str, ClusterError | None]
_PLANTED: list[Planted] = [
    ("create", "pods", NO_ANSWER),
    ("create", "pods", ClusterError("exceeded quota", 403)),
    ("create", "pods", None),
    ("list", "events", NO_ANSWER),
    ("list", "nodes", NO_ANSWER),
    ("list", "pods", NO_ANSWER),
    ("list", "pods", ClusterError("too many requests", 429)),
    ("create", "pods", ClusterError("failed calling webhook", 500)),
    _DELETE,
]  # fmt: skip
ERRORS = st.sampled_from(_PLANTED)
_REMOVALS = 4
"""Tries to remove the pods; with as many failures they stay, and the report says so."""


def _can_be_removed(planted: list[Planted]) -> bool:
    return sum(each[:2] in {("list", "pods"), _DELETE[:2]} for each in planted) < _REMOVALS


@settings(deadline=None)
@given(
    tries=st.lists(LOOKS.map(lambda each: each or [PULLING]), min_size=1, max_size=4),
    planted=st.lists(ERRORS, max_size=5).filter(_can_be_removed),
    stop_after=st.none() | st.floats(0, 60),
    seconds=st.floats(0, 60),
)
def test_whatever_happens_it_ends_and_no_pod_is_left(
    tries: list[Try], planted: list[Planted], stop_after: float | None, seconds: float
) -> None:
    classes = {"": tries, "amd64": tries, ARM: tries[::-1]}
    cluster = FakeCluster(classes, nodes=BOTH, errors=failing(*planted))
    run = Run(cluster, Budget(seconds, seconds / 2), stop_after=stop_after)
    with suppress(ClusterError, StoppedError, RefusedError):
        report = run.report()
        assert len(report.pulled) + len(report.warnings) == len(report.classes)
    assert cluster.pods == {}
    assert run.seconds < seconds + 80


def test_a_mark_removes_the_pods_of_one_rehearsal_only() -> None:
    pods = {each["metadata"]["name"]: each for each in map(labelled, ("a", "b"))}
    cluster = FakeCluster({"": [[PULLING]]}, pods=dict(pods), created=[*pods.values()])
    remove_pods(cluster, "shop", "b")
    assert [*cluster.pods] == ["web-rehearsal-of-a"]


def test_no_rehearsal_runs_anything_of_the_app() -> None:
    spec: Json = {"containers": [{"name": "web", "image": IMAGE, "command": ["/app"], "args": ["serve"], "env": [{}]}]}
    cluster = FakeCluster(one([PULLED]))
    Run(cluster, spec=spec).report()
    (container,) = cluster.created[0]["spec"]["containers"]
    assert container["command"] == [COMMAND]
    assert not {"args", "env", "lifecycle", "volumeMounts"} & container.keys()
