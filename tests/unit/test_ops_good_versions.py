"""Which earlier version of a Deployment was good."""

from typing import Any

import pytest

from ops.good_versions import last_good, updates, versions
from tests.unit.pull_objects import deployment, replica_set, time

Json = dict[str, Any]


def digest(letter: str) -> str:
    return f"registry.example.com/shop/web@sha256:{letter * 64}"


def version(revision: int, letter: str, made: float) -> Json:
    found = replica_set(f"web-{revision}", revision=revision)
    found["metadata"]["creationTimestamp"] = time(made)
    found["spec"] = {"template": {"spec": {"containers": [{"name": "web", "image": digest(letter)}]}}}
    return found


def update(began: float, ended: float, result: str = "succeeded", kind: str = "update") -> Json:
    return {"kind": kind, "result": result, "startTime": time(began), "endTime": time(ended)}


def good(history: list[Json], *replica_sets: Json) -> str | None:
    found = last_good(versions(deployment(), replica_sets), updates(history))
    return None if found is None else found.digest[7]


HISTORY = [update(200, 300, "failed"), update(100, 120), update(0, 20)]


@pytest.mark.parametrize(
    ("replica_sets", "letter"),
    [
        ([version(3, "c", 210), version(2, "b", 110), version(1, "a", 10)], "b"),
        ([version(1, "a", 10), version(3, "c", 210), version(2, "b", 110)], "b"),  # in whatever order they come
        ([version(4, "d", 500), version(3, "c", 210), version(1, "a", 10)], "a"),  # c came with an update that failed
        ([version(3, "b", 210), version(2, "b", 110), version(1, "a", 10)], "a"),  # the same image with other settings
        ([version(3, "c", 210), version(2, "b", 150)], None),  # made by nobody's update: by hand
        ([version(1, "a", 10)], None),
        ([], None),
    ],
)
def test_the_newest_other_image_that_an_update_brought_up_is_the_good_one(
    replica_sets: list[Json], letter: str | None
) -> None:
    assert good(HISTORY, *replica_sets) == letter


@pytest.mark.parametrize("kind", ["destroy", "refresh", "preview"])
def test_only_updates_bring_a_version_up(kind: str) -> None:
    assert good([update(0, 20, kind=kind)], version(2, "b", 110), version(1, "a", 10)) is None


def test_what_has_no_times_or_belongs_to_others_is_left_out() -> None:
    half = {"kind": "update", "result": "succeeded", "startTime": time(0)}
    assert updates([half]) == []
    other = version(2, "b", 110)
    other["metadata"]["ownerReferences"] = []
    assert [each.revision for each in versions(deployment(), [other, version(1, "a", 10)])] == [1]


def test_a_version_that_goes_by_tag_is_none_to_go_back_to() -> None:
    by_tag = version(1, "a", 10)
    by_tag["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example.com/shop/web:1"
    assert good(HISTORY, version(2, "b", 110), by_tag) is None
