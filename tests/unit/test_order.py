"""Tests of the one sandbox are not mixed, whatever the seed."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import sandbox_first
from tests.sampling import AT_MOST, Family, left_out, sample
from tests.stack_files import ROOT

_ALONE = {"tests/e2e/test_1.py::test", "tests/e2e/test_2.py::test"}
_IDS = [f"tests/{folder}/test_{n}.py::test" for folder in ("e2e", "faults", "unit", "program") for n in range(4)]


@given(st.randoms(use_true_random=False))
def test_each_folder_of_sandbox_tests_runs_at_a_time_and_first(chance: random.Random) -> None:
    given_order = _IDS.copy()
    chance.shuffle(given_order)
    ordered = sandbox_first(given_order, _ALONE)
    folders = [each.split("/")[1] for each in ordered]
    first, second = folders[:4], folders[4:8]
    assert sorted((set(first), set(second)), key=str) == [{"e2e"}, {"faults"}]
    assert sorted(ordered) == sorted(given_order)


@given(st.randoms(use_true_random=False))
def test_the_order_inside_of_a_folder_stays_random(chance: random.Random) -> None:
    given_order = _IDS.copy()
    chance.shuffle(given_order)
    ordered = sandbox_first(given_order, _ALONE)
    for folder in ("e2e", "faults", "unit"):
        mine = [each for each in given_order if f"tests/{folder}/" in each and each not in _ALONE]
        assert [each for each in ordered if each in mine] == mine


@given(st.randoms(use_true_random=False))
def test_those_that_need_the_sandbox_alone_come_last_in_their_folder(chance: random.Random) -> None:
    given_order = _IDS.copy()
    chance.shuffle(given_order)
    of_folder = [each for each in sandbox_first(given_order, _ALONE) if "tests/e2e/" in each]
    assert set(of_folder[2:]) == _ALONE


@given(st.randoms(use_true_random=False), st.integers(0, 5), st.text())
def test_a_sample_is_the_same_in_every_worker_and_has_what_was_asked(
    chance: random.Random, count: int, seed: str
) -> None:
    mixed = _IDS[:4].copy()
    chance.shuffle(mixed)
    assert sample(mixed, count, seed) == sample(_IDS[:4], count, seed)
    assert len(set(sample(mixed, count, seed))) == min(count, 4)


def test_each_of_a_family_comes_by_and_by() -> None:
    assert {each for seed in range(50) for each in sample(_IDS, 2, str(seed))} == set(_IDS)


def _cases(file: str, function: str, count: int) -> list[str]:
    return [f"{file}::{function}[{number}]" for number in range(count)]


@given(st.randoms(use_true_random=False), st.text())
def test_a_run_takes_no_more_of_a_file_and_of_a_family_than_it_should(chance: random.Random, seed: str) -> None:
    file, other = "tests/faults/test_updates.py", "tests/e2e/test_deploy.py"
    many, few, whole = _cases(file, "test_a", 30), _cases(file, "test_b", 9), _cases(other, "test_c", 40)
    tests = [*((each, None) for each in many + whole), *((each, Family("test_b", 2)) for each in few)]
    chance.shuffle(tests)
    left = left_out(tests, seed)
    taken = {nodeid for nodeid, _ in tests} - left
    assert sum(each.startswith(file) for each in taken) == AT_MOST[file]
    assert len(taken & set(few)) <= 2
    assert set(whole) <= taken
    assert left_out(sorted(tests), seed) == left


def test_each_file_of_which_only_some_is_taken_is_there() -> None:
    assert [each for each in AT_MOST if not (ROOT / each).is_file()] == []
