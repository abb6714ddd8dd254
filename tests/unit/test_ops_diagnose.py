"""`python -m ops diagnose` on a cluster that is a value."""

import io
import json
from collections.abc import Sequence
from typing import Any

import pytest

from ops import diagnose as module
from ops.diagnose import Health, NoSuchWorkloadError, Question, diagnoses, health, show
from pulls.cluster import ClusterError
from pulls.diagnosis import Diagnosis, Facts
from pulls.registry.ask import Answer, Outcome
from tests.unit.fake_cluster import FakeCluster, Json, failing
from tests.unit.pull_objects import (
    IMAGE,
    NEW,
    OLD,
    container,
    controller,
    deployment,
    ended,
    healthy,
    pod,
    replica_set,
    waiting,
)

NOT_FOUND = f'failed to resolve reference "{IMAGE}": {IMAGE}: not found'
FAILED = container(waiting("ErrImagePull", NOT_FOUND))
STRANGE = container(waiting("ErrImagePull", "the moon is wrong"))
CRASHED = container(waiting("CrashLoopBackOff", "back-off"), last=ended(1), restarts=3)
QUIET = Question("shop", ask_registry=False)


def cluster(*pods: Json, **lists: Sequence[Json]) -> FakeCluster:
    old = replica_set(OLD, revision=1, ready=1)
    return FakeCluster(
        lists={"pods": pods, "deployments": [deployment()], "replicasets": [replica_set(), old], **lists}
    )


def found(question: Question, *pods: Json, **lists: Sequence[Json]) -> list[Diagnosis]:
    return diagnoses(cluster(*pods, **lists), question, Facts())


def of(workload: str) -> Question:
    return Question("shop", workload, ask_registry=False)


def test_where_all_is_well_nothing_is_found() -> None:
    assert found(QUIET, pod(healthy())) == []


def test_a_whole_namespace_shows_the_same_trouble_once_with_its_nodes() -> None:
    pods = [pod(FAILED), pod(FAILED, name="b", node="node-3"), pod(healthy(), name="c", node="node-1")]
    (each,) = found(QUIET, *pods)
    assert (each.code, each.where, each.workload) == ("not-found", "2 of 3 nodes (node-2, node-3)", "Deployment/web")


def test_different_troubles_are_told_apart() -> None:
    other = pod(CRASHED, name="b", owner=("Job", "seed"))
    jobs = [controller("Job", "seed", spec={}, status={})]
    assert sorted(each.code for each in found(QUIET, pod(FAILED), other, jobs=jobs)) == ["crash-loop", "not-found"]


@pytest.mark.parametrize(
    "workload",
    ["deployment/web", "Deployment/web", "deploy/web", "deployments/web", f"rs/{NEW}", f"replicaset/{NEW}", "pod/a"],
)
def test_one_workload_is_looked_at_by_any_name_that_kubectl_takes(workload: str) -> None:
    pods = [pod(FAILED, name="a"), pod(CRASHED, name="b", owner=("Job", "seed"))]
    jobs = [controller("Job", "seed")]
    assert [each.code for each in found(of(workload), *pods, jobs=jobs)] == ["not-found"]
    assert [each.code for each in found(of("job/seed"), *pods, jobs=jobs)] == ["crash-loop"]


@pytest.mark.parametrize(
    ("kind", "list_name", "short"),
    [("StatefulSet", "statefulsets", "sts"), ("DaemonSet", "daemonsets", "ds")],
)
def test_other_controllers_have_their_short_names_too(kind: str, list_name: str, short: str) -> None:
    there = [controller(kind, "db", status={"observedGeneration": 3})]
    mine = pod(FAILED, owner=(kind, "db"))
    assert [each.code for each in found(of(f"{short}/db"), mine, **{list_name: there})] == ["not-found"]


@pytest.mark.parametrize("workload", ["web", "service/web", "deployment/", "/web", ""])
def test_what_is_no_workload_is_told_with_what_is(workload: str) -> None:
    with pytest.raises(NoSuchWorkloadError, match="is none of deployment/NAME, ") as error:
        found(of(workload), pod(FAILED))
    assert repr(workload) in str(error.value)


def test_a_workload_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(NoSuchWorkloadError, match=r"no Deployment 'wbe' in namespace 'shop'; there: web$"):
        found(of("deployment/wbe"), pod(FAILED))
    with pytest.raises(NoSuchWorkloadError, match=r"there: none$"):
        found(of("job/wbe"), pod(FAILED))


def test_a_workload_that_is_there_and_well_is_healthy() -> None:
    assert found(of("deployment/web"), pod(healthy())) == []


def test_a_cluster_that_does_not_answer_is_an_error() -> None:
    silent = cluster(pod(FAILED))
    silent.errors = failing(("list", "pods", ClusterError("no answer")))
    with pytest.raises(ClusterError):
        diagnoses(silent, QUIET, Facts())


def test_it_only_reads() -> None:
    there = cluster(pod(FAILED), pod(CRASHED, name="b"))
    diagnoses(there, QUIET, Facts())
    assert {verb for verb, _ in there.asked} == {"list", "logs"}


# The registry


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Json, str]]:
    questions: list[tuple[str, Json, str]] = []

    def opinion(_: object, namespace: str, spec: Json, image: str) -> Answer:
        questions.append((namespace, spec, image))
        return Answer(Outcome.NOT_FOUND, 404, "manifest unknown")

    monkeypatch.setattr(module, "second_opinion", opinion)
    return questions


def test_the_registry_is_asked_once_for_an_image_with_its_pods_secrets(asked: list[tuple[str, Json, str]]) -> None:
    spec = {"imagePullSecrets": [{"name": "regcred"}]}
    other = container(waiting("ErrImagePull", NOT_FOUND), name="two")
    results = found(Question("shop"), pod(FAILED, other, spec=spec), pod(FAILED, name="b"))
    ((namespace, used, image),) = asked
    assert (namespace, used["imagePullSecrets"], image) == ("shop", spec["imagePullSecrets"], IMAGE)
    assert [each.witnesses for each in results] == [("kubelet", "registry")] * 2


def test_the_registry_is_left_alone_when_it_is_not_wanted_or_no_pull_is_at_fault(
    asked: list[tuple[str, Json, str]],
) -> None:
    found(QUIET, pod(FAILED))
    found(Question("shop"), pod(CRASHED))
    assert asked == []


# What is shown


def shown(question: Question, results: list[Diagnosis], *, as_document: bool) -> str:
    out = io.StringIO()
    show(results, question, out, as_document=as_document)
    return out.getvalue()


@pytest.mark.parametrize(
    ("pods", "code"),
    [
        ([pod(healthy())], Health.HEALTHY),
        ([pod(FAILED)], Health.DIAGNOSED),
        ([pod(CRASHED)], Health.DIAGNOSED),
        ([pod(STRANGE)], Health.UNKNOWN),
        ([pod(STRANGE), pod(CRASHED, name="b", owner=None)], Health.UNKNOWN),
    ],
)
def test_the_exit_code_tells_healthy_diagnosed_and_unknown(pods: list[Json], code: Health) -> None:
    results = found(QUIET, *pods)
    assert health(results) is code
    document: dict[str, Any] = json.loads(shown(QUIET, results, as_document=True))
    assert document["health"] == code.name.lower()
    assert len(document["diagnoses"]) == len(results)


def test_a_person_reads_one_paragraph_for_each() -> None:
    results = found(QUIET, pod(FAILED), pod(CRASHED, name="b", owner=None))
    first, second = shown(QUIET, results, as_document=False).split("\n\n")
    assert first.startswith("not-found (permanent) on 1 of 1 node (node-2): ")
    assert second.startswith("crash-loop on 1 of 1 node (node-2): ")


@pytest.mark.parametrize(
    ("question", "place"), [(QUIET, "namespace shop"), (of("deployment/web"), "deployment/web in shop")]
)
def test_a_person_is_told_when_nothing_is_wrong(question: Question, place: str) -> None:
    assert shown(question, [], as_document=False) == f"{place}: nothing is wrong\n"


def test_a_script_is_told_what_was_asked() -> None:
    document: dict[str, Any] = json.loads(shown(of("deployment/web"), [], as_document=True))
    assert document == {
        "schema": 1,
        "namespace": "shop",
        "workload": "deployment/web",
        "health": "healthy",
        "diagnoses": [],
    }


def test_no_credential_of_a_text_is_shown() -> None:
    text = f"{NOT_FOUND} Authorization: Bearer hunter2-Is-The-Passw0rd"
    results = found(QUIET, pod(container(waiting("ErrImagePull", text))))
    for as_document in (True, False):
        assert "hunter2" not in shown(QUIET, results, as_document=as_document)
