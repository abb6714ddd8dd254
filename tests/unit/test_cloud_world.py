"""The content of a simulated cloud: kept between processes, changed by one at a time, and journalled."""

import threading
from pathlib import Path

import pytest

from sandbox.clouds.world import Thing, World

ECR = "aws:ecr/repository:Repository"


def thing(name: str, *, token: str = ECR, **outputs: str) -> Thing:
    return Thing(token=token, id=name, inputs={"name": name}, outputs=outputs, made=1.0)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "clouds" / "aws.json")


def test_what_was_made_is_there_for_the_next_process(world: World, tmp_path: Path) -> None:
    with world.changing() as content:
        content.put(thing("web", url="a"), 1.0)
    again = World(tmp_path / "clouds" / "aws.json").read()
    assert again.find(ECR, "web") == thing("web", url="a")
    assert again.of("aws:iam/role:Role") == []
    assert (tmp_path / "clouds" / "aws.json").stat().st_mode & 0o777 == 0o600


def test_the_journal_tells_what_was_done_in_order(world: World) -> None:
    with world.changing() as content:
        content.put(thing("web"), 1.0)
        content.put(thing("web", url="b"), 2.0)
        content.put(thing("other"), 3.0)
        found = content.find(ECR, "web")
        assert found is not None
        content.remove(found, 4.0)
    left = world.read()
    assert [(each.deed, each.id, each.at) for each in left.journal] == [
        ("create", "web", 1.0),
        ("update", "web", 2.0),
        ("create", "other", 3.0),
        ("delete", "web", 4.0),
    ]
    assert [each.id for each in left.of(ECR)] == ["other"]


def test_what_is_changed_keeps_its_place_among_the_oldest(world: World) -> None:
    with world.changing() as content:
        content.put(thing("web"), 1.0)
        content.put(thing("other"), 2.0)
        content.put(thing("web", url="b"), 3.0)
    assert [each.id for each in world.read().of(ECR)] == ["web", "other"]


def test_a_change_that_fails_leaves_nothing_half_made(world: World) -> None:
    with world.changing() as content:
        content.put(thing("web"), 1.0)

    def fail() -> None:
        with world.changing() as content:
            content.put(thing("other"), 2.0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [each.id for each in world.read().things] == ["web"]


def test_changes_at_the_same_time_are_all_kept(world: World) -> None:
    def make(number: int) -> None:
        with world.changing() as content:
            content.put(thing(f"web-{number}"), float(number))

    makers = [threading.Thread(target=make, args=(number,)) for number in range(20)]
    for each in makers:
        each.start()
    for each in makers:
        each.join()
    assert len(world.read().things) == 20
