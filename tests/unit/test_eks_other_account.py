"""A repository of another account whose policy this stack writes: all that is done to it is done by that account."""

import json
from pathlib import Path

import pytest
from pulumi.runtime import MockCallArgs

from sandbox.clouds.access import Login
from sandbox.clouds.accounts import DEPLOYER_AWS
from sandbox.clouds.aws import seeds
from sandbox.clouds.aws.access import AwsRules, ecr_token
from sandbox.clouds.aws.place import Place
from tests.engine import RecordingMocks
from tests.unit.aws_world import REGION, TOKENS, start
from tests.unit.eks_account import OTHER_ACCOUNT, run, settings

ELSEWHERE = Place(OTHER_ACCOUNT, REGION)
ROLE = ELSEWHERE.iam("role/OrganizationAccountAccessRole")
RULES = AwsRules(TOKENS)
REPOSITORY = ("getRepository", "getAuthorizationToken")


@pytest.mark.parametrize(
    ("registry", "provider"),
    [
        ({"account": OTHER_ACCOUNT, "writePolicy": True}, "aws-registry"),
        ({"account": OTHER_ACCOUNT}, "aws"),
        ({"writePolicy": True}, "aws"),
    ],
)
def test_who_writes_the_policy_looks_the_repository_up_and_pushes(
    monkeypatch: pytest.MonkeyPatch, registry: dict[str, object], provider: str
) -> None:
    asked: dict[str, str] = {}
    usual = RecordingMocks.call

    def call(mocks: RecordingMocks, args: MockCallArgs) -> object:
        asked[args.token.rpartition(":")[2]] = str(args.provider)
        return usual(mocks, args)

    monkeypatch.setattr(RecordingMocks, "call", call)
    run(settings(registry={"mode": "existing", **registry}))
    assert {asked[each].split("::")[-2] for each in REPOSITORY} == {provider}
    assert asked["getPartition"].split("::")[-2] == "aws"


def test_accounts_that_are_allowed_for_the_login_do_not_shut_the_other_one_out() -> None:
    config = {"aws:allowedAccountIds": json.dumps(["123456789012"])}
    registry = {"mode": "existing", "account": OTHER_ACCOUNT, "writePolicy": True}
    graph, _ = run(settings(registry=registry), config=config)
    providers = {each.name: each.inputs for each in graph.all("pulumi:providers:aws")}
    assert json.loads(providers["aws"]["allowedAccountIds"]) == ["123456789012"]
    assert json.loads(providers["aws-registry"]["allowedAccountIds"]) == [OTHER_ACCOUNT]


def test_in_the_simulated_account_its_administrator_pushes_and_nobody_else(tmp_path: Path) -> None:
    aws = start(tmp_path)
    with aws.world.changing() as content:
        content.put(seeds.repository("shared/web", ELSEWHERE), 1.0)
    config = {"region": REGION, "assumeRoles": [{"roleArn": ROLE}]}
    given = aws.call("getAuthorizationToken", config, registryId=OTHER_ACCOUNT)
    login = Login(given["userName"], given["password"])
    assert RULES.subject(aws.scene(), ELSEWHERE.registry, login) == ROLE
    assert RULES.decide(aws.scene(), ELSEWHERE.registry, "shared/web", ROLE, "push") is not None
    with aws.world.changing() as content:
        content.put(seeds.entrance(ELSEWHERE), 1.0)
    assert RULES.decide(aws.scene(), ELSEWHERE.registry, "shared/web", ROLE, "push") is None
    assert RULES.decide(aws.scene(), ELSEWHERE.registry, "shared/web", DEPLOYER_AWS, "push") is not None
    own = Login("AWS", ecr_token(TOKENS, DEPLOYER_AWS, aws.clock))
    assert RULES.subject(aws.scene(), ELSEWHERE.registry, own) == DEPLOYER_AWS
