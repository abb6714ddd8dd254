"""Tests of the one sandbox are not mixed, whatever the seed."""

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import AT_MOST, Family, left_out, sample
from tests.scheduling import ALONE, misplaced, sandbox_first, scope
from tests.stack_files import ROOT

_FOLDERS = ("clouds", "e2e", "faults", "unit", "program")
_IDS = [
    *(f"tests/{folder}/test_{file}.py::test_{n}" for folder in _FOLDERS for file in range(3) for n in range(2)),
    *(f"{file}::test_{n}" for file in sorted(ALONE) for n in range(2)),
    *(f"tests/clouds/test_0.py::test_{case}" for case in ("up[aks]", "aks_up", "up[aks-a]", "up[eks]", "up[gke]")),
]


def _place(nodeid: str) -> tuple[str, str]:
    """The file, and the worker's group; each unit test has a group of its own."""
    file = nodeid.partition("::")[0]
    return file, scope(nodeid) if file.startswith("tests/clouds/") else ""


def _ordered(chance: random.Random) -> tuple[list[str], list[str]]:
    """Some order, and the one that is made of it."""
    mixed = _IDS.copy()
    chance.shuffle(mixed)
    return mixed, sandbox_first(mixed)


@given(st.randoms(use_true_random=False))
def test_each_group_runs_at_a_time_the_largest_first_and_those_that_wait_last(chance: random.Random) -> None:
    mixed, ordered = _ordered(chance)
    groups = [name for name, _ in itertools.groupby(map(scope, ordered))]
    assert sorted(ordered) == sorted(mixed)
    assert len(groups) == len(set(groups))
    assert set(groups[:3]) == {"registries", "cloud-aks", "cloud-eks"}
    folders = [*dict.fromkeys(each.split("/")[1] for each in ordered if scope(each) == "registries")]
    assert folders == ["clouds", "faults"]
    assert sum(scope(each) == "cloud-aks" for each in ordered) == 3
    assert all(each.startswith("tests/e2e/test_") for each in groups[3:6])
    assert groups[6] == "alone"
    assert not any(each.startswith("tests/e2e/") for each in groups[7:])


@given(st.randoms(use_true_random=False))
def test_the_order_inside_of_a_group_stays_random(chance: random.Random) -> None:
    mixed, ordered = _ordered(chance)
    for one in {_place(each) for each in mixed}:
        assert [each for each in ordered if _place(each) == one] == [each for each in mixed if _place(each) == one]
    others = [each for each in mixed if each.startswith(("tests/unit/", "tests/program/"))]
    assert ordered[-len(others) :] == others


def test_a_mark_that_does_not_go_with_its_file_is_found() -> None:
    alone, other = f"{min(ALONE)}::test", "tests/e2e/test_deploy.py::test"
    assert (misplaced(alone, alone=True), misplaced(other, alone=False)) == (False, False)
    assert (misplaced(alone, alone=False), misplaced(other, alone=True)) == (True, True)


@given(st.randoms(use_true_random=False), st.integers(0, 5), st.text())
def test_a_sample_is_the_same_in_every_worker_and_has_what_was_asked(
    chance: random.Random, count: int, seed: str
) -> None:
    mixed = _IDS[:4].copy()
    chance.shuffle(mixed)
    assert sample(mixed, count, seed) == sample(_IDS[:4], count, seed)
    assert len(set(sample(mixed, count, seed))) == min(count, 4)


def test_each_of_a_family_comes_by_and_by() -> None:
    family = _IDS[:16]
    assert {each for seed in range(50) for each in sample(family, 2, str(seed))} == set(family)


def _cases(file: str, function: str, count: int) -> list[str]:
    return [f"{file}::{function}[{number}]" for number in range(count)]


@given(st.randoms(use_true_random=False), st.text())
def test_a_run_takes_no_more_of_a_file_and_of_a_family_than_it_should(chance: random.Random, seed: str) -> None:
    file, other = "tests/faults/test_updates.py", "tests/e2e/test_network.py"
    many, few, whole = _cases(file, "test_a", 30), _cases(file, "test_b", 9), _cases(other, "test_c", 40)
    tests = [*((each, None) for each in many + whole), *((each, Family("test_b", 2)) for each in few)]
    chance.shuffle(tests)
    left = left_out(tests, seed)
    taken = {nodeid for nodeid, _ in tests} - left
    assert sum(each.startswith(file) for each in taken) == AT_MOST[file]
    assert len(taken & set(few)) <= 2
    assert set(whole) <= taken
    assert left_out(sorted(tests), seed) == left


def test_each_file_that_is_named_is_there() -> None:
    named = [file for files in AT_MOST for file in files.split()]
    assert [each for each in (*named, *ALONE) if not (ROOT / each).is_file()] == []
