"""`python -m ops diagnose` on a cluster that is a value."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.__main__ import app
from ops.diagnose import Found, Health, Question, diagnoses, health, show
from ops.scope import NoSuchWorkloadError, NotReadError
from pulls.cluster import ClusterError
from pulls.diagnosis import Diagnosis, Facts
from pulls.registry.ask import Answer, Outcome
from tests.unit.fake_cluster import FakeCluster, Json, failing
from tests.unit.plain_api import Reply, plain_api
from tests.unit.pull_objects import (
    IMAGE,
    NEW,
    OLD,
    condition,
    container,
    controller,
    deployment,
    ended,
    event,
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
    return [*diagnoses(cluster(*pods, **lists), question, Facts()).diagnoses]


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
    [
        "deployment/web",
        "Deployment/web",
        "deploy/web",
        "deployments/web",
        "deployment.apps/web",
        "deployments.v1.apps/web",
        f"rs/{NEW}",
        f"replicaset/{NEW}",
        "pod/a",
    ],
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


@pytest.mark.parametrize(
    "workload",
    ["web", "service/web", "deployment/", "/web", "", "deployment/web/x", "deployment.batch/web", "pod.x/web", "/"],
)
def test_what_is_no_workload_is_told_with_what_is(workload: str) -> None:
    with pytest.raises(NoSuchWorkloadError, match="is none of deployment/NAME, ") as error:
        found(of(workload), pod(FAILED))
    assert repr(workload) in str(error.value)


def test_a_workload_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(
        NoSuchWorkloadError, match=r"no Deployment 'wbe' in namespace 'shop'; there: web; did you mean web\?$"
    ):
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


# What may not be read


FORBIDDEN = ClusterError("the cluster refuses GET: may not", 403)


def forbidding(there: FakeCluster, *lists: str) -> FakeCluster:
    there.errors = failing(*(("list", each, FORBIDDEN) for each in lists))
    return there


@pytest.mark.parametrize(
    ("workload", "refused"),
    [
        (None, "deployments"),
        (None, "replicasets"),
        (None, "statefulsets"),
        (None, "daemonsets"),
        (None, "jobs"),
        (None, "events"),
        ("deployment/web", "replicasets"),
        ("deployment/web", "events"),
        ("pod/web-7d4b9c6f5-x2x9p", "events"),
    ],
)
def test_nothing_found_is_not_healthy_where_a_needed_list_may_not_be_read(workload: str | None, refused: str) -> None:
    there = forbidding(cluster(pod(healthy())), refused)
    with pytest.raises(NotReadError, match=f"{refused} of namespace 'shop' cannot be read: .*may not; try: kubectl"):
        diagnoses(there, Question("shop", workload, ask_registry=False), Facts())


@pytest.mark.parametrize(
    ("workload", "refused"), [(None, "nodes"), ("deployment/web", "jobs"), ("deployment/web", "nodes")]
)
def test_a_list_that_is_not_needed_is_a_note(workload: str | None, refused: str) -> None:
    there = forbidding(cluster(pod(healthy())), refused)
    result = diagnoses(there, Question("shop", workload, ask_registry=False), Facts())
    assert (result.diagnoses, result.notes) == ([], (f"{refused} cannot be read: the cluster refuses GET: may not",))


def test_what_is_found_all_the_same_is_told_with_what_could_not_be_read() -> None:
    refused = condition("ReplicaFailure", "True", "FailedCreate", 'admission webhook "v" denied the request: no')
    there = forbidding(cluster(deployments=[deployment(refused)]), "replicasets", "events")
    for question in (QUIET, of("deployment/web")):
        result = diagnoses(there, question, Facts())
        assert [each.code for each in result.diagnoses] == ["admission-denied"]
        assert [each.split(" ")[0] for each in result.notes] == ["events", "replicasets"]
        there = forbidding(there, "replicasets", "events")


@pytest.mark.parametrize("workload", ["deployment/web", "statefulset/db", "cronjob/nightly"])
def test_a_kind_that_may_not_be_listed_is_not_said_to_be_absent(workload: str) -> None:
    lists = ("deployments", "statefulsets", "jobs")
    with pytest.raises(NotReadError, match=r"cannot be read: .*may not"):
        diagnoses(forbidding(cluster(pod(FAILED)), *lists), of(workload), Facts())


# What is not there


NAMESPACE = {"namespaces": [{"metadata": {"name": "shop"}}]}


def test_an_empty_namespace_that_exists_is_healthy_and_said_to_be_empty() -> None:
    result = diagnoses(FakeCluster(lists=NAMESPACE), QUIET, Facts())
    assert (result.diagnoses, result.notes) == ([], ("there is no pod and nothing that makes one",))


def test_a_namespace_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(NoSuchWorkloadError, match=r"there is no namespace 'shop'$"):
        diagnoses(FakeCluster(), QUIET, Facts())
    near = FakeCluster(lists={"namespaces": [{"metadata": {"name": each}} for each in ("default", "shops")]})
    with pytest.raises(NoSuchWorkloadError, match=r"there is no namespace 'shop'; did you mean shops\?$"):
        diagnoses(near, QUIET, Facts())
    near.errors = failing(("list", "namespaces", FORBIDDEN))
    with pytest.raises(NoSuchWorkloadError, match=r"there is no namespace 'shop'$"):
        diagnoses(near, QUIET, Facts())


def test_an_empty_namespace_that_may_not_be_asked_for_may_be_a_wrong_name() -> None:
    there = FakeCluster(errors=failing(("get", "shop", FORBIDDEN)))
    with pytest.raises(NoSuchWorkloadError, match=r"nothing is there in namespace 'shop', and .*may not"):
        diagnoses(there, QUIET, Facts())
    there.lists = {"deployments": [deployment()]}
    assert diagnoses(there, QUIET, Facts()) == Found([], ())


# CronJobs


def job_of(cron_job: str, name: str, created: float) -> Json:
    return controller("Job", name, owner=("CronJob", cron_job), created=created)


@pytest.mark.parametrize("workload", ["cronjob/nightly", "cj/nightly", "cronjobs.batch/nightly"])
def test_a_cron_job_is_its_newest_job(workload: str) -> None:
    jobs = [job_of("nightly", "n-2", 20), job_of("nightly", "n-1", 10), job_of("other", "o-9", 90)]
    broken, crashed = pod(FAILED, name="a", owner=("Job", "n-2")), pod(CRASHED, name="b", owner=("Job", "n-1"))
    foreign = pod(CRASHED, name="c", owner=("Job", "o-9"))
    assert [each.workload for each in found(of(workload), broken, crashed, foreign, jobs=jobs)] == ["Job/n-2"]


def test_a_cron_job_without_a_job_is_told_and_one_that_is_not_there_too() -> None:
    there = cluster(pod(healthy()), cronjobs=[{"metadata": {"name": "nightly"}}])
    assert diagnoses(there, of("cronjob/nightly"), Facts()).notes == ("it has made no Job yet, or none is left",)
    with pytest.raises(NoSuchWorkloadError, match=r"no CronJob 'nightyl' .*there: nightly; did you mean nightly\?$"):
        diagnoses(there, of("cronjob/nightyl"), Facts())
    there.errors = failing(("list", "cronjobs", FORBIDDEN))
    with pytest.raises(NoSuchWorkloadError, match=r"no CronJob 'x' in namespace 'shop'$"):
        diagnoses(there, of("cronjob/x"), Facts())
    there.errors = failing(("get", "x", FORBIDDEN))
    with pytest.raises(NotReadError, match=r"CronJob 'x' has no Job .*may not"):
        diagnoses(there, of("cronjob/x"), Facts())


# Pulls that hang


HANGING = event("Pulling", f'Pulling image "{IMAGE}"', 0)


def hanging() -> FakeCluster:
    there = cluster(pod(container(waiting("ContainerCreating"))))
    there.events = [HANGING]
    return there


@pytest.mark.parametrize("outcome", [Outcome.UNREACHABLE, Outcome.DNS, Outcome.PRESENT, Outcome.NOT_FOUND, None])
def test_a_pull_that_hangs_is_explained_only_by_a_registry_that_answers_nobody(
    outcome: Outcome | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opinion(*_: object) -> Answer | None:
        return None if outcome is None else Answer(outcome, with_login=True)

    monkeypatch.setattr("pulls.opinions.second_opinion", opinion)
    (each,) = diagnoses(hanging(), Question("shop", "deployment/web"), Facts()).diagnoses
    assert each.text.startswith("pulling since 2026-01-05T10:00:00Z")
    assert each.code == ("unreachable" if outcome is Outcome.UNREACHABLE else "unknown")


# The registry


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Json, str]]:
    questions: list[tuple[str, Json, str]] = []

    def opinion(_: object, namespace: str, spec: Json, image: str) -> Answer:
        questions.append((namespace, spec, image))
        return Answer(Outcome.NOT_FOUND, 404, "manifest unknown")

    monkeypatch.setattr("pulls.opinions.second_opinion", opinion)
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


def shown(question: Question, results: list[Diagnosis], *notes: str, as_document: bool) -> str:
    out = io.StringIO()
    show(Found(results, notes), question, out, as_document=as_document)
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


def test_notes_come_last_for_a_person_and_have_a_key_for_a_script() -> None:
    assert shown(QUIET, [], "one", "two", as_document=False) == (
        "namespace shop: nothing is wrong\n\nnote: one\nnote: two\n"
    )
    assert json.loads(shown(QUIET, [], "one", as_document=True))["notes"] == ["one"]


def test_a_script_is_told_what_was_asked() -> None:
    document: dict[str, Any] = json.loads(shown(of("deployment/web"), [], as_document=True))
    assert document == {
        "schema": 3,
        "namespace": "shop",
        "workload": "deployment/web",
        "health": "healthy",
        "notes": [],
        "diagnoses": [],
    }


def test_no_credential_of_a_text_is_shown() -> None:
    text = f"{NOT_FOUND} Authorization: Bearer hunter2-Is-The-Passw0rd"
    results = found(QUIET, pod(container(waiting("ErrImagePull", text))))
    for as_document in (True, False):
        assert "hunter2" not in shown(QUIET, results, as_document=as_document)


@pytest.mark.parametrize("context", ["other", None])
def test_the_command_names_the_context_that_it_was_given(context: str | None, tmp_path: Path) -> None:
    file, broken = tmp_path / "kubeconfig", pod(CRASHED)
    with plain_api(lambda asked: Reply(200, {"items": [broken] if asked.path.endswith("/pods") else []})) as api:
        file.write_text(api.kubeconfig)
        options = ["diagnose", "--kubeconfig", str(file), "-n", "shop", *(["--context", context] if context else [])]
        done = CliRunner().invoke(app, options)
    assert done.exit_code == 3, done.output
    assert ("kubectl --context other -n shop logs" in done.output) is (context is not None)
