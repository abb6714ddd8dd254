"""Controllers that get no pods, Jobs that try again, and time limits that pass without a cause."""

from typing import Any

import pytest

from pulls.kubelet.objects import Snapshot
from pulls.kubelet.symptom import SymptomKind
from pulls.kubelet.symptoms import symptoms
from tests.unit.pull_objects import (
    NEW,
    Json,
    condition,
    container,
    controller,
    deployment,
    ended,
    event,
    healthy,
    kinds,
    moment,
    pod,
    replica_set,
    running,
    seen,
    time,
    waiting,
)

REFUSED = 'pods "web-7d4b9c6f5-" is forbidden: ValidatingAdmissionPolicy "only-ours" denied request: image not allowed'

TOO_LATE = condition(
    "Progressing", "False", "ProgressDeadlineExceeded", 'ReplicaSet "web" has timed out progressing.', 600
)


def job(*conditions: Json, **more: Any) -> Json:
    return controller("Job", "migrate", status={"conditions": list(conditions), **more})


def try_of_job(name: str, *made: Any, phase: str, created: float, **more: Any) -> Json:
    spec = {"restartPolicy": "Never"}
    return pod(*made, name=name, owner=("Job", "migrate"), phase=phase, created=created, spec=spec, **more)


def refused_event(kind: str, name: str, at: float = 5, text: str = f"Error creating: {REFUSED}") -> Json:
    return event("FailedCreate", text, at, about=(kind, name), path=None, first=1)


def created_event(kind: str, name: str, at: float) -> Json:
    return event("SuccessfulCreate", "Created pod: x", at, about=(kind, name), path=None)


FIRST = try_of_job("migrate-a", container(ended(1)), phase="Failed", created=0)


def test_a_job_whose_pod_fails_is_told_at_once_and_for_good() -> None:
    (found,) = seen(FIRST, jobs=[job(failed=1)])
    assert (found.kind, found.workload, found.pod, found.settled) == ("crash-loop", "Job/migrate", "migrate-a", True)


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (try_of_job("migrate-b", healthy(), phase="Running", created=20), 0),
        (try_of_job("migrate-b", container(ended(0)), phase="Succeeded", created=20), 0),
        (try_of_job("migrate-b", container(waiting("ContainerCreating")), phase="Pending", created=20), 1),
        (try_of_job("migrate-b", container(ended(1)), phase="Failed", created=20), 2),
        (try_of_job("migrate-0", healthy(), phase="Running", created=0), 1),
        (try_of_job("migrate-0", healthy(), phase="Succeeded", created=-20), 1),
        (
            try_of_job(
                "migrate-b",
                healthy(),
                phase="Running",
                created=20,
                annotations={"batch.kubernetes.io/job-completion-index": "1"},
            ),
            1,
        ),
    ],
)
def test_a_failed_try_of_a_job_is_past_when_the_next_one_serves(second: Json, told: int) -> None:
    assert len(seen(FIRST, second, jobs=[job(failed=1)])) == told


def test_a_failed_try_of_a_job_that_is_complete_is_past() -> None:
    assert seen(FIRST, jobs=[job(condition("Complete", "True", "CompletionsReached"), failed=1, succeeded=1)]) == []


def test_a_job_that_failed_without_a_pod_left_shows_its_reason() -> None:
    over = condition("Failed", "True", "DeadlineExceeded", "Job was active longer than specified deadline", 60)
    (found,) = seen(jobs=[job(over)])
    assert (found.kind, found.workload, found.reason) == ("deadline", "Job/migrate", "DeadlineExceeded")
    assert (found.message, found.first_seen) == ("Job was active longer than specified deadline", moment(60))
    assert kinds(seen(FIRST, jobs=[job(over)])) == [("crash-loop", "Job/migrate", "Error")]


MAKERS: list[Any] = [
    ("ReplicaSet", NEW, "Deployment/web", {"replica_sets": [replica_set()]}),
    ("StatefulSet", "db", "StatefulSet/db", {"stateful_sets": [controller("StatefulSet", "db", spec={"replicas": 2})]}),
    ("StatefulSet", "db", "StatefulSet/db", {"stateful_sets": [controller("StatefulSet", "db")]}),
    (
        "DaemonSet",
        "agent",
        "DaemonSet/agent",
        {"daemon_sets": [controller("DaemonSet", "agent", status={"desiredNumberScheduled": 3})]},
    ),
    ("Job", "migrate", "Job/migrate", {"jobs": [job()]}),
]


@pytest.mark.parametrize(("kind", "name", "workload", "lists"), MAKERS)
def test_a_controller_that_may_not_make_pods_shows_the_refusal(
    kind: str, name: str, workload: str, lists: Json
) -> None:
    snapshot = Snapshot(events=[refused_event(kind, name)], **lists)
    (found,) = symptoms(snapshot)
    assert (found.kind, found.workload, found.reason) == (SymptomKind.NO_POD, workload, "FailedCreate")
    assert (found.pod, found.node, found.image) == (None, None, None)
    assert REFUSED in found.message
    assert found.first_seen == moment(1)


@pytest.mark.parametrize(("kind", "name", "workload", "lists"), MAKERS)
@pytest.mark.parametrize(("at", "told"), [(4, 1), (6, 0)])
def test_a_refusal_is_past_once_a_pod_was_made(
    *, kind: str, name: str, workload: str, lists: Json, at: float, told: int
) -> None:
    events = [refused_event(kind, name, 5), created_event(kind, name, at)]
    assert [each.workload for each in symptoms(Snapshot(events=events, **lists))] == [workload] * told


def test_a_replica_set_says_itself_that_it_may_not_make_pods() -> None:
    says = [condition("ReplicaFailure", "True", "FailedCreate", REFUSED)]
    (found,) = seen(replica_sets=[replica_set(conditions=says)])
    assert (found.kind, found.workload, found.message) == (SymptomKind.NO_POD, "Deployment/web", REFUSED)


REPEATED = condition("ReplicaFailure", "True", "FailedCreate", REFUSED)


def test_a_deployment_repeats_the_refusal_to_whoever_may_not_look_at_its_replica_sets() -> None:
    (found,) = seen(deployments=[deployment(REPEATED)], replica_sets=[])
    assert (found.kind, found.workload, found.reason) == ("no-pod", "Deployment/web", "FailedCreate")
    assert (found.message, found.settled) == (REFUSED, True)


@pytest.mark.parametrize(
    "lists",
    [
        {"deployments": [deployment(REPEATED)]},
        {"deployments": [deployment(REPEATED, observed=2)], "replica_sets": []},
        {"deployments": [deployment(REPEATED | {"status": "False"})], "replica_sets": []},
        {"deployments": [deployment(REPEATED | {"reason": "FailedDelete"})], "replica_sets": []},
    ],
)
def test_a_refusal_is_not_a_deployments_to_tell_when_its_replica_sets_are_seen_or_it_is_past(lists: Json) -> None:
    assert seen(**lists) == []


def test_a_replica_set_that_cannot_delete_pods_is_refused_none() -> None:
    says = [condition("ReplicaFailure", "True", "FailedDelete", "pods is forbidden")]
    assert seen(replica_sets=[replica_set(conditions=says)]) == []


@pytest.mark.parametrize(
    ("sets", "pods"),
    [
        ([replica_set()], [pod(healthy(), phase="Running")]),
        ([replica_set(spec={})], [pod(healthy(), phase="Running")]),
        ([replica_set(replicas=0)], []),
        ([replica_set(deletionTimestamp=time(3))], []),
    ],
)
def test_a_controller_that_has_or_wants_no_more_pods_is_no_symptom(sets: list[Json], pods: list[Json]) -> None:
    assert seen(*pods, replica_sets=sets, events=[refused_event("ReplicaSet", NEW)]) == []


@pytest.mark.parametrize(
    "not_there", [pod(healthy(), deletionTimestamp=time(3)), pod(container(None), name="b", phase="Failed")]
)
def test_a_pod_that_goes_or_has_failed_is_not_one_that_is_there(not_there: Json) -> None:
    assert kinds(seen(not_there, events=[refused_event("ReplicaSet", NEW)])) == [
        ("no-pod", "Deployment/web", "FailedCreate")
    ]


@pytest.mark.parametrize(("wanted", "told"), [(1, 0), (2, 1)])
def test_a_daemon_set_wants_as_many_pods_as_it_has_nodes(wanted: int, told: int) -> None:
    agents = controller("DaemonSet", "agent", status={"desiredNumberScheduled": wanted})
    runs = pod(healthy(), owner=("DaemonSet", "agent"), phase="Running")
    assert len(seen(runs, daemon_sets=[agents], events=[refused_event("DaemonSet", "agent")])) == told


def test_one_pod_too_few_is_told_beside_those_that_serve() -> None:
    found = seen(
        pod(healthy(), phase="Running"),
        replica_sets=[replica_set(replicas=2)],
        events=[refused_event("ReplicaSet", NEW)],
    )
    assert kinds(found) == [("no-pod", "Deployment/web", "FailedCreate")]


@pytest.mark.parametrize(
    "status", [{"succeeded": 1}, {"failed": 1}, {"conditions": [condition("Complete", "True", "x")]}]
)
def test_a_job_that_has_had_pods_is_not_refused_them(status: Json) -> None:
    done = controller("Job", "migrate", status=status)
    assert symptoms(Snapshot(jobs=[done], events=[refused_event("Job", "migrate")])) == []


def test_a_job_that_has_failed_wants_no_pods_any_more() -> None:
    over = job(condition("Failed", "True", "DeadlineExceeded", "too long"))
    found = symptoms(Snapshot(jobs=[over], events=[refused_event("Job", "migrate")]))
    assert kinds(found) == [("deadline", "Job/migrate", "DeadlineExceeded")]


@pytest.mark.parametrize(("spec", "told"), [({"suspend": True}, 0), ({"parallelism": 0}, 0), ({"parallelism": 2}, 1)])
def test_a_job_that_is_held_back_wants_no_pods(spec: Json, told: int) -> None:
    asleep = controller("Job", "migrate", spec=spec)
    assert len(symptoms(Snapshot(jobs=[asleep], events=[refused_event("Job", "migrate")]))) == told


def test_a_deployment_that_may_not_even_make_its_replica_set_is_told() -> None:
    no = deployment(
        condition("Progressing", "False", "ReplicaSetCreateError", "exceeded quota: count/replicasets.apps")
    )
    assert kinds(symptoms(Snapshot(deployments=[no]))) == [("no-pod", "Deployment/web", "ReplicaSetCreateError")]


def test_a_deadline_is_told_when_nothing_else_says_why() -> None:
    (found,) = seen(pod(container(running())), deployments=[deployment(TOO_LATE)])
    assert (found.kind, found.reason, found.first_seen) == ("deadline", "ProgressDeadlineExceeded", moment(600))


@pytest.mark.parametrize(
    ("pods", "late"),
    [
        ([pod(container(waiting("ErrImagePull", "x")))], deployment(TOO_LATE)),
        ([], deployment(TOO_LATE, observed=2)),
        ([], deployment(condition("Progressing", "True", "NewReplicaSetAvailable"))),
    ],
)
def test_a_deadline_with_a_cause_or_of_an_earlier_change_is_not_told(pods: list[Json], late: Json) -> None:
    assert SymptomKind.DEADLINE not in {each.kind for each in seen(*pods, deployments=[late])}


@pytest.mark.parametrize(
    ("text", "until", "settled"),
    [
        ('error looking up service account shop/default: serviceaccount "default" not found', 6, False),
        ('error looking up service account shop/default: serviceaccount "default" not found', 7, True),
        (REFUSED, 1, True),
    ],
)
def test_an_account_that_comes_with_its_namespace_is_waited_for(text: str, until: float, settled: bool) -> None:
    says = [condition("ReplicaFailure", "True", "FailedCreate", text)]
    events = [refused_event("ReplicaSet", NEW, until, text)]
    (found,) = seen(replica_sets=[replica_set(conditions=says)], events=events)
    assert found.settled is settled
    assert seen(replica_sets=[replica_set(conditions=says)])[0].settled is (text == REFUSED)
