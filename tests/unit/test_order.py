"""Tests of the one sandbox are not mixed, whatever the seed."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import sample, sandbox_first

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
