"""What the kubelet says of containers that wait: pulls and starts that fail, of every role a container can have."""

from dataclasses import replace
from typing import Any

import pytest

from pulls.kubelet.symptom import SymptomKind
from tests.unit.pull_objects import (
    IMAGE,
    NAMESPACE,
    POD,
    ROLES,
    Json,
    container,
    ended,
    event,
    healthy,
    moment,
    one,
    path_of,
    pod,
    running,
    seen,
    waiting,
)

NOT_FOUND = (
    f'Failed to pull image "{IMAGE}": rpc error: code = NotFound desc = failed to pull and unpack image "{IMAGE}": '
    f"failed to resolve reference: {IMAGE}: not found"
)

BACK_OFF = f'Back-off pulling image "{IMAGE}"'

NO_FORMAT = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: error during container init: exec /app: exec format error"
)

NO_FILE = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    'unable to start container process: exec: "/ap": stat /ap: no such file or directory'
)

NO_MEMORY = (
    "failed to create containerd task: OCI runtime create failed: unable to start container process: "
    "container init was OOM-killed (memory limit too low?)"
)

CRASHED = waiting("CrashLoopBackOff", f"back-off 40s restarting failed container=web pod={POD}_{NAMESPACE}(uid)")


STATES: list[Any] = [
    ("pull", waiting("ErrImagePull", "rpc error: …"), None, "ErrImagePull", "rpc error: …"),
    ("pull", waiting("ImagePullBackOff", BACK_OFF), None, "ImagePullBackOff", BACK_OFF),
    (
        "pull",
        waiting("ErrImageNeverPull", "is not present with pull policy of Never"),
        None,
        "ErrImageNeverPull",
        "Never",
    ),
    ("pull", waiting("InvalidImageName", 'Failed to apply default image tag "A"'), None, "InvalidImageName", '"A"'),
    ("pull", waiting("ImageInspectError", "Failed to inspect image"), None, "ImageInspectError", "inspect"),
    ("pull", waiting("RegistryUnavailable", "the registry is unavailable"), None, "RegistryUnavailable", "unavailable"),
    ("pull", waiting("SignatureValidationFailed", "image pull failed"), None, "SignatureValidationFailed", "failed"),
    ("pull", waiting("disk is full", "Failed to record image pull intent for x"), None, "disk is full", "intent"),
    ("pull", waiting("ErrImagePull", "rpc error"), ended(1), "ErrImagePull", "rpc error"),
    (
        "config-error",
        waiting("CreateContainerConfigError", 'secret "db" not found'),
        None,
        "CreateContainerConfigError",
        '"db"',
    ),
    (
        "config-error",
        waiting("CreateContainerError", "container name is reserved"),
        None,
        "CreateContainerError",
        "reserved",
    ),
    ("config-error", waiting("PreStartHookError", "no device"), None, "PreStartHookError", "no device"),
    ("config-error", waiting("RunContainerError", NO_FILE), None, "RunContainerError", "stat /ap"),
    ("config-error", CRASHED, ended(128, "StartError", NO_FILE), "StartError", "stat /ap"),
    ("config-error", CRASHED, ended(127, "ContainerCannotRun", NO_FILE), "ContainerCannotRun", "stat /ap"),
    ("exec-format", waiting("RunContainerError", NO_FORMAT), None, "RunContainerError", "exec format error"),
    ("exec-format", CRASHED, ended(128, "StartError", NO_FORMAT), "StartError", "exec format error"),
    (
        "exec-format",
        CRASHED,
        ended(1, "Error", "exec container process `/app`: Exec format error"),
        "Error",
        "Exec format",
    ),
    ("exec-format", ended(255, "Error", "exec /app: exec format error\n"), None, "Error", "exec format error"),
    ("out-of-memory", ended(137, "OOMKilled"), None, "OOMKilled", "exit code 137 (OOMKilled)"),
    ("out-of-memory", CRASHED, ended(137, "OOMKilled"), "OOMKilled", "exit code 137 (OOMKilled)"),
    ("out-of-memory", running(6), ended(137, "OOMKilled"), "OOMKilled", "exit code 137 (OOMKilled)"),
    ("out-of-memory", waiting("RunContainerError", NO_MEMORY), None, "RunContainerError", "OOM-killed"),
    ("out-of-memory", CRASHED, ended(128, "StartError", NO_MEMORY), "StartError", "OOM-killed"),
    ("crash-loop", CRASHED, ended(1), "CrashLoopBackOff", "exit code 1 (Error)"),
    ("crash-loop", CRASHED, ended(0, "Completed"), "CrashLoopBackOff", "exit code 0 (Completed)"),
    ("crash-loop", CRASHED, ended(2, "Error", "no DB_URL\n"), "CrashLoopBackOff", "exit code 2 (Error): no DB_URL"),
    ("crash-loop", CRASHED, None, "CrashLoopBackOff", "back-off 40s"),
    ("crash-loop", waiting("PostStartHookError", "hook"), ended(137), "PostStartHookError", "exit code 137"),
    ("crash-loop", ended(1), None, "Error", "exit code 1 (Error)"),
    ("crash-loop", running(6), ended(1), "Error", "exit code 1 (Error)"),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("kind", "state", "last", "reason", "words"), STATES)
def test_the_state_of_a_container_is_told(
    *, kind: str, state: Json, last: Json | None, reason: str, words: str, role: str
) -> None:
    found = one(pod(container(state, last=last, role=role), healthy("other")))
    assert (found.kind, found.reason, found.role, found.container) == (kind, reason, role, "web")
    assert words in found.message
    assert (found.workload, found.namespace, found.pod, found.node) == ("Deployment/web", NAMESPACE, POD, "node-2")
    assert found.image == IMAGE


@pytest.mark.parametrize(
    ("state", "last"),
    [
        (running(), None),
        (running(), ended(137, "OOMKilled")),
        (running(), ended(1)),
    ],
)
def test_a_container_that_serves_has_no_symptom_whatever_it_went_through(state: Json, last: Json | None) -> None:
    old = [
        event("Failed", NOT_FOUND, 1),
        event("Unhealthy", "Readiness probe failed: x", 2),
        event("BackOff", BACK_OFF, 3),
    ]
    assert seen(pod(container(state, last=last, ready=True, started=True, restarts=5)), events=old) == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("reason", ["ContainerCreating", "PodInitializing"])
def test_a_pull_that_takes_its_time_is_no_symptom(role: str, reason: str) -> None:
    events = [event("Pulling", f'Pulling image "{IMAGE}"', 1, path=path_of(role=role))]
    assert seen(pod(container(waiting(reason), role=role)), events=events) == []


@pytest.mark.parametrize("role", [*ROLES, "ephemeral"])
@pytest.mark.parametrize(
    ("said", "reason", "words"),
    [
        ([("Failed", NOT_FOUND)], "ErrImagePull", "not found"),
        ([("Failed", NOT_FOUND), ("Failed", "Error: ErrImagePull")], "ErrImagePull", "not found"),
        ([("Failed", NOT_FOUND), ("BackOff", BACK_OFF)], "ImagePullBackOff", "not found"),
        ([("Failed", NOT_FOUND), ("Failed", "Error: ImagePullBackOff")], "ImagePullBackOff", "not found"),
        ([("Failed", NOT_FOUND), ("Pulling", "Pulling image")], "ErrImagePull", "not found"),
        ([("BackOff", BACK_OFF)], "ImagePullBackOff", "Back-off"),
        ([("ErrImageNeverPull", "is not present with pull policy of Never")], "ErrImageNeverPull", "Never"),
        ([("InspectFailed", "Failed to inspect image")], "ImageInspectError", "inspect"),
        ([("InspectFailed", 'Failed to apply default image tag "A"')], "InvalidImageName", '"A"'),
    ],
)
@pytest.mark.parametrize("state", [waiting("ContainerCreating"), waiting("PodInitializing"), None])
def test_events_tell_a_pull_that_fails_before_the_state_does(
    role: str, said: list[tuple[str, str]], reason: str, words: str, state: Json | None
) -> None:
    path = path_of(role=role)
    events = [event(kind, message, at, path=path) for at, (kind, message) in enumerate(said)]
    found = one(pod(container(state, role=role)), events=events)
    assert (found.kind, found.reason, found.role) == (SymptomKind.PULL, reason, role)
    assert words in found.message


@pytest.mark.parametrize("after", ["Pulled", "Created", "Started"])
def test_a_pull_that_succeeded_after_it_had_failed_is_no_symptom(after: str) -> None:
    events = [event("Failed", NOT_FOUND, 1), event(after, "it went well", 2)]
    assert seen(pod(container(waiting("ContainerCreating"))), events=events) == []


@pytest.mark.parametrize(("first", "count"), [("Failed", 0), ("Pulled", 1)])
def test_within_one_second_the_later_write_is_the_newer_event(first: str, count: int) -> None:
    """Both events carry the same whole second, and stand in the list in either order."""
    failed = event("Failed", NOT_FOUND, 4, version=10 if first == "Failed" else 11)
    pulled = event("Pulled", "Successfully pulled image", 4, version=11 if first == "Failed" else 10)
    for events in ([failed, pulled], [pulled, failed]):
        assert len(seen(pod(container(waiting("ContainerCreating"))), events=events)) == count


def test_a_start_that_the_state_does_not_show_yet_is_told_by_its_event() -> None:
    events = [event("Pulled", "Container image already present", 1), event("Failed", 'Error: secret "db" not found', 2)]
    found = one(pod(container(waiting("ContainerCreating"))), events=events)
    assert (found.kind, found.message) == (SymptomKind.CONFIG_ERROR, 'Error: secret "db" not found')


def test_a_start_that_fails_without_a_message_takes_its_event() -> None:
    events = [event("Failed", "Error: no key", 2), event("Failed", NOT_FOUND, 0), event("Pulled", "present", 1)]
    found = one(pod(container(waiting("CreateContainerConfigError"))), events=events)
    assert (found.kind, found.message, found.events) == ("config-error", "Error: no key", ("Error: no key",))


def test_a_back_off_that_is_not_of_a_pull_says_nothing_of_one() -> None:
    events = [event("BackOff", "Back-off restarting failed container web in pod", 1)]
    assert seen(pod(container(waiting("ContainerCreating"))), events=events) == []


def test_a_container_with_a_restart_policy_of_its_own_is_no_sidecar() -> None:
    assert one(pod(container(waiting("ErrImagePull"), restartPolicy="Always"))).role == "container"


def test_a_message_without_a_cause_comes_with_the_events_that_have_it() -> None:
    events = [
        event("Failed", "Error: ErrImagePull", 2, first=1, count=3),
        event("Failed", NOT_FOUND, 2, first=1, count=3, version=3),
        event("BackOff", BACK_OFF, 9, first=3),
        event("Pulling", "Pulling image", 2),
    ]
    found = one(pod(container(waiting("ImagePullBackOff", BACK_OFF))), events=events)
    assert found.message == BACK_OFF
    assert found.events == (BACK_OFF, NOT_FOUND, "Error: ErrImagePull")
    assert found.first_seen == moment(1)


def test_a_waiting_reason_without_a_message_takes_the_telling_event() -> None:
    events = [event("Failed", NOT_FOUND, 1), event("Failed", "Error: ErrImagePull", 2)]
    assert one(pod(container(waiting("ErrImagePull"))), events=events).message == NOT_FOUND


def test_a_symptom_whose_events_have_no_times_has_no_beginning() -> None:
    timeless = {**event("Failed", NOT_FOUND), "firstTimestamp": None, "lastTimestamp": None}
    assert one(pod(container(waiting("ErrImagePull"))), events=[timeless]).first_seen is None


def test_only_events_of_this_container_and_of_the_whole_pod_are_taken() -> None:
    secret = "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed."
    events = [
        event("Failed", NOT_FOUND, 1),
        event("Failed", "Failed to pull image of the other", 2, path=path_of("other")),
        event("Failed", "Failed to pull image of an init container of that name", 2, path=path_of(role="init")),
        event("FailedToRetrieveImagePullSecret", secret, 3, path=None),
        event("FailedScheduling", "0/3 nodes are available: disk-pressure", 0, path=None),
        event("FailedMount", "timed out", 0, path=None),
        event("Failed", "Failed to pull image for an earlier pod of this name", 5, uid="uid-before"),
        event("Failed", "Failed to pull image for another pod", 5, about=("Pod", "web-else")),
    ]
    assert one(pod(container(waiting("ErrImagePull", "x"))), events=events).events == (secret, NOT_FOUND)


def test_events_from_before_the_image_was_last_pulled_are_past() -> None:
    early = "Unable to retrieve some image pull secrets (regcred)"
    events = [
        event("FailedToRetrieveImagePullSecret", early, 0, path=None),
        event("Failed", "Failed to pull image: 503", 1),
        event("Pulled", "Successfully pulled", 2),
        event("Failed", NOT_FOUND, 9),
    ]
    assert one(pod(container(waiting("ErrImagePull", "x"), last=ended(1))), events=events).events == (NOT_FOUND,)


@pytest.mark.parametrize(("at", "told"), [(1, False), (2, True), (8, True), (10, True)])
def test_what_was_said_of_the_pod_since_the_image_was_pulled_is_taken(at: int, told: bool) -> None:
    secret = "Unable to retrieve some image pull secrets (regcred)"
    events = [
        event("FailedToRetrieveImagePullSecret", secret, at, path=None),
        event("Pulled", "Successfully pulled", 2),
        event("Pulling", "Pulling image", 9),
        event("Failed", NOT_FOUND, 9, version=2),
    ]
    found = one(pod(container(waiting("ErrImagePull", "x"), last=ended(1))), events=events)
    assert (secret in found.events) is told


@pytest.mark.parametrize(("pulls", "at", "told"), [(1, 20, True), (2, 4, True), (2, 20, False)])
def test_a_secret_that_was_missing_before_an_earlier_pull_is_past(pulls: int, at: int, told: bool) -> None:
    secret = "Unable to retrieve some image pull secrets (regcred)"
    events = [
        event("FailedToRetrieveImagePullSecret", secret, 1, path=None),
        {**event("Pulling", "Pulling image", at), "count": pulls},
        event("Failed", NOT_FOUND, at, version=2),
    ]
    found = one(pod(container(waiting("ErrImagePull", "x"))), events=events)
    assert (secret in found.events) is told


def test_a_sandbox_that_fails_before_any_pull_is_taken() -> None:
    events = [event("FailedCreatePodSandBox", "no network", 1, path=None)]
    assert one(pod(container(waiting("ErrImagePull", "x"))), events=events).events == ("no network",)


@pytest.mark.parametrize(("at", "told"), [(1, False), (2, True), (5, True)])
def test_a_sandbox_that_failed_before_the_pull_began_is_past(at: int, told: bool) -> None:
    events = [event("FailedCreatePodSandBox", "no network", at, path=None), event("Pulling", "Pulling image", 2)]
    found = one(pod(container(waiting("ErrImagePull", "x"))), events=events)
    assert found.events == (("no network",) if told else ())


def test_similar_events_lose_the_words_in_front() -> None:
    events = [event("Failed", f"(combined from similar events): {NOT_FOUND}", 1)]
    found = one(pod(container(waiting("ContainerCreating"))), events=events)
    assert (found.reason, found.message) == ("ErrImagePull", NOT_FOUND)


def test_an_image_volume_that_cannot_be_pulled_is_named_in_place_of_the_image() -> None:
    volume = {"name": "model", "image": {"reference": "registry.example.com/models/small:1", "pullPolicy": "Always"}}
    message = 'failed to resolve reference "registry.example.com/models/small:1": not found'
    events = [event("Failed", f"Failed to pull image: {message}", 1, path=None)]
    waits = container(waiting("ErrImagePull", message))
    found = one(pod(waits, spec={"volumes": [{"name": "tmp", "emptyDir": {}}, volume]}), events=events)
    assert found.image == "registry.example.com/models/small:1"
    assert len(found.events) == 1
    for text in ("rpc error: timeout", NOT_FOUND, f"{NOT_FOUND} {message}"):
        assert one(pod(container(waiting("ErrImagePull", text)), spec={"volumes": [volume]})).image == IMAGE


def test_an_ephemeral_container_shows_its_pull_and_never_its_end() -> None:
    debug = container(waiting("ImagePullBackOff", BACK_OFF), name="debug", role="ephemeral")
    found = one(pod(healthy(), debug, phase="Running"))
    assert (found.kind, found.container, found.role) == (SymptomKind.PULL, "debug", "ephemeral")
    for state in (ended(1), running()):
        assert seen(pod(healthy(), container(state, name="debug", role="ephemeral"), phase="Running")) == []


def test_containers_that_wait_for_an_init_container_have_no_symptom_of_their_own() -> None:
    init = container(waiting("ImagePullBackOff", BACK_OFF), name="migrate", role="init")
    found = one(pod(init, container(waiting("PodInitializing")), container(waiting("PodInitializing"), name="b")))
    assert (found.container, found.role) == ("migrate", "init")


@pytest.mark.parametrize("state", [running(), ended(0, "Completed")])
def test_an_init_container_that_works_or_has_done_its_work_is_no_symptom(state: Json) -> None:
    assert seen(pod(container(state, name="migrate", role="init"), container(waiting("PodInitializing")))) == []


def test_each_container_of_a_pod_is_told() -> None:
    found = seen(
        pod(container(waiting("ErrImagePull", "x")), container(CRASHED, name="proxy", last=ended(1)), healthy("fine"))
    )
    assert [(each.container, each.kind) for each in found] == [("web", "pull"), ("proxy", "crash-loop")]


@pytest.mark.parametrize("phase", ["Pending", "Running"])
def test_a_pod_that_is_being_deleted_has_no_symptom(phase: str) -> None:
    waits = container(waiting("ImagePullBackOff", BACK_OFF))
    assert seen(pod(waits, phase=phase, deletionTimestamp="2026-01-05T10:00:09Z", deletionGracePeriodSeconds=30)) == []
    assert len(seen(pod(waits, phase=phase))) == 1


@pytest.mark.parametrize("state", [waiting("ErrImagePull", None), waiting("CrashLoopBackOff", None), {}, None])
def test_a_status_half_written_is_no_error(state: Json | None) -> None:
    half = container(state)
    bare = {**pod(half), "status": {"containerStatuses": None, "conditions": None, "phase": None}}
    assert [
        each.kind for each in seen(pod(replace(half, status={"name": "web", "state": None, "lastState": None})))
    ] == []
    assert seen(bare) == []
    assert len(seen(pod(half))) <= 1


def test_a_symptom_names_the_secrets_and_the_account_of_its_pod() -> None:
    failed = container(waiting("ErrImagePull", "x"))
    spec = {"imagePullSecrets": [{"name": "a"}, {}, {"name": "b"}], "serviceAccountName": "robot"}
    found = one(pod(failed, spec=spec))
    assert (found.pull_secrets, found.service_account) == (("a", "b"), "robot")
    assert (one(pod(failed)).pull_secrets, one(pod(failed)).service_account) == ((), "default")
