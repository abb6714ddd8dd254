"""How the login is sent to a registry and its token service, and what a refusal of it means."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulls.registry.ask import Answer, Login, Outcome, ask
from tests.unit.raw_servers import certificate
from tests.unit.registry_server import (
    PASSWORD,
    REFRESH,
    TOKEN,
    USER,
    Registry,
    Reply,
    basic_header,
    registry,
)

LOGIN = Login(USER, PASSWORD)
WRONG = Login(USER, "wrong")
GUID = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def served() -> Iterator[Registry]:
    with registry() as each:
        yield each


def web(served: Registry, login: Login | None = None, name: str = "team/web:1") -> Answer:
    return ask(f"{served.host}/{name}", login=login)


@pytest.mark.parametrize(
    ("auth", "login", "outcome"),
    [
        ("basic", None, Outcome.REFUSED_WITHOUT_LOGIN),
        ("basic", LOGIN, Outcome.PRESENT),
        ("basic", WRONG, Outcome.REFUSED_LOGIN),
        ("bearer", None, Outcome.PRESENT),
        ("bearer", LOGIN, Outcome.PRESENT),
        ("bearer", WRONG, Outcome.REFUSED_LOGIN),
        ("bearer", Login("<token>", REFRESH), Outcome.PRESENT),
        ("bearer", Login(GUID, REFRESH), Outcome.PRESENT),
        ("bearer", Login(GUID, "expired"), Outcome.REFUSED_LOGIN),
    ],
)
def test_the_login_is_sent_as_the_registry_asks_for_it(
    served: Registry, auth: str, login: Login | None, outcome: Outcome
) -> None:
    served.push_image("team/web", "1")
    served.auth = auth
    assert web(served, login).outcome is outcome


def test_a_token_is_asked_for_with_the_service_and_the_right_to_pull_once(served: Registry) -> None:
    served.push_image("team/web", "1")
    served.auth = "bearer"
    web(served, LOGIN)
    asked = [each for each in served.asked if each.path == "/token"]
    assert [each.query for each in asked] == ["service=tests&scope=repository%3Ateam%2Fweb%3Apull"]
    assert asked[0].authorization == basic_header()


def test_a_refresh_token_is_given_in_a_form_and_only_there(served: Registry) -> None:
    served.push_image("team/web", "1")
    served.auth = "bearer"
    web(served, Login("<token>", REFRESH))
    form = next(each.form for each in served.asked if each.method == "POST")
    assert {name: form[name][0] for name in ("grant_type", "refresh_token", "service", "scope")} == {
        "grant_type": "refresh_token",
        "refresh_token": REFRESH,
        "service": "tests",
        "scope": "repository:team/web:pull",
    }
    assert {each.authorization for each in served.asked} == {None, f"Bearer {TOKEN}"}


def test_a_token_service_that_knows_no_oauth_is_asked_with_the_guid_as_a_user(served: Registry) -> None:
    served.push_image("team/web", "1")
    served.auth = "bearer"
    served.overrides.append(lambda each: Reply(405) if each.method == "POST" else None)
    served.overrides.append(
        lambda each: (
            Reply(200, json.dumps({"access_token": TOKEN}).encode())
            if each.authorization == basic_header(GUID, REFRESH)
            else None
        )
    )
    assert web(served, Login(GUID, REFRESH)).outcome is Outcome.PRESENT


def test_a_stranger_that_the_token_service_refuses_is_refused_without_a_login(served: Registry) -> None:
    served.auth = "bearer"
    served.token_reply = Reply(401, b'{"details":"login first"}')
    answer = web(served)
    assert (answer.outcome, answer.said) == (Outcome.REFUSED_WITHOUT_LOGIN, "login first")
    assert answer.asked == f"GET http://{served.host} for a token"


def test_a_login_that_gave_a_token_was_accepted_so_a_401_is_missing_or_not_allowed(served: Registry) -> None:
    served.auth, served.grants = "bearer", "token-without-rights"
    assert web(served, LOGIN).outcome is Outcome.HIDDEN
    assert web(served, None).outcome is Outcome.REFUSED_WITHOUT_LOGIN


def test_without_a_challenge_no_login_is_sent(served: Registry) -> None:
    served.always(Reply(401))
    assert web(served, LOGIN).outcome is Outcome.REFUSED_WITHOUT_LOGIN
    assert [each.authorization for each in served.asked] == [None]


def test_a_challenge_of_a_host_that_the_registry_redirects_to_is_not_answered(served: Registry) -> None:
    with registry() as other:
        other.auth = "bearer"
        served.always(Reply(302, headers={"Location": f"http://{other.host}/v2/team/web/manifests/1"}))
        answer = web(served, LOGIN)
        assert [each.path for each in other.asked] == ["/v2/team/web/manifests/1"]
    assert answer.outcome is Outcome.FORBIDDEN


def test_a_login_never_goes_to_a_token_service_without_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))
    challenge = {"WWW-Authenticate": 'Bearer realm="http://tokens.invalid/token"'}
    with registry(ours.server) as served:
        served.always(Reply(401, headers=challenge))
        answer = ask(f"{served.host}/team/web:1", login=LOGIN, plain_http=False)
    assert (answer.outcome, "was not sent" in answer.said) == (Outcome.SERVER_ERROR, True)
