"""Tests of the one sandbox are not mixed, whatever the seed."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import sandbox_first

_IDS = [f"tests/{folder}/test_{n}.py::test" for folder in ("e2e", "faults", "unit", "program") for n in range(4)]


@given(st.randoms(use_true_random=False))
def test_each_folder_of_sandbox_tests_runs_at_a_time_and_first(chance: random.Random) -> None:
    given_order = _IDS.copy()
    chance.shuffle(given_order)
    ordered = sandbox_first(given_order)
    folders = [each.split("/")[1] for each in ordered]
    first, second = folders[:4], folders[4:8]
    assert sorted((set(first), set(second)), key=str) == [{"e2e"}, {"faults"}]
    assert sorted(ordered) == sorted(given_order)


@given(st.randoms(use_true_random=False))
def test_the_order_inside_of_a_folder_stays_random(chance: random.Random) -> None:
    given_order = _IDS.copy()
    chance.shuffle(given_order)
    ordered = sandbox_first(given_order)
    for folder in ("e2e", "faults", "unit"):
        mark = f"tests/{folder}/"
        assert [each for each in ordered if mark in each] == [each for each in given_order if mark in each]
