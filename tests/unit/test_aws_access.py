"""Who gets into the simulated ECR: each rule of it both ways."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.clouds.access import Login, Refusal
from sandbox.clouds.accounts import ACCOUNT, DEPLOYER_AWS
from sandbox.clouds.aws.access import AwsRules, ecr_token
from sandbox.clouds.aws.type_tokens import REPOSITORY
from sandbox.clouds.world import Thing
from tests.unit.aws_world import JOINING, PULL_ONLY, REGION, TOKENS, Aws, policy, start, trust

HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
OTHER = "210987654321"
OTHER_HOST = f"{OTHER}.dkr.ecr.{REGION}.amazonaws.com"
PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
RULES = AwsRules(TOKENS)


@pytest.fixture
def aws(tmp_path: Path) -> Aws:
    return start(tmp_path)


def repository(aws: Aws, name: str = "team/web", **more: Any) -> Thing:
    return aws.create("Repository", name=name, **more)


def elsewhere(aws: Aws, *principals: str, effect: str = "Allow") -> None:
    """A repository of another account, whose policy is about somebody."""
    with aws.world.changing() as content:
        outputs = {"registryId": OTHER, "region": REGION, "repositoryUrl": f"{OTHER_HOST}/team/web"}
        content.put(Thing(token=REPOSITORY, id="team/web", inputs={"name": "team/web"}, outputs=outputs, made=1.0), 1.0)
        if principals:
            statement = {"Effect": effect, "Principal": {"AWS": list(principals)}, "Action": PULL}
            text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            content.put(
                Thing(
                    token="aws:ecr/repositoryPolicy:RepositoryPolicy",
                    id="team/web",
                    inputs={"repository": "team/web", "policy": text},
                    outputs={"registryId": OTHER, "region": REGION},
                    made=1.0,
                ),
                1.0,
            )


def pulled(aws: Aws, role: Thing, host: str = HOST, name: str = "team/web", later: float = 60.0) -> Refusal | None:
    return RULES.decide(aws.scene(later), host, name, str(role.outputs["arn"]), "pull")


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        (HOST, True),
        (f"{ACCOUNT}.dkr-ecr.{REGION}.on.aws", True),
        (f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn", True),
        (f"{ACCOUNT}.dkr.ecr-fips.us-east-1.amazonaws.com", True),
        ("public.ecr.aws", False),
        ("contoso.azurecr.io", False),
        (f"12.dkr.ecr.{REGION}.amazonaws.com", False),
    ],
)
def test_hosts_of_ecr_are_told_from_others(host: str, *, is_ours: bool) -> None:
    assert RULES.owns(host) is is_ours


def test_a_token_says_whose_it_is_on_every_registry(aws: Aws) -> None:
    login = Login("AWS", ecr_token(TOKENS, DEPLOYER_AWS, aws.clock))
    assert RULES.subject(aws.scene(), HOST, login) == DEPLOYER_AWS
    assert RULES.subject(aws.scene(), OTHER_HOST, login) == DEPLOYER_AWS


def test_nobody_and_nonsense_are_turned_away(aws: Aws) -> None:
    token = ecr_token(TOKENS, DEPLOYER_AWS, aws.clock)
    assert RULES.subject(aws.scene(), HOST, None) == Refusal(401, "", "Not Authorized")
    for login in (Login("AWS", "x"), Login("me", token)):
        refusal = RULES.subject(aws.scene(), HOST, login)
        assert isinstance(refusal, Refusal)
        assert "The security token included in the request is invalid" in refusal.message


@pytest.mark.parametrize(("later", "behaviour"), [(12 * 3600 + 1, {}), (60.0, {"expired_before": 2e6})])
def test_a_token_ends_after_twelve_hours_or_when_it_is_asked_for(
    aws: Aws, later: float, behaviour: dict[str, Any]
) -> None:
    login = Login("AWS", ecr_token(TOKENS, DEPLOYER_AWS, aws.clock))
    refusal = RULES.subject(aws.scene(later, **behaviour), HOST, login)
    text = "Your authorization token has expired. Reauthenticate and try again."
    assert refusal == Refusal(403, "DENIED", text)


def test_a_node_with_the_policy_pulls_and_cannot_push(aws: Aws) -> None:
    role = aws.running(PULL_ONLY)
    repository(aws)
    assert pulled(aws, role) is None
    push = RULES.decide(aws.scene(), HOST, "team/web", str(role.outputs["arn"]), "push")
    assert push is not None
    assert push.status == 403


def test_a_node_without_the_policy_is_forbidden_by_name(aws: Aws) -> None:
    role = aws.running()
    repository(aws)
    refusal = pulled(aws, role)
    assert refusal is not None
    assert (refusal.status, refusal.code) == (403, "DENIED")
    assert refusal.message == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/nodes/i-0123456789abcdef0 is not authorized to perform: "
        f"ecr:BatchGetImage on resource: arn:aws:ecr:{REGION}:{ACCOUNT}:repository/team/web because no identity-based "
        "policy allows the ecr:BatchGetImage action"
    )


def test_a_policy_on_another_role_is_no_right(aws: Aws) -> None:
    role = aws.running()
    aws.role("other", PULL_ONLY)
    repository(aws)
    assert pulled(aws, role) is not None


def test_a_policy_that_is_detached_is_no_right_any_more(aws: Aws) -> None:
    role = aws.running(PULL_ONLY)
    repository(aws)
    right = next(each for each in aws.world.read().things if PULL_ONLY in each.id)
    aws.delete(right)
    assert pulled(aws, role) is not None


def test_a_young_right_does_not_count_yet(aws: Aws) -> None:
    role = aws.running()
    repository(aws)
    aws.create("RolePolicyAttachment", role="nodes", policyArn=policy(PULL_ONLY))
    scene = aws.scene(0.0, grant_seconds={"aws": 60.0})
    assert RULES.decide(scene, HOST, "team/web", str(role.outputs["arn"]), "pull") is not None
    scene = aws.scene(60.0, grant_seconds={"aws": 60.0})
    assert RULES.decide(scene, HOST, "team/web", str(role.outputs["arn"]), "pull") is None


@pytest.mark.parametrize(
    ("host", "name"),
    [(HOST, "team/other"), (f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com", "team/web")],
)
def test_a_repository_that_is_not_there_is_named(aws: Aws, host: str, name: str) -> None:
    role = aws.running(PULL_ONLY)
    repository(aws)
    refusal = pulled(aws, role, host, name)
    text = f"The repository with name '{name}' does not exist in the registry with id '{ACCOUNT}'"
    assert refusal == Refusal(404, "NAME_UNKNOWN", text)


def test_what_was_deleted_cannot_be_pulled(aws: Aws) -> None:
    role = aws.running(PULL_ONLY)
    aws.delete(repository(aws))
    refusal = pulled(aws, role)
    assert refusal is not None
    assert refusal.status == 404


def test_the_deployer_pushes_to_every_repository_of_its_account(aws: Aws) -> None:
    repository(aws)
    assert RULES.decide(aws.scene(), HOST, "team/web", DEPLOYER_AWS, "push") is None
    missing = RULES.decide(aws.scene(), HOST, "team/other", DEPLOYER_AWS, "push")
    assert missing is not None
    assert missing.status == 404


def test_the_deployer_does_not_push_to_another_account(aws: Aws) -> None:
    elsewhere(aws)
    refusal = RULES.decide(aws.scene(), OTHER_HOST, "team/web", DEPLOYER_AWS, "push")
    assert refusal is not None
    assert "no resource-based policy allows" in refusal.message


def test_another_account_lets_in_whom_its_repository_names(aws: Aws) -> None:
    role = aws.running(PULL_ONLY)
    elsewhere(aws, str(role.outputs["arn"]))
    assert pulled(aws, role, OTHER_HOST) is None


def test_another_account_may_name_the_whole_account(aws: Aws) -> None:
    role = aws.running(PULL_ONLY)
    elsewhere(aws, f"arn:aws:iam::{ACCOUNT}:root")
    assert pulled(aws, role, OTHER_HOST) is None


@pytest.mark.parametrize("principals", [(), (f"arn:aws:iam::{ACCOUNT}:role/other",)])
def test_another_account_lets_nobody_else_in(aws: Aws, principals: tuple[str, ...]) -> None:
    role = aws.running(PULL_ONLY)
    elsewhere(aws, *principals)
    refusal = pulled(aws, role, OTHER_HOST)
    assert refusal is not None
    assert "no resource-based policy allows the ecr:BatchGetImage action" in refusal.message


def test_a_repository_of_the_same_name_here_is_not_the_one_there(aws: Aws) -> None:
    role = aws.running(PULL_ONLY)
    here = repository(aws)
    elsewhere(aws, str(role.outputs["arn"]))
    with aws.world.changing() as content:
        content.things = [*(each for each in content.things if each.token != REPOSITORY), here]
    assert pulled(aws, role) is None
    refusal = pulled(aws, role, OTHER_HOST)
    assert refusal is not None
    assert (refusal.status, refusal.code) == (404, "NAME_UNKNOWN")


def test_across_accounts_the_nodes_want_their_own_policy_too(aws: Aws) -> None:
    role = aws.running()
    elsewhere(aws, str(role.outputs["arn"]))
    refusal = pulled(aws, role, OTHER_HOST)
    assert refusal is not None
    assert "no identity-based policy allows" in refusal.message


def test_in_one_account_the_policy_of_the_repository_is_enough(aws: Aws) -> None:
    role = aws.running()
    repository(aws)
    statement = {"Effect": "Allow", "Principal": {"AWS": role.outputs["arn"]}, "Action": PULL}
    aws.create("RepositoryPolicy", repository="team/web", policy=json.dumps({"Statement": [statement]}))
    assert pulled(aws, role) is None


def test_a_deny_wins(aws: Aws) -> None:
    role = aws.running(PULL_ONLY)
    elsewhere(aws, str(role.outputs["arn"]), effect="Deny")
    refusal = pulled(aws, role, OTHER_HOST)
    assert refusal is not None
    assert "an explicit deny in a resource-based policy" in refusal.message


def test_a_node_gets_a_token_by_its_role(aws: Aws) -> None:
    role = aws.running(PULL_ONLY)
    login = RULES.node_login(aws.scene(), f"{HOST}/team/web@sha256:{'a' * 64}")
    assert login is not None
    assert login.username == "AWS"
    assert RULES.subject(aws.scene(), HOST, login) == role.outputs["arn"]
    assert RULES.node_login(aws.scene(), "docker.io/library/nginx") is None


def test_a_node_whose_role_may_not_ask_gets_none(aws: Aws) -> None:
    aws.running()
    assert RULES.node_login(aws.scene(), f"{HOST}/team/web") is None


def test_without_a_cluster_there_are_no_nodes(aws: Aws) -> None:
    aws.role("nodes", *JOINING, PULL_ONLY)
    assert RULES.node_login(aws.scene(), f"{HOST}/team/web") is None


def test_nodes_of_auto_mode_have_the_role_that_the_cluster_names(aws: Aws) -> None:
    role = aws.role("auto", "AmazonEKSWorkerNodeMinimalPolicy", PULL_ONLY)
    control = aws.role("control-2", service="eks.amazonaws.com", actions=("sts:AssumeRole", "sts:TagSession"))
    aws.create(
        "Cluster",
        name="auto",
        roleArn=control.outputs["arn"],
        vpcConfig={"subnetIds": [each.id for each in aws.network()[1]]},
        bootstrapSelfManagedAddons=False,
        computeConfig={"enabled": True, "nodePools": ["general-purpose"], "nodeRoleArn": role.outputs["arn"]},
        kubernetesNetworkConfig={"elasticLoadBalancing": {"enabled": True}},
        storageConfig={"blockStorage": {"enabled": True}},
    )
    login = RULES.node_login(aws.scene(), f"{HOST}/team/web")
    assert login is not None
    assert RULES.subject(aws.scene(), HOST, login) == role.outputs["arn"]


def test_a_role_that_ec2_may_not_take_on_any_more_gives_nodes_nothing(aws: Aws) -> None:
    role = aws.running(PULL_ONLY)
    aws.update(role, assumeRolePolicy=trust("lambda.amazonaws.com"))
    assert RULES.node_login(aws.scene(), f"{HOST}/team/web") is None


def test_ecr_has_no_other_pages(aws: Aws) -> None:
    assert RULES.posted(aws.scene(), HOST, "/oauth2/exchange", {}) is None
