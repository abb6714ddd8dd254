"""Checksums that make pods roll."""

from hypothesis import given
from hypothesis import strategies as st

from components.checksums import LENGTH, checksum, keyed_checksum

TEXTS = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3)


@given(TEXTS, TEXTS)
def test_two_contents_never_share_one(first: dict[str, str], second: dict[str, str]) -> None:
    assert (checksum(first) == checksum(second)) == (first == second)
    assert (keyed_checksum("k", first) == keyed_checksum("k", second)) == (first == second)


def test_the_order_of_a_mapping_is_no_change() -> None:
    assert checksum({"a": "1", "b": "2"}) == checksum({"b": "2", "a": "1"})


def test_without_the_key_a_guess_cannot_be_checked() -> None:
    pin = {"PIN": "1234"}
    assert keyed_checksum("one", pin) != keyed_checksum("two", pin)
    assert keyed_checksum("one", pin) != checksum(pin)
    assert len(keyed_checksum("one", pin)) == LENGTH
