"""The simulated AWS as a whole: its functions, moto behind it, other accounts, and a process that starts again."""

import importlib
import importlib.metadata
from pathlib import Path
from typing import Any

import pytest

from sandbox.clouds.accounts import ACCOUNT, DEPLOYER_AWS
from sandbox.clouds.aws.cloud import cloud
from sandbox.clouds.aws.type_tokens import ROLE
from sandbox.clouds.kinds import CloudError
from sandbox.clouds.world import Thing
from tests.unit.aws_world import (
    JOINING,
    PULL_ONLY,
    REGION,
    SITE,
    TOKENS,
    Aws,
    RefusedInputsError,
    policy,
    start,
    trust,
)

OTHER = "210987654321"


@pytest.fixture
def aws(tmp_path: Path) -> Aws:
    return start(tmp_path)


def refusal(aws: Aws, function: str, /, **arguments: Any) -> str:
    with pytest.raises(CloudError) as caught:
        aws.call(function, **arguments)
    return str(caught.value)


def test_it_is_the_provider_of_the_sdk_that_is_installed(aws: Aws) -> None:
    assert aws.cloud.package == "aws"
    assert aws.cloud.version == importlib.metadata.version("pulumi-aws")
    assert {"region", "defaultTags", "assumeRoles", "profile"} <= aws.cloud.config


def test_a_real_key_is_not_taken(aws: Aws) -> None:
    aws.cloud.configure({"accessKey": "SIMULATED1"})
    with pytest.raises(CloudError, match="InvalidClientTokenId"):
        aws.cloud.configure({"accessKey": "AKIAIOSFODNN7EXAMPLE"})


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        (REGION, "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
    ],
)
def test_a_region_is_in_a_partition(aws: Aws, region: str, partition: str, suffix: str) -> None:
    found = aws.call("getPartition", {"region": region})
    assert (found["partition"], found["dnsSuffix"]) == (partition, suffix)


def test_the_caller_is_the_deployer(aws: Aws) -> None:
    found = aws.call("getCallerIdentity")
    assert (found["accountId"], found["arn"]) == (ACCOUNT, DEPLOYER_AWS)


def test_zones_are_those_of_the_region_without_those_that_are_excluded(aws: Aws) -> None:
    assert aws.call("getAvailabilityZones", state="available")["names"] == [f"{REGION}{each}" for each in "abc"]
    virginia = aws.call("getAvailabilityZones", region="us-east-1", excludeZoneIds=["use1-az3"])
    assert "use1-az3" not in virginia["zoneIds"]
    assert len(virginia["zoneIds"]) > 3


def test_a_region_that_aws_does_not_have_does_not_answer(aws: Aws) -> None:
    assert "lookup ec2.eu-central-9.amazonaws.com: no such host" in refusal(
        aws, "getAvailabilityZones", region="eu-central-9"
    )


def test_arguments_are_checked_by_name(aws: Aws) -> None:
    with pytest.raises(RefusedInputsError, match="has no such argument"):
        aws.call("getRepository", name="aa", nmae="b")
    with pytest.raises(RefusedInputsError, match="is missing"):
        aws.call("getRepository")


def test_a_token_of_the_registry_is_the_deployers(aws: Aws) -> None:
    found = aws.call("getAuthorizationToken")
    claims = TOKENS.read(found["password"], aws.clock)
    assert claims is not None
    assert (found["userName"], claims.subject) == ("AWS", DEPLOYER_AWS)
    assert claims.expires - claims.given == 12 * 3600


def test_what_is_there_is_found_with_what_programs_read(aws: Aws) -> None:
    role = aws.running(PULL_ONLY)
    aws.create("Repository", name="team/web")
    assert aws.call("getRepository", name="team/web")["repositoryUrl"].endswith(".amazonaws.com/team/web")
    cluster = aws.call("getCluster", name="prod")
    assert (cluster["status"], cluster["certificateAuthorities"]) == ("ACTIVE", [{"data": "Q0E="}])
    (group,) = aws.call("getNodeGroups", clusterName="prod")["names"]
    found = aws.call("getNodeGroup", clusterName="prod", nodeGroupName=group)
    assert found["nodeRoleArn"] == role.outputs["arn"]
    assert aws.call("getRole", name="nodes")["arn"] == role.outputs["arn"]
    subnet = next(each for each in aws.world.read().things if each.token.endswith(":Subnet"))
    assert aws.call("getSubnet", id=subnet.id)["availabilityZone"] == f"{REGION}a"


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("getRepository", {"name": "a"}, "reading ECR Repository (a): couldn't find resource"),
        ("getCluster", {"name": "a"}, "reading EKS Cluster (a): couldn't find resource"),
        ("getNodeGroups", {"clusterName": "a"}, "reading EKS Cluster (a): couldn't find resource"),
        (
            "getNodeGroup",
            {"clusterName": "a", "nodeGroupName": "b"},
            "reading EKS Node Group (a:b): couldn't find resource",
        ),
        ("getRole", {"name": "a"}, "reading IAM Role (a): couldn't find resource"),
        ("getSubnet", {"id": "subnet-1"}, "no matching EC2 Subnet found"),
    ],
)
def test_what_is_not_there_is_told_as_the_real_provider_does(
    aws: Aws, name: str, arguments: dict[str, str], text: str
) -> None:
    assert refusal(aws, name, **arguments) == text


def test_a_thing_of_another_region_or_account_is_not_here(aws: Aws) -> None:
    aws.create("Repository", name="aa", region="us-east-1")
    aws.running()
    assert "couldn't find resource" in refusal(aws, "getRepository", name="aa")
    assert "couldn't find resource" in refusal(aws, "getRepository", name="aa", region="us-east-1", registryId=OTHER)
    assert "couldn't find resource" in refusal(aws, "getCluster", name="prod", region="us-east-1")
    assert aws.call("getRepository", name="aa", region="us-east-1")["name"] == "aa"


def test_another_account_is_entered_by_a_role_that_is_there(aws: Aws) -> None:
    arn = f"arn:aws:iam::{OTHER}:role/OrganizationAccountAccessRole"
    config = {"region": REGION, "assumeRoles": [{"roleArn": arn}]}
    with pytest.raises(CloudError, match=r"not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::2109"):
        aws.create("Repository", config, name="aa")
    with aws.world.changing() as content:
        role = {"name": "OrganizationAccountAccessRole", "assumeRolePolicy": trust("ec2.amazonaws.com")}
        content.put(Thing(token=ROLE, id=role["name"], inputs=role, outputs={"arn": arn}, made=1.0), 1.0)
    made = aws.create("Repository", config, name="aa")
    assert made.outputs["registryId"] == OTHER
    assert made.outputs["repositoryUrl"] == f"{OTHER}.dkr.ecr.{REGION}.amazonaws.com/aa"


def test_a_process_that_starts_again_knows_everything_by_its_old_ids(aws: Aws) -> None:
    role = aws.running()
    # What moto had is gone with the process.
    importlib.import_module("moto.moto_api._internal.models").moto_api_backend.reset()
    again = Aws(cloud(SITE), aws.world, aws.clock)
    again.create("RolePolicyAttachment", role=role.id, policyArn=policy(PULL_ONLY))
    vpc = next(each for each in again.world.read().things if each.token.endswith(":Vpc"))
    with pytest.raises(CloudError, match=f"The vpc '{vpc.id}' has dependencies"):
        again.delete(vpc)
    another = again.create("Subnet", vpcId=vpc.id, cidrBlock="10.0.32.0/20", availabilityZone=f"{REGION}c")
    assert another.inputs["vpcId"] == vpc.id
    for each in reversed(again.world.read().things):
        again.delete(each)
    assert again.world.read().things == []


def test_a_creation_that_failed_half_way_leaves_nothing_in_moto(aws: Aws) -> None:
    aws.create("Repository", name="aa")
    with aws.world.changing() as content:
        content.things = []
    assert aws.create("Repository", name="aa").id == "aa"


def test_an_update_that_moto_was_told_of_makes_nothing_anew(aws: Aws) -> None:
    vpc, _ = aws.network()
    changed = aws.update(vpc, enableDnsHostnames=False)
    aws.create("InternetGateway", vpcId=vpc.id)
    again = aws.update(changed, enableDnsHostnames=True)
    assert again.outputs["mainRouteTableId"] == vpc.outputs["mainRouteTableId"]


def test_inputs_that_changed_behind_its_back_are_taken_over(aws: Aws) -> None:
    role = aws.role("nodes", *JOINING)
    with aws.world.changing() as content:
        inputs = {**role.inputs, "description": "changed"}
        content.put(role.model_copy(update={"inputs": inputs}), 1.0)
    aws.create("RolePolicyAttachment", role="nodes", policyArn=policy(PULL_ONLY))
    assert len(aws.world.read().things) == 4
