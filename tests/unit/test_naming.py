"""Names and labels of an app's objects."""

import pytest

from components.errors import InvalidValueError
from components.naming import check_app_name, labels, rollout_command, selector, shortened, url


@pytest.mark.parametrize("name", ["web", "a", "web-2", "a" * 63])
def test_a_service_name_passes(name: str) -> None:
    assert check_app_name(name) == name


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("2web", "web"), ("Web_Api", "web-api"), ("web-", "web"), ("a.b", "a-b"), ("a" * 64, "a" * 63), ("", None)],
)
def test_a_name_that_no_service_may_have_is_refused_with_one_it_may(name: str, suggestion: str | None) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_app_name(name)
    assert caught.value.suggestion == suggestion


def test_a_name_that_is_too_long_is_cut_and_stays_another_one_than_its_neighbour() -> None:
    assert shortened("a" * 63, 63) == "a" * 63
    cut = [shortened("a" * 63 + each, 63) for each in "bc"]
    assert {len(each) for each in cut} == {63}
    assert cut[0] != cut[1]


def test_labels_of_the_caller_cannot_change_the_selector() -> None:
    given = labels("web", "project", {"app.kubernetes.io/name": "other", "team": "blue"})
    assert selector("web").items() <= given.items()
    assert given["team"] == "blue"


def test_nothing_that_may_change_is_in_the_selector() -> None:
    assert selector("web") == {"app.kubernetes.io/name": "web", "app.kubernetes.io/instance": "web"}


@pytest.mark.parametrize(
    ("tls", "port", "expected"),
    [
        (False, None, "http://w.example.com"),
        (False, 80, "http://w.example.com"),
        (False, 8080, "http://w.example.com:8080"),
        (True, 443, "https://w.example.com"),
        (True, 80, "https://w.example.com:80"),
    ],
)
def test_a_url_shows_only_a_port_that_is_not_its_schemes_own(tls: bool, port: int | None, expected: str) -> None:
    assert url("w.example.com", tls=tls, port=port) == expected


def test_the_rollout_command_names_context_and_namespace() -> None:
    assert rollout_command("kind", "apps", "web") == ("kubectl --context kind -n apps rollout status deployment/web")
