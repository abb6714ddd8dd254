"""What each answer of a registry that is not the image means."""

import re
from collections.abc import Iterator

import pytest

from pulls.registry.ask import Answer, Login, Outcome, ask
from pulls.registry.refusals import hides
from tests.unit.registry_server import (
    INDEX,
    MANIFEST,
    PASSWORD,
    USER,
    Registry,
    Reply,
    error_body,
    registry,
)

LOGIN = Login(USER, PASSWORD)
SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"
DENIED = error_body("DENIED", "requested access to the resource is denied")


@pytest.fixture
def served() -> Iterator[Registry]:
    with registry() as each:
        yield each


def web(served: Registry, login: Login | None = None, name: str = "team/web:1") -> Answer:
    return ask(f"{served.host}/{name}", login=login)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(403, DENIED), Outcome.FORBIDDEN),
        (Reply(403), Outcome.FORBIDDEN),
        (
            Reply(403, error_body("DENIED", 'Permission "x" denied on resource "y" (or it may not exist)')),
            Outcome.HIDDEN,
        ),
        (Reply(429, error_body("TOOMANYREQUESTS", "slow down")), Outcome.RATE_LIMITED),
        (Reply(403, error_body("TOOMANYREQUESTS", "slow down")), Outcome.RATE_LIMITED),
        (Reply(500), Outcome.SERVER_ERROR),
        (Reply(503, b"<html><title>Maintenance</title></html>"), Outcome.SERVER_ERROR),
        (Reply(418), Outcome.SERVER_ERROR),
        (Reply(302), Outcome.SERVER_ERROR),
        (Reply(302, headers={"Location": "ftp://host/x"}), Outcome.SERVER_ERROR),
        (Reply(302, headers={"Location": "/v2/again"}), Outcome.SERVER_ERROR),
        (Reply(302, headers={"Location": "http://[::1/"}), Outcome.SERVER_ERROR),
        (Reply(401, headers={"WWW-Authenticate": "Bearer"}), Outcome.SERVER_ERROR),
        (Reply(401, headers={"WWW-Authenticate": 'Bearer realm="nonsense"'}), Outcome.SERVER_ERROR),
        (Reply(401, headers={"WWW-Authenticate": "Negotiate"}), Outcome.REFUSED_WITHOUT_LOGIN),
        (Reply(200, b"{", {"Content-Type": MANIFEST}), Outcome.SERVER_ERROR),
        (Reply(200, b"[]", {"Content-Type": INDEX}), Outcome.SERVER_ERROR),
        (Reply(200, b'{"manifests": [{}]}', {"Content-Type": INDEX}), Outcome.SERVER_ERROR),
        (Reply(200, b"{}", {"Content-Type": SCHEMA_1}), Outcome.MANIFEST_UNSUPPORTED),
        (Reply(200, b'{"schemaVersion": 1}', {"Content-Type": "application/json"}), Outcome.MANIFEST_UNSUPPORTED),
        (Reply(200, b"{}", {"Content-Type": "application/vnd.acme+json"}), Outcome.MANIFEST_UNSUPPORTED),
        (Reply(200, b"<html>Welcome</html>", {"Content-Type": "text/html"}), Outcome.MANIFEST_UNSUPPORTED),
        (Reply(200, b"x" * 5_000_000, {"Content-Type": MANIFEST}), Outcome.MANIFEST_UNSUPPORTED),
        (Reply(400, b"Client sent an HTTP request to an HTTPS server."), Outcome.PLAIN_HTTP),
    ],
)
def test_each_answer_of_a_registry_has_one_meaning(served: Registry, reply: Reply, outcome: Outcome) -> None:
    served.always(reply)
    assert web(served).outcome is outcome


def test_the_registrys_own_words_are_kept(served: Registry) -> None:
    served.always(Reply(403, DENIED))
    answer = web(served)
    assert (answer.status, answer.said) == (403, "DENIED: requested access to the resource is denied")


def test_long_words_are_cut(served: Registry) -> None:
    served.always(Reply(500, error_body("UNKNOWN", "word " * 1000)))
    assert len(web(served).said) == 300


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("soon", None), ("", None), ("9" * 30, 86400)],
)
def test_a_rate_limit_says_when_to_come_again(served: Registry, header: str, seconds: int | None) -> None:
    served.always(Reply(429, headers={"Retry-After": header}))
    assert web(served).retry_after == seconds


def test_an_expired_login_is_a_refused_login_whatever_the_status(served: Registry) -> None:
    served.auth = "basic"
    expired = error_body("DENIED", "Your authorization token has expired. Reauthenticate and try again.")
    served.overrides.append(lambda each: Reply(403, expired) if each.authorization else None)
    assert web(served, LOGIN).outcome is Outcome.REFUSED_LOGIN


@pytest.mark.parametrize(
    ("host", "status", "hidden"),
    [
        ("registry-1.docker.io", 401, True),
        ("registry-1.docker.io", 404, False),
        ("ghcr.io", 403, True),
        ("ghcr.io", 404, True),
        ("acme.azurecr.io", 401, True),
        ("acme.azurecr.io", 403, False),
        ("europe-west1-docker.pkg.dev:443", 403, True),
        ("eu.gcr.io", 401, True),
        ("quay.io", 401, True),
        ("1.dkr.ecr.eu-west-1.amazonaws.com", 403, False),
        ("ghcr.io.example.com", 403, False),
        ("registry.example.com", 401, False),
    ],
)
def test_what_a_registry_hides_is_known_by_its_host(host: str, status: int, hidden: bool) -> None:
    assert hides(host, status) is hidden


@pytest.mark.parametrize(
    ("auth", "login", "reply"),
    [
        ("bearer", None, None),
        ("basic", None, None),
        ("none", None, Reply(403, DENIED)),
        ("none", None, Reply(404, error_body("NAME_UNKNOWN", "x"))),
        ("none", None, Reply(404, error_body("MANIFEST_UNKNOWN", "x"))),
    ],
)
def test_what_a_registry_hides_is_never_asserted(
    served: Registry, monkeypatch: pytest.MonkeyPatch, auth: str, login: Login | None, reply: Reply | None
) -> None:
    like_github = ((re.compile(r"127\.0\.0\.1"), frozenset({401, 403, 404})),)
    monkeypatch.setattr("pulls.registry.refusals._HIDING", like_github)
    served.auth, served.token_reply = auth, Reply(401)
    if reply is not None:
        served.always(reply)
    assert web(served, login).outcome is Outcome.HIDDEN


def test_a_repository_that_lists_its_tags_hides_nothing(served: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulls.registry.refusals._HIDING", ((re.compile(r".*"), frozenset({404})),))
    served.push_image("team/web", "1")
    assert web(served, name="team/web:2").outcome is Outcome.NOT_FOUND


def test_a_firewall_that_says_so_is_told_also_where_403_may_hide(
    served: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulls.registry.refusals._HIDING", ((re.compile(r".*"), frozenset({403})),))
    served.always(Reply(403, error_body("DENIED", "client with IP '192.0.2.1' is not allowed access")))
    assert web(served).outcome is Outcome.FORBIDDEN
