"""What a stack says of the provider's login reaches `aws` in the kubeconfig, which logs in to the cluster."""

import json
from collections.abc import Mapping

from tests.unit.eks_account import run, settings

PROVIDER = "pulumi:providers:aws"
ROLE = "arn:aws:iam::123456789012:role/ci"


def environment(config: Mapping[str, str]) -> Mapping[str, str]:
    graph, _ = run(settings(), config=dict(config))
    user = json.loads(graph.exports["kubeconfig"])["users"][0]["user"]
    return {each["name"]: each["value"] for each in user["exec"]["env"]}


def test_a_web_identity_logs_in_to_the_cluster_too() -> None:
    given = json.dumps({"roleArn": ROLE, "webIdentityTokenFile": "/token"})
    assert environment({"aws:assumeRoleWithWebIdentity": given}) == {
        "AWS_ACCESS_KEY_ID": "",
        "AWS_ROLE_ARN": ROLE,
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
    }


def test_files_of_profiles_are_read_for_the_cluster_too() -> None:
    config = {"aws:profile": "ci", "aws:sharedCredentialsFiles": '["/a"]', "aws:sharedConfigFiles": '["/b"]'}
    found = environment(config)
    assert found == {"AWS_PROFILE": "ci", "AWS_SHARED_CREDENTIALS_FILE": "/a", "AWS_CONFIG_FILE": "/b"}


def test_digits_and_tags_are_handed_on_as_texts() -> None:
    config = {"aws:allowedAccountIds": "[123456789012]", "aws:defaultTags": '{"tags": {"cost": 5}}'}
    graph, _ = run(settings(), config=config)
    inputs = graph.one(PROVIDER).inputs
    assert json.loads(inputs["allowedAccountIds"]) == ["123456789012"]
    assert json.loads(inputs["defaultTags"])["tags"]["cost"] == "5"
