"""Who may pass the front of the clouds' registries: by login, or by token; nobody by default."""

import json
from dataclasses import replace

import pytest

from sandbox.clouds.access import Login, Scene
from sandbox.clouds.registry.answers import Answer
from sandbox.clouds.registry.asked import Access, Content, Credentials, access
from sandbox.clouds.registry.gate import Asker, CloudRegistry, Gate
from sandbox.clouds.tokens import Claims, Tokens
from tests.unit.cloud_fronts import ACR, DENIED, ECR, PlainRules, scene

PULL = Content("web", "manifests/v1", "pull")
PUSH = Content("web", "blobs/uploads/", "push")
TOKENS = Tokens("key")
NODE = Login("00000000-0000-0000-0000-000000000000", "node's")
OTHER = "fabrikam.azurecr.io"


@pytest.fixture
def rules() -> PlainRules:
    """The node may pull from `web`."""
    return PlainRules(hosts=frozenset({ACR, OTHER}), rights={("node", ACR, "web", "pull")})


def gate(rules: PlainRules, at: Scene | None = None) -> Gate:
    return Gate(CloudRegistry("azure", rules, lambda: at or scene()), TOKENS)


def asker(token: str | None = None, host: str = ACR, login: Login | None = None) -> Asker:
    return Asker(host, "127.0.0.1:4443", Credentials(login, token))


def given(answer: Answer) -> str:
    assert answer.status == 200
    return json.loads(answer.body)["token"]


def pull_token(rules: PlainRules, asked: Access | None = None) -> str:
    return given(gate(rules).token(ACR, NODE, asked or access(["repository:web:pull"])))


def challenge(answer: Answer | None) -> str:
    assert answer is not None
    assert answer.status == 401
    return answer.headers["WWW-Authenticate"]


def test_nobody_is_told_where_a_token_is_to_be_had_and_for_what(rules: PlainRules) -> None:
    answer = gate(rules).refused(asker(), PUSH)
    realm = f'Bearer realm="https://127.0.0.1:4443/oauth2/token",service="{ACR}"'
    assert challenge(answer) == f'{realm},scope="repository:web:pull,push"'
    assert challenge(gate(rules).refused(asker(), PULL)) == f'{realm},scope="repository:web:pull"'
    assert challenge(gate(rules).refused(asker(), None)) == realm
    assert answer is not None
    assert json.loads(answer.body)["errors"][0]["code"] == "UNAUTHORIZED"


def test_a_token_for_a_right_that_is_there_lets_pass(rules: PlainRules) -> None:
    token = pull_token(rules)
    assert gate(rules).refused(asker(token), PULL) is None
    assert gate(rules).refused(asker(token), None) is None


def test_without_the_right_there_is_no_token_and_the_cloud_says_why(rules: PlainRules) -> None:
    rules.refusal = DENIED
    answer = gate(rules).token(ACR, NODE, access(["repository:other:pull"]))
    assert (answer.status, json.loads(answer.body)) == (
        403,
        {"errors": [{"code": "DENIED", "message": DENIED.message}]},
    )


def test_nobody_gets_no_token(rules: PlainRules) -> None:
    assert gate(rules).token(ACR, None, access(["repository:web:pull"])).status == 401
    assert gate(rules).token(ACR, Login("node", "guessed"), {}).status == 401


def test_of_what_is_asked_a_token_carries_what_is_allowed(rules: PlainRules) -> None:
    token = pull_token(rules, access(["repository:web:pull,push", "repository:base:pull"]))
    assert gate(rules).refused(asker(token), PULL) is None
    assert gate(rules).refused(asker(token), PUSH) is not None
    assert gate(rules).refused(asker(token), replace(PULL, repository="base")) is not None


def test_a_token_is_no_use_for_what_it_was_not_asked_for_though_the_right_is_there(rules: PlainRules) -> None:
    rules.rights.add(("node", ACR, "web", "push"))
    answer = gate(rules).refused(asker(pull_token(rules)), PUSH)
    assert challenge(answer).endswith('scope="repository:web:pull,push",error="insufficient_scope"')


def test_a_right_that_was_taken_away_counts_at_once(rules: PlainRules) -> None:
    token = pull_token(rules)
    rules.rights.clear()
    assert challenge(gate(rules).refused(asker(token), PULL)).endswith('error="insufficient_scope"')


@pytest.mark.parametrize("token", ["", "made.up.token", "simulated.e30.x", "é"])
def test_a_token_that_is_none_of_ours_is_invalid(rules: PlainRules, token: str) -> None:
    assert challenge(gate(rules).refused(asker(token), PULL)).endswith('error="invalid_token"')


@pytest.mark.parametrize(("cloud", "kind"), [("azure", "refresh"), ("google", "bearer")])
def test_another_kind_of_token_or_another_clouds_is_invalid(rules: PlainRules, cloud: str, kind: str) -> None:
    token = TOKENS.give(Claims(cloud, kind, "node", given=1000, expires=2000, detail=json.dumps({"host": ACR})))
    assert challenge(gate(rules).refused(asker(token), PULL)).endswith('error="invalid_token"')


def test_a_token_is_for_one_registry(rules: PlainRules) -> None:
    rules.rights.add(("node", OTHER, "web", "pull"))
    answer = gate(rules).refused(asker(pull_token(rules), OTHER), PULL)
    assert challenge(answer).endswith('error="invalid_token"')


@pytest.mark.parametrize(
    ("at", "passes"),
    [
        (scene(4599), True),
        (scene(4600), False),
        (scene(1001, expired_before=1000.5), False),
        (scene(1001, expired_before=999), True),
    ],
)
def test_a_token_lasts_an_hour_or_until_all_are_void(rules: PlainRules, at: Scene, passes: bool) -> None:
    assert (gate(rules, at).refused(asker(pull_token(rules)), PULL) is None) == passes


def test_a_login_in_place_of_a_token_does_not_pass_where_tokens_are_due(rules: PlainRules) -> None:
    assert gate(rules).refused(asker(login=NODE), PULL) is not None


@pytest.fixture
def ecr(rules: PlainRules) -> PlainRules:
    return replace(rules, scheme="basic", hosts=frozenset({ECR}), rights={("node", ECR, "web", "pull")})


def test_where_each_request_carries_the_login_a_right_lets_pass(ecr: PlainRules) -> None:
    assert gate(ecr).refused(asker(host=ECR, login=NODE), PULL) is None
    assert gate(ecr).refused(asker(host=ECR, login=NODE), None) is None


def test_where_each_request_carries_the_login_nobody_is_told_so(ecr: PlainRules) -> None:
    ecr.refusal = replace(ecr.refusal, code="", message="Not Authorized")
    answer = gate(ecr).refused(asker(host=ECR), PULL)
    assert challenge(answer) == f'Basic realm="https://{ECR}/",service="ecr.amazonaws.com"'
    assert answer is not None
    assert (answer.content_type, answer.body) == ("text/plain", "Not Authorized\n")


def test_where_each_request_carries_the_login_a_missing_right_is_denied_without_a_challenge(ecr: PlainRules) -> None:
    ecr.refusal = DENIED
    answer = gate(ecr).refused(asker(host=ECR, login=NODE), PUSH)
    assert answer is not None
    assert (answer.status, answer.headers) == (403, {})
    assert gate(ecr).refused(asker(host=ECR, login=Login("AWS", "guessed")), PULL) is not None
