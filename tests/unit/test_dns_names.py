"""Which host names an Ingress takes, and what is offered in place of the others."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.dns_names import LABEL_LIMIT, NAME_LIMIT, check_host, label_fault
from components.errors import InvalidValueError

INNER = string.ascii_lowercase + string.digits + "-"
LABEL = st.text(INNER, min_size=1, max_size=LABEL_LIMIT).filter(lambda text: text.strip("-") == text)
NAME = st.lists(LABEL, min_size=1, max_size=4).map(".".join).filter(lambda text: not text.rpartition(".")[2].isdigit())


def answer(text: str) -> str | None:
    """The name itself when it passes, else what is offered for it."""
    try:
        return check_host(text)
    except InvalidValueError as error:
        return error.suggestion


def refused(text: str) -> InvalidValueError:
    with pytest.raises(InvalidValueError) as caught:
        check_host(text)
    return caught.value


@given(NAME.filter(lambda text: len(text) <= NAME_LIMIT))
def test_every_name_of_good_labels_passes_as_it_is(name: str) -> None:
    assert check_host(name) == name


@given(st.text(INNER + "ABÄ_.:/*? \n[]", max_size=70))
def test_what_is_offered_in_place_of_a_name_is_always_accepted(text: str) -> None:
    offer = answer(text)
    assert offer is None or check_host(offer) == offer


@pytest.mark.parametrize(
    ("text", "reason", "suggestion"),
    [
        ("https://web.example.com/v1", "scheme comes from app.tlsSecret", "web.example.com"),
        ("web.example.com:8443", "the URL's port is ingress.port", "web.example.com"),
        ("web.example.com/api", "takes the whole host", "web.example.com"),
        ("my_web.example.com", "underscores are not allowed", "my-web.example.com"),
        ("Web.Example.com", "upper case is not allowed", "web.example.com"),
        ("web.example.com.", "with a letter or digit at both ends", "web.example.com"),
        (" web.example.com\n", "must be letters, digits and dashes", "web.example.com"),
        ("*.example.com", "must name one host, so no wildcard", None),
        ("10.0.0.1", "it is an address", None),
        ("::1", "it is an address", None),
        ("[2001:db8::1]", "it is an address", None),
        ("a..b", "'' must be letters", None),
        ("-web.com", "'-web' must be letters", None),
        ("bücher.example", "other letters than a to z are written as xn--", "xn--bcher-kva.example"),
        ("https://ci:pw@Bücher.example/", "it has a scheme", "xn--bcher-kva.example"),
        ("straße.example", "other letters than a to z", None),  # strasse.example is another name by now
        ("10.0.0.256", "its last part is a number", None),
        ("1.2.3", "its last part is a number", None),
        ("8080", "its last part is a number", None),
        ("", "'' must be letters", None),
    ],
)
def test_a_name_that_no_ingress_takes_is_refused_with_one_it_does(
    text: str, reason: str, suggestion: str | None
) -> None:
    error = refused(text)
    assert reason in str(error)
    assert str(error).startswith(f"{text!r} is not a host name: ")
    assert error.suggestion == suggestion


def test_a_label_may_have_63_characters_and_no_more() -> None:
    assert check_host("a" * 63 + ".com") == "a" * 63 + ".com"
    assert "aaaaaaaaaaaaaaaaaaaa… is longer than 63 characters" in str(refused("a" * 64 + ".com"))


def test_a_name_may_have_253_characters_and_no_more() -> None:
    longest = ".".join(["a" * 49] * 5 + ["abc"])
    assert len(longest) == 253
    assert check_host(longest) == longest
    assert "it is longer than 253 characters" in str(refused(f"{longest}d"))


def test_the_first_bad_label_is_the_one_that_is_named() -> None:
    assert label_fault("good.-bad.bad-") == (
        "'-bad' must be letters, digits and dashes, with a letter or digit at both ends"
    )
    assert label_fault("good.1") is None
