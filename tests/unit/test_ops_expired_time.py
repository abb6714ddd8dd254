"""The tag that says when a stack ends, and the clocks that say what time it is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.expired_clock import Clock, look_at_clocks
from ops.expired_time import as_tag, end_of
from tests.unit.plain_api import Reply, plain_api

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES))
def test_a_moment_is_read_as_it_was_written_in_any_zone(moment: datetime) -> None:
    assert end_of(moment.isoformat()) == moment
    assert end_of(moment.isoformat()).tzinfo is UTC


def test_a_tag_has_whole_seconds_in_utc() -> None:
    assert as_tag(datetime(2026, 1, 5, 13, 0, 0, 7, tzinfo=timezone(timedelta(hours=1)))) == "2026-01-05T12:00:00Z"
    assert end_of("2026-01-05T12:00:00Z") == NOON


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-01-05T12:00:00", "has no zone, so nobody knows when that is"),
        ("2026-01-05", "has no zone"),
        ("in 8 hours", "'in 8 hours', which is no time"),
        ("", "'', which is no time"),
        ("1767614400", "which is no time"),
        ("2026-02-30T12:00:00Z", "which is no time"),
        ("0001-01-01T00:00:00+14:00", "which is no time"),
        ("never\x1b[31m\n" * 100, "which is no time"),
    ],
)
def test_what_says_no_time_is_told_in_a_few_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"^says ") as refused:
        end_of(text)
    assert words in str(refused.value)
    assert len(str(refused.value)) < 160
    assert str(refused.value).isprintable()


@given(st.text(max_size=60))
def test_any_text_is_a_moment_in_utc_or_a_reason(text: str) -> None:
    try:
        assert end_of(text).tzinfo is UTC
    except ValueError as error:
        assert str(error).startswith("says ")  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    ("backend", "newest", "now", "note"),
    [
        (None, None, NOON, ""),
        (NOON - timedelta(hours=1), None, NOON - timedelta(hours=1), "this machine's clock is 3600 s ahead of the"),
        (NOON + timedelta(hours=1), None, NOON, "this machine's clock is 3600 s behind the backend's"),
        (NOON + timedelta(seconds=20), None, NOON, ""),
        (None, NOON + timedelta(hours=1), NOON, "this machine's clock is 3600 s behind the last update of a stack"),
        (None, NOON - timedelta(days=9), NOON, ""),
    ],
)
def test_the_earlier_clock_counts_and_a_difference_is_told(
    backend: datetime | None, newest: datetime | None, now: datetime, note: str
) -> None:
    clock = Clock(NOON, backend, newest)
    assert clock.now == now
    assert clock.note.startswith(note)
    assert bool(clock.note) == bool(note)


def test_a_server_is_asked_what_time_it_is() -> None:
    with plain_api(lambda _: Reply(404, b"nothing here")) as server:
        told = look_at_clocks(server.url, None).backend
        (asked,) = server.asked
    assert told is not None
    assert abs(datetime.now(UTC) - told) < timedelta(seconds=10)
    assert asked.authorization is None


@pytest.mark.parametrize("backend", ["http://127.0.0.1:1", "file:///s", "s3://states?region=eu-central-1", ""])
def test_where_no_server_tells_the_time_the_one_here_counts(backend: str) -> None:
    clock = look_at_clocks(backend, None)
    assert (clock.backend, clock.note) == (None, "")
