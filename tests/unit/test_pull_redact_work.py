"""Redaction reads a bounded part of a text, as rules do."""

from pulls.classify import classify
from pulls.text.mask import LIMIT
from pulls.text.redact import Redacted, redact

PIECES = ("\\", "://a:", "://", "password : ", "{Password:", "%3a")


def test_what_is_beyond_the_limit_is_not_looked_at() -> None:
    for piece in PIECES:
        text = piece * (LIMIT * 10 // len(piece))
        assert Redacted(text).whole == Redacted(text[: LIMIT * 2]).whole
        assert len(Redacted(text).part(0, len(text))) <= LIMIT * len("***")
    assert len(classify("ErrImagePull", "a " * LIMIT).text) == LIMIT


def test_a_text_is_shown_as_far_as_rules_read_it() -> None:
    assert redact("a " * LIMIT) == ("a " * LIMIT)[:LIMIT]


def test_a_login_that_the_limit_cuts_is_known_by_what_follows() -> None:
    text = "x " * (LIMIT // 2 - 10) + "https://me:Sup3rS3cretPw@r.example.com/v2/"
    assert text[:LIMIT].endswith("Sup3rS3cr"[: LIMIT - text.index("Sup3r")])
    assert redact(text).endswith("https://***")
