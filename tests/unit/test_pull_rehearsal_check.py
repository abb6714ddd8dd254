"""The whole check before a rollout: what the registry adds to the rehearsal, and who tidies up when that fails."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from pulls.cluster import ClusterError
from pulls.diagnosis import Facts
from pulls.registry.answer import Answer, Outcome
from pulls.rehearsal import check as module
from pulls.rehearsal.check import ClusterLogin, PullRefusedError, check_pull
from pulls.rehearsal.outcome import Budget, Report
from pulls.rehearsal.pod import Rehearsal
from tests.unit.fake_cluster import (
    ARM,
    BOTH,
    IMAGE,
    NOT_FOUND,
    PULLED,
    PULLING,
    SPEC,
    FakeCluster,
    Json,
    node,
    one,
    refused,
)

BROKEN = ClusterError("etcdserver: leader changed", 403)
ONLY_AMD = Answer(Outcome.PRESENT, 200, platforms=("linux/amd64",))
SILENT = Answer(Outcome.UNREACHABLE, said="no answer in time")
PRESENT = Answer(Outcome.PRESENT, 200)


class Reaper:
    """Remembers what it was told; or cannot be started."""

    released = False
    error: OSError | None = None

    def __init__(self, *_: object) -> None:
        Reaper.released = False
        if Reaper.error is not None:
            raise Reaper.error

    def release(self) -> None:
        Reaper.released = True


class Place:
    """A cluster, a registry, and what was said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[str] = []
        self.answers: Sequence[Answer | Exception | None] = []
        self.there = True
        self.asked_at_all: list[str] = []
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(module, "Reaper", Reaper)
        monkeypatch.setattr(module, "second_opinion", self._opinion)
        monkeypatch.setattr(module, "registry_answers", self._at_all)
        monkeypatch.setattr(Reaper, "error", None)

    def check(self, cluster: FakeCluster, seconds: float = 0, spec: Json | None = None) -> Report:
        def connected(*_: object) -> FakeCluster:
            return cluster

        self._monkeypatch.setattr(module, "connect_text", connected)
        login, rehearsal = ClusterLogin("kubeconfig"), Rehearsal("shop", "web", spec or SPEC)
        return check_pull(login, rehearsal, Budget(seconds), Facts(), say=self.said.append)

    def refusal(self, *args: Any, **more: Any) -> str:
        with pytest.raises(PullRefusedError) as error:
            self.check(*args, **more)
        return str(error.value)

    def _opinion(self, *_: object) -> Answer | None:
        """The next answer; the last one stays."""
        answer, *later = self.answers or [None]
        self.answers = later or [answer]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _at_all(self, image: str) -> bool:
        self.asked_at_all.append(image)
        return self.there


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(monkeypatch)


# Tidying up


def never_removes(looks: list[Json]) -> FakeCluster:
    return FakeCluster(one(looks), errors=lambda verb, _: BROKEN if verb == "delete" else None)


def test_pods_that_are_left_are_left_to_the_reaper_and_told_of(place: Place) -> None:
    report = place.check(never_removes([PULLED]))
    assert not Reaper.released
    assert "remove its pods" in report.warnings[0]
    place.check(FakeCluster(one([PULLED])))
    assert Reaper.released


def test_pods_that_are_left_by_a_refusal_too(place: Place) -> None:
    assert "not-found (permanent)" in place.refusal(never_removes([refused(NOT_FOUND)]))
    assert not Reaper.released
    assert "remove its pods" in place.said[0]
    place.refusal(FakeCluster(one([refused(NOT_FOUND)])))
    assert Reaper.released


def test_a_machine_without_room_for_a_reaper_is_told_and_deploys(place: Place) -> None:
    Reaper.error = BlockingIOError(11, "Resource temporarily unavailable")
    assert place.check(FakeCluster(one([PULLED]))).pulled
    (said,) = place.said
    assert said.startswith("its pods stay if this program is killed")
    assert "Resource temporarily unavailable" in said


# The registry's word


@pytest.mark.parametrize("error", [KeyError("a bug"), UnicodeDecodeError("utf-8", b"x", 0, 1, "bad")])
def test_a_second_opinion_that_cannot_be_had_is_no_failure(place: Place, error: Exception) -> None:
    place.answers = [error]
    assert place.check(FakeCluster(one([PULLED]))).pulled


POOLS = (node("n1"), node("n2"), node("n3", ARM, labels={"karpenter.sh/nodepool": "spot"}))


def test_an_image_for_one_processor_is_refused_where_the_pod_may_land_on_the_other(place: Place) -> None:
    place.answers = [ONLY_AMD]
    cluster = FakeCluster({"amd64": [[PULLED]], ARM: [[PULLED]]}, nodes=POOLS)
    text = place.refusal(cluster, spec={**SPEC, "nodeSelector": {"kubernetes.io/os": "linux"}})
    assert "wrong-architecture (permanent)" in text
    assert "the image is for linux/amd64; the pod may also land on linux/arm64, pool spot (n3)" in text
    assert "keep the pod to linux/amd64 by a nodeSelector" in text


@pytest.mark.parametrize(
    ("arch", "offered"),
    [("amd64", ("linux/amd64",)), ("", ("linux/amd64", "linux/arm64/v8")), ("", ())],
)
def test_one_that_fits_all_nodes_that_the_pod_may_land_on_is_right(
    place: Place, arch: str, offered: tuple[str, ...]
) -> None:
    place.answers = [Answer(Outcome.PRESENT, 200, platforms=offered)]
    selector = {"nodeSelector": {"kubernetes.io/arch": arch}} if arch else {}
    cluster = FakeCluster({"amd64": [[PULLED]], ARM: [[PULLED]]}, nodes=BOTH)
    assert place.check(cluster, spec={**SPEC, **selector}).pulled


def test_many_nodes_of_the_other_kind_are_counted(place: Place) -> None:
    place.answers = [ONLY_AMD]
    nodes = (node("n0"), *(node(f"n{index}", ARM) for index in range(1, 6)))
    cluster = FakeCluster({"amd64": [[PULLED]], ARM: [[PULLED]]}, nodes=nodes)
    assert "linux/arm64 (n1, n2, n3 and 2 more)" in place.refusal(cluster)


def test_an_image_that_is_only_mounted_may_be_for_any_processor(place: Place) -> None:
    model = {"name": "model", "image": {"reference": "registry.example.com/model:1"}}
    place.answers = [PRESENT, Answer(Outcome.PRESENT, 200, platforms=("linux/s390x",))]
    looks = {"phase": "Pending", "containerStatuses": PULLED["containerStatuses"] * 2}
    assert place.check(FakeCluster(one([looks])), spec={**SPEC, "volumes": [model]}).pulled


# A registry that says nothing


def test_a_registry_that_answers_and_is_silent_of_the_image_is_silent_to_everybody(place: Place) -> None:
    place.answers = [SILENT]
    text = place.refusal(FakeCluster(one([PULLING])))
    assert "unreachable (transient)" in text
    assert "no answer to this machine, nor to the nodes (linux/amd64)" in text
    assert place.asked_at_all == [IMAGE]


def test_a_registry_that_this_machine_does_not_reach_refuses_no_pull_that_is_only_slow(place: Place) -> None:
    place.answers, place.there = [SILENT], False
    slow, unknown = place.check(FakeCluster(one([PULLING]))).warnings
    assert "takes longer than 0 s" in slow
    assert unknown.startswith(f"the registry of {IMAGE} does not answer this machine")


@pytest.mark.parametrize("answers", [[PRESENT, SILENT], [SILENT, PRESENT], [SILENT, None], [None]])
def test_a_registry_that_answered_once_is_not_silent(
    place: Place, answers: Sequence[Answer | Exception | None]
) -> None:
    place.answers = answers
    assert len(place.check(FakeCluster(one([PULLING]))).warnings) == 1
    assert place.asked_at_all == []


def test_nor_is_one_that_gave_the_image_to_some_nodes(place: Place) -> None:
    place.answers = [SILENT]
    cluster = FakeCluster({"amd64": [[PULLED]], ARM: [[PULLING]]}, nodes=BOTH)
    assert [each.platform for each in place.check(cluster, 0.3).pulled] == ["linux/amd64"]
    assert place.asked_at_all == []


def test_a_question_about_the_registry_that_fails_is_no_answer(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: str) -> bool:
        raise RuntimeError

    handler: Callable[[str], bool] = fails
    monkeypatch.setattr(module, "registry_answers", handler)
    place.answers = [SILENT]
    assert len(place.check(FakeCluster(one([PULLING]))).warnings) == 2
