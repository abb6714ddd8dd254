"""How the simulated clouds behave beside their rules: read from a file, and the same each time."""

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sandbox.clouds.behaviour import Behaviour, CloudName, read_behaviour, write_behaviour

CLOUDS = st.sampled_from(get_args(CloudName))


@given(CLOUDS, st.text(), st.integers(), st.floats(0, 1000), st.floats(0, 3600))
def test_a_right_counts_after_its_own_delay_and_at_the_latest_after_the_longest(
    cloud: CloudName, identifier: str, seed: int, made: float, longest: float
) -> None:
    behaviour = Behaviour(seed=seed, grant_seconds={cloud: longest})
    moments = [made + longest * step / 10 for step in range(11)]
    counts = [behaviour.grant_counts(cloud, identifier, made, moment) for moment in moments]
    assert counts == sorted(counts)  # once it counts it goes on to
    assert behaviour.grant_counts(cloud, identifier, made, made + longest)
    assert counts == [behaviour.grant_counts(cloud, identifier, made, moment) for moment in moments]


def test_rights_have_delays_of_their_own_and_another_seed_other_ones() -> None:
    def counted(seed: int) -> list[bool]:
        behaviour = Behaviour(seed=seed, grant_seconds={"azure": 100.0})
        return [behaviour.grant_counts("azure", f"right-{number}", 0.0, 50.0) for number in range(50)]

    assert 5 < sum(counted(1)) < 45
    assert counted(1) != counted(2)


def test_a_right_counts_at_once_where_no_delay_is_set() -> None:
    assert Behaviour(grant_seconds={}).grant_counts("aws", "a", 10.0, 10.0)
    assert not Behaviour(grant_seconds={}).grant_counts("aws", "a", 10.0, 9.0)


def test_a_good_day_is_what_no_file_says(tmp_path: Path) -> None:
    assert read_behaviour(tmp_path / "none.json") == Behaviour()
    assert Behaviour().failures == []
    assert Behaviour().expired_before == 0


def test_the_tokens_of_one_cloud_may_end_alone() -> None:
    behaviour = Behaviour(expired_before=2.0, expired={"aws": 5.0, "google": 1.0})
    assert [behaviour.given_after(each) for each in ("aws", "google", "azure", "quay")] == [5.0, 2.0, 2.0, 2.0]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "clouds" / "behaviour.json"
    said = Behaviour(seed=3, grant_seconds={"google": 7.5}, create_seconds={"a": 1.0}, expired_before=4.0)
    write_behaviour(file, said)
    assert read_behaviour(file) == said


@pytest.mark.parametrize("text", ['{"sede": 1}', '{"grant_seconds": {"oracle": 1}}', '{"failures": [{"deed": "x"}]}'])
def test_what_it_does_not_know_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "behaviour.json"
    file.write_text(text)
    with pytest.raises(ValidationError):
        read_behaviour(file)
