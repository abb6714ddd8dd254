"""What is wrong with a pod as a whole: no node, no volume, no sandbox, or its node ended it."""

from typing import Any

import pytest

from pulls.diagnosis import Facts, as_text, diagnose
from pulls.kubelet.symptom import SymptomKind
from tests.unit.pull_objects import (
    Json,
    condition,
    container,
    ended,
    event,
    healthy,
    kinds,
    moment,
    pod,
    replica_set,
    running,
    scheduler_event,
    seen,
    waiting,
)

NO_ROOM = "0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No victims found."

CLAIM, NODES = SymptomKind.VOLUME_CLAIM, SymptomKind.UNSCHEDULABLE
NOT_HELPFUL = "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."

NO_SECRET = 'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found'

NO_NETWORK = (
    'Failed to create pod sandbox: rpc error: plugin type="bridge" failed (add): no IP addresses available in range set'
)

CREATING = container(waiting("ContainerCreating"))

PAUSES = [
    (
        "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "
        '"registry.k8s.io/pause:3.8": failed to pull image "registry.k8s.io/pause:3.8": dial tcp: i/o timeout',
        "registry.k8s.io/pause:3.8",
    ),
    (
        'Failed to create pod sandbox: rpc error: code = NotFound desc = failed to start sandbox "ab": '
        'failed to pull image "registry.k8s.io/pause:3.10.1": not found',
        "registry.k8s.io/pause:3.10.1",
    ),
    (
        'Failed create pod sandbox: rpc error: failed to inspect sandbox image "k8s.gcr.io/pause:3.0"',
        "k8s.gcr.io/pause:3.0",
    ),
    (
        "Failed create pod sandbox: rpc error: code = Unknown desc = failed pulling image "
        '"k8s.gcr.io/pause-amd64:3.1": Error response from daemon: pull access denied',
        "k8s.gcr.io/pause-amd64:3.1",
    ),
    (
        "Failed to create pod sandbox: rpc error: code = Unknown desc = error creating pod sandbox with name "
        '"k8s_web_shop": initializing source docker://registry.k8s.io/pause:3.9: pinging container registry',
        "registry.k8s.io/pause:3.9",
    ),
]


def failed(
    reason: str = "Evicted", message: str = "The node was low on resource: ephemeral-storage. ", **more: Any
) -> Json:
    return pod(container(ended(137)), phase="Failed", status={"reason": reason, "message": message}, **more)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (f"0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. {NOT_HELPFUL}", CLAIM),
        (f'0/3 nodes are available: persistentvolumeclaim "models" not found. {NOT_HELPFUL}', CLAIM),
        ('0/1 nodes are available: persistentvolumeclaim "models" is being deleted.', CLAIM),
        ('0/1 nodes are available: persistentvolumeclaim "m" bound to non-existent persistentvolume "pv".', CLAIM),
        (f"0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind. {NOT_HELPFUL}", CLAIM),
        ('running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded', CLAIM),
        ("0/1 nodes are available: 1 Insufficient memory.", NODES),
        ("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had volume node affinity conflict.", NODES),
    ],
)
def test_a_pod_that_waits_for_its_volume_is_told_from_one_that_finds_no_room(said: str, kind: SymptomKind) -> None:
    unplaced = condition("PodScheduled", "False", "Unschedulable", said)
    (found,) = seen(pod(container(None), node=None, conditions=[unplaced]))
    assert (found.kind, found.message) == (kind, said)
    told = diagnose(found, Facts())
    assert ("kubectl -n shop get pvc,storageclass" in as_text(told)) is (kind is CLAIM)


def test_a_pod_that_no_node_takes_shows_the_schedulers_text() -> None:
    unplaced = condition("PodScheduled", "False", "Unschedulable", NO_ROOM, 2)
    (found,) = seen(pod(container(None), node=None, conditions=[unplaced]))
    assert (found.kind, found.reason, found.message) == (SymptomKind.UNSCHEDULABLE, "Unschedulable", NO_ROOM)
    assert (found.node, found.container, found.role, found.image) == (None, None, None, None)
    assert found.first_seen == moment(2)


def test_the_schedulers_event_stands_in_for_a_condition_without_text() -> None:
    unplaced = pod(container(None), node=None, conditions=[condition("PodScheduled", "False", "Unschedulable")])
    (found,) = seen(unplaced, events=[scheduler_event("FailedScheduling", NO_ROOM, 1)])
    assert (found.message, found.events) == (NO_ROOM, (NO_ROOM,))


def test_a_pod_that_was_placed_after_all_is_no_symptom() -> None:
    placed = pod(CREATING, conditions=[condition("PodScheduled", "True", "")])
    assert seen(placed, events=[scheduler_event("FailedScheduling", NO_ROOM, 1)]) == []


@pytest.mark.parametrize("reason", ["FailedMount", "FailedAttachVolume", "FailedMapVolume"])
@pytest.mark.parametrize("waits", [CREATING, container(waiting("PodInitializing"), role="init"), container(None)])
def test_a_volume_that_cannot_be_had_is_told(reason: str, waits: Any) -> None:
    (found,) = seen(pod(waits), events=[event(reason, NO_SECRET, 9, first=3, path=None)])
    assert (found.kind, found.reason, found.message) == (SymptomKind.VOLUME, reason, NO_SECRET)
    assert (found.container, found.node, found.first_seen) == (None, "node-2", moment(3))


@pytest.mark.parametrize(
    "after",
    [
        event("Pulling", "Pulling image", 4),
        event("Pulled", "already present", 4),
        event("Created", "Created container", 4),
        event("Started", "Started container", 4),
    ],
)
@pytest.mark.parametrize("reason", ["FailedMount", "FailedCreatePodSandBox"])
def test_what_was_in_the_way_before_a_container_was_tried_is_past(reason: str, after: Json) -> None:
    assert seen(pod(CREATING), events=[event(reason, "not yet", 3, path=None), after]) == []


def test_a_volume_that_is_attached_by_now_is_no_symptom() -> None:
    events = [event("FailedAttachVolume", "Multi-Attach error", 3, path=None)]
    assert len(seen(pod(CREATING), events=events)) == 1
    events.append(event("SuccessfulAttachVolume", "AttachVolume.Attach succeeded", 6, path=None))
    assert seen(pod(CREATING), events=events) == []


def test_a_pod_of_which_something_runs_has_its_volumes() -> None:
    events = [event("FailedMount", NO_SECRET, 3, path=None)]
    for once in (container(running()), container(ended(0, "Completed"), name="migrate", role="init")):
        assert seen(pod(once, CREATING), events=events) == []


@pytest.mark.parametrize(("text", "image"), PAUSES)
def test_a_sandbox_whose_image_cannot_be_pulled_is_a_pull(text: str, image: str) -> None:
    (found,) = seen(pod(CREATING), events=[event("FailedCreatePodSandBox", text, 4, path=None)])
    assert (found.kind, found.reason, found.message, found.image) == ("pull", "FailedCreatePodSandBox", text, image)
    assert found.events == (text,)


@pytest.mark.parametrize(
    "reason", ["FailedCreatePodSandBox", "NetworkNotReady", "FailedCreatePodContainer", "FailedPrepareDynamicResources"]
)
def test_any_other_sandbox_that_cannot_be_made_is_told_as_such(reason: str) -> None:
    (found,) = seen(pod(CREATING), events=[event(reason, NO_NETWORK, 4, path=None)])
    assert (found.kind, found.message, found.image) == (SymptomKind.SANDBOX, NO_NETWORK, None)


def test_the_newest_trouble_before_the_containers_is_the_one_told() -> None:
    events = [event("FailedMount", NO_SECRET, 3, path=None), event("FailedCreatePodSandBox", NO_NETWORK, 4, path=None)]
    assert kinds(seen(pod(CREATING), events=events)) == [("sandbox", "Deployment/web", "FailedCreatePodSandBox")]


def test_a_container_that_says_more_comes_before_what_the_pod_says() -> None:
    events = [event("FailedMount", NO_SECRET, 9, path=None)]
    waits = container(waiting("CreateContainerConfigError", "no key"))
    assert kinds(seen(pod(waits), events=events)) == [("config-error", "Deployment/web", "CreateContainerConfigError")]


@pytest.mark.parametrize(
    ("reason", "kind"),
    [("Evicted", "evicted"), ("OutOfmemory", "evicted"), ("Shutdown", "evicted"), ("DeadlineExceeded", "deadline")],
)
def test_a_pod_that_its_node_ended_is_told_once(reason: str, kind: str) -> None:
    events = [event(reason, "low on memory", 8, path=None), event("Killing", "Stopping container", 8)]
    (found,) = seen(failed(reason), events=events)
    assert (found.kind, found.reason, found.node) == (kind, reason, "node-2")
    assert "ephemeral-storage" in found.message
    assert (found.events, found.first_seen) == (("low on memory",), moment(8))


@pytest.mark.parametrize(("ready", "told"), [(0, 1), (1, 1), (2, 0)])
def test_an_evicted_pod_is_past_when_its_workload_has_recovered(ready: int, told: int) -> None:
    assert (
        len(seen(failed(), pod(healthy(), name="web-b"), replica_sets=[replica_set(replicas=2, ready=ready)])) == told
    )


def test_a_pod_that_runs_on_a_node_that_was_lost_has_not_ended() -> None:
    lost = pod(healthy(), phase="Running", status={"reason": "NodeLost", "message": "Node was unresponsive"})
    assert kinds(seen(lost)) == [("node-lost", "Deployment/web", "NodeLost")]


@pytest.mark.parametrize(
    ("policy", "phase", "settled"),
    [("Never", "Running", True), ("OnFailure", "Failed", True), ("OnFailure", "Running", False)],
)
def test_a_container_that_nobody_starts_again_has_failed_for_good(policy: str, phase: str, settled: bool) -> None:
    (found,) = seen(pod(container(ended(1)), healthy("b"), phase=phase, spec={"restartPolicy": policy}, owner=None))
    assert (found.kind, found.settled) == (SymptomKind.CRASH_LOOP, settled)


def test_a_pod_that_has_done_its_work_is_no_symptom() -> None:
    """Its sidecars are killed at the end."""
    proxy = container(ended(137), name="proxy", role="sidecar")
    assert seen(pod(proxy, container(ended(0, "Completed")), phase="Succeeded", owner=("Job", "migrate"))) == []


@pytest.mark.parametrize(("reason", "settled"), [("Unschedulable", True), ("SchedulingGated", False)])
def test_a_pod_that_is_held_back_on_purpose_is_not_settled(reason: str, settled: bool) -> None:
    (found,) = seen(pod(container(None), node=None, conditions=[condition("PodScheduled", "False", reason, "x")]))
    assert (found.reason, found.settled) == (reason, settled)


@pytest.mark.parametrize("reason", ["FailedMount", "FailedCreatePodSandBox"])
@pytest.mark.parametrize(("counts", "settled"), [([1], False), ([2], True), ([1, 1], True)])
def test_what_failed_once_before_the_containers_is_not_settled(reason: str, counts: list[int], settled: bool) -> None:
    events = [event(reason, f"not yet {at}", at, path=None, count=count) for at, count in enumerate(counts)]
    (found,) = seen(pod(CREATING), events=events)
    assert found.settled is settled


def test_a_sandbox_image_that_cannot_be_pulled_is_settled_at_once() -> None:
    (found,) = seen(pod(CREATING), events=[event("FailedCreatePodSandBox", PAUSES[0][0], path=None)])
    assert found.settled
