"""Tokens of the simulated clouds: what is read is what was given, by whoever has the key, for as long as it lasts."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clouds.tokens import Claims, Tokens

TOKENS = Tokens("the key")
CLAIMS = Claims("azure", "refresh", "11111111-1111-4111-8111-111111111111", given=1000.0, expires=2000.0, detail="x")


@given(st.builds(Claims, *[st.text()] * 3, st.floats(0, 1000), st.floats(1001, 2000), st.text()))
def test_a_token_says_what_it_was_given_for(claims: Claims) -> None:
    assert TOKENS.read(TOKENS.give(claims), 1000.5) == claims


@pytest.mark.parametrize(("now", "is_read"), [(999.0, True), (1999.9, True), (2000.0, False), (3000.0, False)])
def test_a_token_ends(now: float, is_read: bool) -> None:
    assert (TOKENS.read(TOKENS.give(CLAIMS), now) is not None) == is_read


@pytest.mark.parametrize(("given_after", "is_read"), [(0.0, True), (1000.0, True), (1000.1, False)])
def test_tokens_before_a_moment_can_all_be_void(given_after: float, is_read: bool) -> None:
    assert (TOKENS.read(TOKENS.give(CLAIMS), 1500, given_after=given_after) is not None) == is_read


def test_another_key_gives_another_token() -> None:
    assert Tokens("another key").read(TOKENS.give(CLAIMS), 1500) is None


def test_claims_that_were_changed_are_not_read() -> None:
    prefix, body, signature = TOKENS.give(CLAIMS).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "subject": "another"}).encode()).decode().rstrip("=")
    assert TOKENS.read(f"{prefix}.{forged}.{signature}", 1500) is None
    assert TOKENS.read(f"other.{body}.{signature}", 1500) is None


@given(st.one_of(st.text(), st.builds("simulated.{}.{}".format, st.text(), st.text())))
def test_any_other_text_is_no_token(text: str) -> None:
    assert TOKENS.read(text, 1500) is None


def test_a_token_fits_a_header() -> None:
    text = TOKENS.give(Claims("aws", "access", "é" * 10, 1.0, 2.0))
    assert text.isascii()
    assert " " not in text
