"""The login that a pull secret gives, and that no login, token or password comes out of an answer."""

import base64
import json
import string
from urllib.parse import quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulls.registry.ask import Login, ask, login_of
from tests.unit.registry_server import MANIFEST, PASSWORD, TOKEN, USER, Registry, Reply, registry


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def keys(*names: str) -> str:
    """A secret in which each key's user is the key itself."""
    return json.dumps({"auths": {name: {"username": name, "password": "p"} for name in names}})


@pytest.mark.parametrize(
    ("names", "image", "found"),
    [
        (["r.example.com"], "r.example.com/team/web:1", "r.example.com"),
        (["r.example.com"], "r.example.com", "r.example.com"),
        (["https://r.example.com"], "r.example.com/web", "https://r.example.com"),
        (["https://r.example.com/v1/"], "r.example.com/web", "https://r.example.com/v1/"),
        (["http://r.example.com/v2/"], "r.example.com/web", "http://r.example.com/v2/"),
        (["r.example.com", "r.example.com/team"], "r.example.com/team/web", "r.example.com/team"),
        (["r.example.com", "r.example.com/team"], "r.example.com/other/web", "r.example.com"),
        (["r.example.com/team"], "r.example.com/other/web", None),
        (["r.example.com:5000"], "r.example.com:5000/web", "r.example.com:5000"),
        (["r.example.com"], "r.example.com:5000/web", None),
        (["r.example.com:5000"], "r.example.com/web", None),
        (["*.azurecr.io"], "acme.azurecr.io/web", "*.azurecr.io"),
        (["*.azurecr.io", "acme.azurecr.io"], "acme.azurecr.io/web", "acme.azurecr.io"),
        (["*.azurecr.io"], "a.b.azurecr.io/web", None),
        (["*.dkr.ecr.*.amazonaws.com"], "1.dkr.ecr.eu-west-1.amazonaws.com/web", "*.dkr.ecr.*.amazonaws.com"),
        (["https://index.docker.io/v1/"], "docker.io/library/nginx:1", "https://index.docker.io/v1/"),
        (["https://index.docker.io/v1/"], "nginx", "https://index.docker.io/v1/"),
        (["https://index.docker.io/v1/"], "team/web:1", "https://index.docker.io/v1/"),
        (["https://index.docker.io/v1/"], "quay.io/team/web", None),
        (["https://index.docker.io/v1/"], "quay.io", None),
        (["docker.io", "index.docker.io"], "docker.io/library/nginx", "docker.io"),
        ([], "r.example.com/web", None),
    ],
)
def test_the_key_of_a_secret_that_matches_best_gives_the_login(names: list[str], image: str, found: str | None) -> None:
    login = login_of(keys(*names), image)
    assert (login and login.username) == found


@pytest.mark.parametrize(
    ("entry", "login"),
    [
        ({"auth": b64("puller:pass:word")}, Login("puller", "pass:word")),
        ({"auth": b64("puller:pw").rstrip("=")}, Login("puller", "pw")),
        ({"auth": b64("puller:pw"), "username": "other", "password": "other"}, Login("puller", "pw")),
        ({"username": "puller", "password": "pw", "email": "x"}, Login("puller", "pw")),
        ({"auth": b64("puller:")}, None),
        ({"username": "puller"}, None),
        ({"identitytoken": "x", "auth": b64("00000000-0000-0000-0000-000000000000:")}, None),
        ({}, None),
    ],
)
def test_an_entry_gives_the_login_that_the_kubelet_reads(entry: dict[str, str], login: Login | None) -> None:
    assert login_of(json.dumps({"auths": {"r.example.com": entry}}), "r.example.com/web") == login


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"auths": []}', '{"auths": {"a": 1}}', "[" * 100_000, '{"auths": {"a": {"auth": 5}}}'],
)
def test_a_secret_that_cannot_be_read_gives_none(text: str) -> None:
    assert login_of(text, "r.example.com/web") is None


def test_an_old_secret_has_its_entries_without_a_level_around_them() -> None:
    entry = {"username": "puller", "password": "pw"}
    old, new = json.dumps({"https://r.example.com": entry}), json.dumps({"auths": {"r.example.com": entry}})
    assert login_of(old, "r.example.com/web", old=True) == Login("puller", "pw")
    assert login_of(new, "r.example.com/web", old=True) is None
    assert login_of(old, "r.example.com/web") is None


@pytest.mark.parametrize(
    ("auth", "login", "sent"),
    [
        ("none", Login(USER, PASSWORD), False),
        ("basic", None, False),
        ("basic", Login(USER, PASSWORD), True),
        ("bearer", None, False),
        ("bearer", Login(USER, PASSWORD), True),
    ],
)
def test_an_answer_says_whether_a_login_was_sent(auth: str, login: Login | None, sent: bool) -> None:
    with registry() as server:
        server.auth = auth
        assert ask(f"{server.host}/team/web:1", login=login).with_login is sent


@pytest.mark.parametrize("auth", ["?", "nocolon"])
def test_one_bad_entry_spoils_the_secret_as_in_the_kubelet(auth: str) -> None:
    good = {"username": "u", "password": "p"}
    text = json.dumps({"auths": {"r.example.com": good, "other.example.com": {"auth": auth}}})
    assert login_of(text, "r.example.com/web") is None


def test_a_login_does_not_show_its_password() -> None:
    assert "hunter2" not in repr(Login("puller", "hunter2"))


# Planted credentials.

SECRETS = st.text(string.ascii_letters + string.digits + "-_.~+/=", min_size=12, max_size=40).filter(
    lambda each: any(map(str.isdigit, each)) and any(map(str.isalpha, each))
)


def plant(served: Registry, secret: str, place: str) -> None:
    """Let the registry give a credential away in one of its answers."""
    challenge = f'Bearer realm="http://u:{quote_plus(secret)}@{served.host}/token?token={quote_plus(secret)}",service="{secret}"'
    error = {"code": "DENIED", "message": f"login puller:x failed, Authorization: Bearer {secret}", "detail": secret}
    away = {"Location": f"http://puller:{quote_plus(secret)}@127.0.0.1:1/{quote_plus(secret)}?sig={quote_plus(secret)}"}
    replies = {
        "challenge": Reply(401, secret.encode(), {"WWW-Authenticate": challenge, "X-Token": secret}),
        "error": Reply(403, json.dumps({"errors": [error]}).encode()),
        "query": Reply(500, f"GET https://s.example.com/x?X-Amz-Signature={quote_plus(secret)} failed".encode()),
        "redirect": Reply(307, headers=away),
        "manifest": Reply(200, json.dumps({"config": secret, "layers": secret}).encode(), {"Content-Type": MANIFEST}),
    }
    served.overrides = [lambda each: replies[place] if each.path.startswith("/v2/") else None]


@pytest.fixture(scope="module")
def served():
    with registry() as each:
        yield each


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=SECRETS)
@pytest.mark.parametrize("place", ["challenge", "error", "query", "redirect", "manifest"])
def test_a_credential_that_the_registry_gives_away_is_in_no_field(served: Registry, place: str, secret: str) -> None:
    plant(served, secret, place)
    served.token_reply = Reply(401, f"password={secret}".encode())
    answer = ask(f"{served.host}/team/web:1", login=None)
    assert secret not in repr(answer)
    assert quote_plus(secret) not in repr(answer)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(password=SECRETS, auth=st.sampled_from(["basic", "bearer"]), user=st.sampled_from(["puller", "<token>"]))
def test_the_login_and_its_token_are_in_no_field_even_when_the_registry_repeats_them_bare(
    served: Registry, password: str, auth: str, user: str
) -> None:
    served.auth, served.token_reply, served.grants = auth, Reply(200, json.dumps({"token": TOKEN}).encode()), TOKEN
    words = f"{password} {quote_plus(password)} {b64(f'{user}:{password}')} {TOKEN if auth == 'bearer' else ''}"
    body = json.dumps({"errors": [{"code": "DENIED", "message": words}]}).encode()
    served.overrides = [lambda each: Reply(403, body) if each.authorization and each.path.startswith("/v2/") else None]
    answer = ask(f"{served.host}/team/web:1", login=Login(user, password))
    assert answer.status == 403
    for each in words.split():
        assert each not in repr(answer)


def test_a_token_that_the_registry_repeats_as_a_platform_is_in_no_field(served: Registry) -> None:
    served.auth, served.overrides, served.token_reply = "bearer", [], None
    served.push_image("team/web", "1", f"linux/{TOKEN}")
    answer = ask(f"{served.host}/team/web:1", login=None, node_platforms=["linux/amd64"])
    assert answer.platforms == ("linux/***",)
    assert TOKEN not in repr(answer)
