"""The progress deadline: longer than a pod may take, shorter than `up` waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import InvalidValueError
from components.rollout_time import progress_seconds


@pytest.mark.parametrize(
    ("timeout", "start", "least", "seconds"),
    [
        (600, 60, 5, 300),
        (3600, 60, 5, 300),
        (3600, 500, 5, 565),  # a slow start gets what it was promised, and a pull
        (600, 500, 5, 565),
        (600, 580, 5, 590),
        (90, 60, 5, 80),
        (60, 10, 5, 50),
        (300, 10, 5, 150),
    ],
)
def test_the_deadline_follows_from_what_a_pod_may_take(timeout: int, start: int, least: int, seconds: int) -> None:
    assert progress_seconds(timeout, start, least) == seconds


@pytest.mark.parametrize(("timeout", "start", "least"), [(300, 500, 5), (600, 585, 5), (60, 10, 40), (60, 60, 5)])
def test_a_rollout_that_can_never_end_is_refused(timeout: int, start: int, least: int) -> None:
    with pytest.raises(InvalidValueError, match=f"gives a rollout {timeout} s .* may take {start} s .* for {least} s"):
        progress_seconds(timeout, start, least)


@given(st.integers(60, 5000), st.integers(1, 5000), st.integers(0, 5000))
def test_a_deadline_is_never_before_a_pod_nor_after_up(timeout: int, start: int, least: int) -> None:
    try:
        seconds = progress_seconds(timeout, start, least)
    except InvalidValueError:
        assert start + least >= timeout - 10
        return
    # Kubernetes itself wants it to be more than the time that a pod must stay ready.
    assert start + least < seconds < timeout
