"""What a rehearsal pod shows."""

from typing import Any

import pytest

from pulls.causes import Code
from pulls.rehearsal.state import Pull, State, pulls, seen
from tests.unit.fake_cluster import BUSY, CREATING, NOT_FOUND, STARTED, shown, waiting

Json = dict[str, Any]

SPEC: Json = {
    "nodeName": "node-1",
    "containers": [{"name": "image-0", "image": "r.example.com/a"}, {"name": "image-1", "image": "r.example.com/b"}],
}


def state(status: Json, *events: str) -> State:
    return seen({"spec": SPEC, "status": status}, events).state


def of(container: Json, **status: str) -> State:
    return state({"phase": "Pending", "containerStatuses": [{"name": "image-0", "state": container, **status}]})


@pytest.mark.parametrize(
    "container",
    [
        STARTED,
        {
            "waiting": {
                "reason": "CreateContainerConfigError",
                "message": "container has runAsNonRoot and image has root",
            }
        },
        {"waiting": {"reason": "CreateContainerError"}},
        {"waiting": {"reason": "RunContainerError"}},
        {"waiting": {"reason": "CrashLoopBackOff"}},
    ],
)
def test_a_container_that_got_past_its_pull_has_its_image(container: Json) -> None:
    assert of(container) is State.PULLED


@pytest.mark.parametrize(
    "container", [{"running": {}}, {"terminated": {"exitCode": 127, "reason": "ContainerCannotRun"}}]
)
def test_a_container_that_ran_has_its_image_where_the_kubelet_names_it(container: Json) -> None:
    container = {key: {"startedAt": "now", **value} for key, value in container.items()}
    assert of(container, imageID="sha256:1") is State.PULLED
    assert of(container, imageID="") is State.WAITING


@pytest.mark.parametrize("container", [{}, CREATING, {"waiting": {"reason": "PodInitializing"}}, {"waiting": {}}])
def test_a_container_that_is_being_made_says_nothing_yet(container: Json) -> None:
    assert of(container) is State.WAITING


@pytest.mark.parametrize(
    "reason",
    [
        "ErrImagePull",
        "ImagePullBackOff",
        "ErrImageNeverPull",
        "InvalidImageName",
        "ImageInspectError",
        "RegistryUnavailable",
        "SignatureValidationFailed",
    ],
)
def test_every_reason_of_a_failed_pull_is_a_refusal(reason: str) -> None:
    assert of(waiting("why", reason)) is State.REFUSED


@pytest.mark.parametrize("status", [{}, {"phase": "Pending"}, {"phase": "Pending", "containerStatuses": []}])
def test_a_pod_that_nobody_has_looked_at_waits(status: Json) -> None:
    assert state(status) is State.WAITING


def test_all_containers_must_have_their_image() -> None:
    assert state(shown(STARTED, CREATING)) is State.WAITING
    assert state(shown(STARTED, STARTED)) is State.PULLED


@pytest.mark.parametrize(
    ("states", "image", "code"),
    [
        ([STARTED, waiting(NOT_FOUND)], "r.example.com/b", Code.NOT_FOUND),
        ([waiting(BUSY), waiting(NOT_FOUND)], "r.example.com/b", Code.NOT_FOUND),
        ([waiting(NOT_FOUND), waiting(BUSY)], "r.example.com/a", Code.NOT_FOUND),
        ([waiting(BUSY), waiting("who knows")], "r.example.com/a", Code.REGISTRY_ERROR),
        ([CREATING, waiting("who knows")], "r.example.com/b", Code.UNKNOWN),
    ],
)
def test_the_image_whose_refusal_stays_is_named_first(states: list[Json], image: str, code: Code) -> None:
    found = seen({"spec": SPEC, "status": shown(*states)}, ())
    assert found.verdict is not None
    assert (found.image, found.node, found.verdict.code) == (image, "node-1", code)


def test_events_are_asked_when_the_state_names_no_cause() -> None:
    status = shown(waiting("Back-off pulling image", "ImagePullBackOff"))
    verdict = seen({"spec": SPEC, "status": status}, [BUSY, NOT_FOUND]).verdict
    assert verdict is not None
    assert verdict.code is Code.NOT_FOUND  # the newest one


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ({"phase": "Failed", "reason": "Evicted", "message": "low on memory"}, "Evicted: low on memory"),
        ({"conditions": [{"type": "PodScheduled", "status": "False", "message": "0/1 nodes"}]}, "0/1 nodes"),
    ],
)
def test_a_pod_without_a_place_says_nothing_of_its_images(status: Json, text: str) -> None:
    found = seen({"spec": {}, "status": status}, ())
    assert (found.state, found.text, found.verdict, found.node) == (State.NO_PLACE, text, None, None)


@pytest.mark.parametrize(
    ("event", "pull"),
    [
        (
            'Successfully pulled image "r/a:1" in 1.234s (1.3s including waiting). Image size: 4567 bytes.',
            Pull("r/a:1", 1.234, 4567),
        ),
        ('Successfully pulled image "r/a:1" in 14ms (14ms including waiting)', Pull("r/a:1", 0.014, None)),
        ('Successfully pulled image "r/a:1" in 1h2m3.5s', Pull("r/a:1", 3723.5, None)),
        ('Successfully pulled image "r/a:1" in 250µs', Pull("r/a:1", 0.00025, None)),
    ],
)
def test_the_kubelets_words_give_time_and_size(event: str, pull: Pull) -> None:
    (found,) = pulls(["Pulling image", event, "Created container"])
    assert (found.image, found.size) == (pull.image, pull.size)
    assert found.seconds == pytest.approx(pull.seconds)


def test_an_image_that_was_there_already_is_no_pull() -> None:
    assert pulls(['Container image "r/a:1" already present on machine']) == []
