"""The pure parts of the registry witness: platforms, challenges, tokens."""

import pytest

from pulls.registry.auth import best_challenge, token_of, token_requests
from pulls.registry.login import Login
from pulls.registry.manifest import UnsupportedManifestError, read_manifest, runs_on


@pytest.mark.parametrize(
    ("offered", "node", "runs"),
    [
        ("linux/amd64", "linux/amd64", True),
        ("linux/amd64", "linux/arm64", False),
        ("linux/amd64", "windows/amd64", False),
        ("linux/arm64/v8", "linux/arm64", True),
        ("linux/arm64", "linux/arm64/v8", True),
        ("linux/arm64/v8", "linux/arm64/v9", True),
        ("linux/arm64/v9", "linux/arm64/v8", True),
        ("linux/arm/v6", "linux/arm/v7", True),
        ("linux/arm/v7", "linux/arm/v6", False),
        ("linux/arm/v7", "linux/arm", True),
        ("linux/amd64/v3", "linux/amd64", True),
        ("linux/amd64/v3", "linux/amd64/v2", False),
        ("linux/x86_64", "linux/amd64", True),
        ("linux/arm64", "linux/aarch64", True),
        ("Linux/AMD64", "linux/amd64", True),
    ],
)
def test_a_node_runs_its_own_platform_and_what_may_be_it(offered: str, node: str, runs: bool) -> None:
    assert runs_on(offered, node) is runs


@pytest.mark.parametrize(
    ("headers", "scheme", "parameters"),
    [
        (['Bearer realm="https://a/t",service="s"'], "bearer", {"realm": "https://a/t", "service": "s"}),
        (['bearer realm=https://a/t , SERVICE="s"'], "bearer", {"realm": "https://a/t", "service": "s"}),
        (['Bearer realm="a, b",scope="x:y:pull,push"'], "bearer", {"realm": "a, b", "scope": "x:y:pull,push"}),
        (['Bearer realm="a\\"b\\\\c"'], "bearer", {"realm": 'a"b\\c'}),
        (['Basic realm="x"', 'Bearer realm="y"'], "bearer", {"realm": "y"}),
        (['Basic realm="x", Bearer realm="y"'], "bearer", {"realm": "y"}),
        (['Negotiate, Basic realm="x"'], "basic", {"realm": "x"}),
        (["Basic"], "basic", {}),
    ],
)
def test_the_best_challenge_is_read(headers: list[str], scheme: str, parameters: dict[str, str]) -> None:
    found = best_challenge(headers)
    assert found is not None
    assert (found.scheme, found.parameters) == (scheme, parameters)


@pytest.mark.parametrize("headers", [[], [""], ["Digest realm=x"], ['="'], [",,,"], ['Bearer"']])
def test_other_challenges_are_none(headers: list[str]) -> None:
    assert best_challenge(headers) is None


def test_a_scope_that_the_registry_asks_for_is_asked_for_beside_our_own() -> None:
    challenge = best_challenge(['Bearer realm="https://a/t",scope="repository:web:pull registry:catalog:*"'])
    assert challenge is not None
    (request,) = token_requests(challenge, "web", None)
    assert request.query == (("scope", "repository:web:pull"), ("scope", "registry:catalog:*"))


@pytest.mark.parametrize(
    ("document", "token"),
    [
        ({"token": "a"}, "a"),
        ({"access_token": "b", "token": "a"}, "b"),
        ({"token": "two\r\nX-Header: lines"}, None),
        ({"token": "t\u00f6ken"}, None),
        ({"token": 5}, None),
        ({"token": ""}, None),
        ([], None),
        (None, None),
    ],
)
def test_only_a_token_that_a_header_can_carry_is_one(document: object, token: str | None) -> None:
    assert token_of(document) == token


def test_schema_1_is_named_also_without_a_media_type() -> None:
    with pytest.raises(UnsupportedManifestError, match="schema 1"):
        read_manifest("application/json; charset=utf-8", b'{"schemaVersion": 1}')


def test_nothing_shows_what_a_request_for_a_token_carries() -> None:
    challenge = best_challenge(['Bearer realm="https://a/t"'])
    assert challenge is not None
    for login in (Login("puller", "hunter2"), Login("<token>", "hunter2")):
        assert "hunter2" not in repr(token_requests(challenge, "web", login))
        assert "cHVsbGVyOmh1bnRlcjI" not in repr(token_requests(challenge, "web", login))
