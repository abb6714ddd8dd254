"""Events of both APIs: which object they are about, when each was last said, and how often."""

import pytest

from pulls.kubelet.events import EventIndex
from tests.unit.pull_objects import Json, container, event, moment, pod, scheduler_event, time, waiting

POD = pod(container(waiting("ContainerCreating")))


def micros(seconds: int) -> str:
    return time(seconds).replace("Z", ".250000Z")


@pytest.mark.parametrize(
    ("times", "first", "last", "count"),
    [
        ({"firstTimestamp": time(1), "lastTimestamp": time(9), "count": 4}, 1, 9, 4),
        ({"eventTime": micros(1), "series": {"count": 7, "lastObservedTime": micros(9)}}, 1.25, 9.25, 7),
        ({"deprecatedFirstTimestamp": time(1), "deprecatedLastTimestamp": time(9), "deprecatedCount": 5}, 1, 9, 5),
        ({"eventTime": micros(3), "firstTimestamp": None, "lastTimestamp": None, "count": None}, 3.25, 3.25, 1),
        ({"metadata": {"creationTimestamp": time(2)}}, 2, 2, 1),
        ({"firstTimestamp": "yesterday", "lastTimestamp": time(9)}, 9, 9, 1),
    ],
)
def test_times_and_count_are_read_from_wherever_they_stand(times: Json, first: float, last: float, count: int) -> None:
    raw = {
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": POD["metadata"]["name"]},
        "reason": "x",
        **times,
    }
    (found,) = EventIndex([raw]).about("Pod", POD)
    assert (found.first, found.last, found.count) == (moment(first), moment(last), count)


def test_both_apis_are_read_alike_and_come_newest_first() -> None:
    events = [event("Scheduled", "assigned", 2, path=None), scheduler_event("FailedScheduling", "no room", 1)]
    found = EventIndex(events).about("Pod", POD)
    assert [(each.reason, each.text, each.is_warning) for each in found] == [
        ("Scheduled", "assigned", False),
        ("FailedScheduling", "no room", True),
    ]


@pytest.mark.parametrize(
    ("about", "taken"),
    [
        ({}, True),
        ({"uid": None}, True),
        ({"uid": "uid-before"}, False),
        ({"kind": "ReplicaSet"}, False),
        ({"namespace": "else"}, False),
        ({"name": "web-else"}, False),
    ],
)
def test_an_event_belongs_to_one_object_and_not_to_its_namesake(about: Json, taken: bool) -> None:
    raw = event("Failed", "x")
    raw["involvedObject"] |= about
    assert bool(EventIndex([raw]).about("Pod", POD)) is taken


def test_an_object_read_without_its_identity_takes_the_events_of_its_name() -> None:
    unnamed = pod(container(waiting("ContainerCreating")))
    del unnamed["metadata"]["uid"]
    assert EventIndex([event("Failed", "x")]).about("Pod", unnamed)


def test_an_event_without_times_is_older_than_all_others() -> None:
    timeless = {**event("Failed", "x"), "firstTimestamp": None, "lastTimestamp": None}
    found = EventIndex([timeless, event("Pulled", "y", 1)]).about("Pod", POD)
    assert [each.reason for each in found] == ["Pulled", "Failed"]
