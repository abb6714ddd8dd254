"""What the simulated AWS refuses of each type, at the check, at creation and at deletion, and what it gives."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.clouds.accounts import ACCOUNT, DEPLOYER_AWS
from sandbox.clouds.aws.type_tokens import ENTRY, IMAGE
from sandbox.clouds.kinds import CloudError
from sandbox.clouds.world import Thing
from sandbox.engine.property_values import UNKNOWN
from tests.unit.aws_world import JOINING, REGION, Aws, policy, start, trust

LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 5},
                "action": {"type": "expire"},
            }
        ]
    }
)
SIZES = {"minSize": 1, "desiredSize": 1, "maxSize": 1}
GROUP = {"clusterName": "a", "nodeRoleArn": "arn:aws:iam::1:role/x", "subnetIds": ["s"], "scalingConfig": SIZES}
ROLE = {"name": "a", "assumeRolePolicy": trust("ec2.amazonaws.com")}
CLUSTER = {"name": "a", "roleArn": "arn:aws:iam::1:role/x", "vpcConfig": {"subnetIds": ["s"]}}


@pytest.fixture
def aws(tmp_path: Path) -> Aws:
    return start(tmp_path)


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("Repository", {"name": "team/web", "imageTagMutability": "MUTABLE"}),
        ("Repository", {"name": UNKNOWN}),
        ("LifecyclePolicy", {"repository": "team/web", "policy": LIFECYCLE}),
        ("RepositoryPolicy", {"repository": "team/web", "policy": UNKNOWN}),
        ("Role", ROLE),
        ("RolePolicyAttachment", {"role": "a", "policyArn": UNKNOWN}),
        ("Vpc", {"cidrBlock": "10.0.0.0/16"}),
        ("Subnet", {"vpcId": UNKNOWN, "cidrBlock": "10.0.0.0/20"}),
        ("InternetGateway", {"vpcId": UNKNOWN}),
        ("RouteTable", {"vpcId": "vpc-1", "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": UNKNOWN}]}),
        ("RouteTableAssociation", {"routeTableId": UNKNOWN, "subnetId": UNKNOWN}),
        ("Cluster", CLUSTER),
        ("NodeGroup", GROUP),
        ("AccessEntry", {"clusterName": "a", "principalArn": "arn:aws:iam::1:role/x"}),
    ],
)
def test_sound_inputs_pass_the_check(aws: Aws, kind: str, inputs: dict[str, Any]) -> None:
    assert aws.check(kind, inputs) == []


@pytest.mark.parametrize(
    ("kind", "inputs", "where", "text"),
    [
        ("Repository", {}, "name", "is missing"),
        ("Repository", {"name": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web:1"}, "name", "without a registry"),
        ("Repository", {"name": "Web"}, "name", "lower-case"),
        ("Repository", {"name": "aa", "imageTagMutability": "NEVER"}, "imageTagMutability", "got NEVER"),
        ("Repository", {"name": "aa", "nmae": "b"}, "nmae", "RepositoryArgs has no such input"),
        ("LifecyclePolicy", {"repository": "a", "policy": "{"}, "policy", "invalid JSON"),
        ("RepositoryPolicy", {"repository": "a", "policy": "{"}, "policy", "invalid JSON"),
        ("RepositoryPolicy", {"policy": "{}"}, "repository", "is missing"),
        ("Role", {**ROLE, "name": "a/b"}, "name", "invalid value for name"),
        ("Role", {**ROLE, "name": "a" * 65}, "name", "1 to 64"),
        ("Role", {**ROLE, "name": None}, "name", "is missing"),
        ("Role", {**ROLE, "assumeRolePolicy": "{"}, "assumeRolePolicy", "invalid JSON policy"),
        ("Vpc", {"cidrBlock": "10.0.0.0/8"}, "cidrBlock", "between /16 and /28"),
        ("Subnet", {"vpcId": "v", "cidrBlock": "10.0.0.1/20"}, "cidrBlock", "not a valid IPv4 CIDR block"),
        ("Cluster", {**CLUSTER, "name": "-a"}, "name", "invalid value for name"),
        ("Cluster", {**CLUSTER, "name": None}, "name", "is missing"),
        (
            "Cluster",
            {**CLUSTER, "accessConfig": {"authenticationMode": "IAM"}},
            "accessConfig.authenticationMode",
            "got IAM",
        ),
        ("Cluster", {**CLUSTER, "computeConfig": {"enabled": True}}, "computeConfig", "must all be set"),
        (
            "Cluster",
            {
                **CLUSTER,
                "computeConfig": {"enabled": True},
                "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
                "storageConfig": {"blockStorage": {"enabled": True}},
            },
            "bootstrapSelfManagedAddons",
            "must be false",
        ),
        ("NodeGroup", {**GROUP, "scalingConfig": {**SIZES, "minSize": 2}}, "scalingConfig", "must go up"),
        ("NodeGroup", {**GROUP, "nodeGroupName": "a", "nodeGroupNamePrefix": "b"}, "nodeGroupName", "conflicts"),
        ("NodeGroup", {**GROUP, "scalingConfig": {}}, "scalingConfig.desiredSize", "is missing"),
    ],
)
def test_what_is_wrong_by_itself_is_named_before_anything_starts(
    aws: Aws, kind: str, inputs: dict[str, Any], where: str, text: str
) -> None:
    given = {key: value for key, value in inputs.items() if value is not None}
    found = {path: reason for path, reason in aws.check(kind, given) if path == where}
    assert text in found[where]


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(CloudError) as caught:
        deed()
    return str(caught.value)


def test_a_repository_has_a_host_by_its_region_and_partition(aws: Aws) -> None:
    here = aws.create("Repository", name="aa", tags={"team": "web"})
    assert here.outputs["repositoryUrl"] == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/aa"
    assert here.outputs["tagsAll"] == {"managed-by": "pulumi", "team": "web"}
    china = aws.create("Repository", {"region": "cn-north-1"}, name="bb")
    assert china.outputs["repositoryUrl"] == f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn/bb"
    assert china.outputs["arn"] == f"arn:aws-cn:ecr:cn-north-1:{ACCOUNT}:repository/bb"
    elsewhere = aws.create("Repository", name="cc", region="us-east-1")
    assert elsewhere.outputs["region"] == "us-east-1"


def test_a_name_that_is_taken_is_refused(aws: Aws) -> None:
    aws.create("Repository", name="aa")
    assert "RepositoryAlreadyExistsException: The repository with name 'aa' already exists" in refused(
        lambda: aws.create("Repository", name="aa")
    )
    aws.create("Role", **ROLE)
    assert "EntityAlreadyExists: Role with name a already exists" in refused(lambda: aws.create("Role", **ROLE))
    cluster = aws.cluster(aws.network()[1])
    again = {**cluster.inputs}
    assert "ResourceInUseException: Cluster already exists with name: prod" in refused(
        lambda: aws.create("Cluster", **again)
    )


def test_errors_say_what_was_done_to_what(aws: Aws) -> None:
    aws.create("Repository", name="aa")
    text = refused(lambda: aws.create("Repository", name="aa"))
    assert text.startswith("creating ECR Repository (aa): operation error ECR: CreateRepository, https response error ")


def test_a_lifecycle_rule_that_is_none_is_refused(aws: Aws) -> None:
    aws.create("Repository", name="aa")
    odd = LIFECYCLE.replace("expire", "destroy")
    assert "InvalidParameterException" in refused(lambda: aws.create("LifecyclePolicy", repository="aa", policy=odd))
    assert aws.create("LifecyclePolicy", repository="aa", policy=LIFECYCLE).outputs["registryId"] == ACCOUNT


def test_a_policy_or_a_rule_needs_its_repository(aws: Aws) -> None:
    text = refused(lambda: aws.create("LifecyclePolicy", repository="aa", policy=LIFECYCLE))
    assert "RepositoryNotFoundException" in text


def statement(*arns: str) -> str:
    said = {"Effect": "Allow", "Principal": {"AWS": list(arns)}, "Action": ["ecr:BatchGetImage"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [said]})


def test_a_repositorys_policy_names_roles_that_exist(aws: Aws) -> None:
    aws.create("Repository", name="aa")
    role = aws.role("nodes")
    made = aws.create("RepositoryPolicy", repository="aa", policy=statement(str(role.outputs["arn"])))
    aws.update(made, policy=statement("*"))
    for arn in (f"arn:aws:iam::{ACCOUNT}:role/other", f"arn:aws-cn:iam::{ACCOUNT}:role/nodes"):
        text = refused(lambda arn=arn: aws.update(made, policy=statement(arn)))
        assert "InvalidParameterException: Invalid parameter at 'PolicyText'" in text


def pushed(aws: Aws, name: str) -> None:
    host = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
    with aws.world.changing() as content:
        content.put(Thing(token=IMAGE, id=f"{host}/{name}", inputs={}, outputs={}, made=1.0), 1.0)


def test_a_repository_with_images_goes_only_by_force(aws: Aws) -> None:
    careful, careless = aws.create("Repository", name="aa"), aws.create("Repository", name="bb", forceDelete=True)
    pushed(aws, "aa")
    pushed(aws, "bb")
    assert "RepositoryNotEmptyException: The repository with name 'aa'" in refused(lambda: aws.delete(careful))
    aws.delete(careless)
    assert [each.id for each in aws.world.read().things if each.token == IMAGE] == [
        f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/aa"
    ]


def test_an_empty_repository_goes(aws: Aws) -> None:
    aws.delete(aws.create("Repository", name="aa"))
    assert aws.world.read().things == []


def test_a_role_has_its_arn_and_can_be_trusted_by_another(aws: Aws) -> None:
    role = aws.create("Role", **ROLE)
    assert role.outputs["arn"] == f"arn:aws:iam::{ACCOUNT}:role/a"
    assert aws.update(role, assumeRolePolicy=trust("eks.amazonaws.com")).outputs["arn"] == role.outputs["arn"]


def test_a_role_with_policies_cannot_be_deleted(aws: Aws) -> None:
    role = aws.role("a", "AmazonEKS_CNI_Policy")
    assert "DeleteConflict: Cannot delete entity, must detach all policies first." in refused(lambda: aws.delete(role))


@pytest.mark.parametrize("arn", [policy("AmazonEKS_CNI"), policy("AmazonEKS_CNI_Policy", "aws-cn")])
def test_a_policy_that_is_not_in_this_partition_cannot_be_attached(aws: Aws, arn: str) -> None:
    aws.role("a")
    text = refused(lambda: aws.create("RolePolicyAttachment", role="a", policyArn=arn))
    assert f"NoSuchEntity: Policy {arn} does not exist or is not attachable." in text


def test_a_policy_needs_its_role_and_may_be_attached_twice(aws: Aws) -> None:
    arn = policy("AmazonEKS_CNI_Policy")
    text = refused(lambda: aws.create("RolePolicyAttachment", role="a", policyArn=arn))
    assert "NoSuchEntity" in text
    aws.role("a", "AmazonEKS_CNI_Policy")
    assert aws.create("RolePolicyAttachment", role="a", policyArn=arn).id == f"a/{arn}"


def test_a_network_is_deleted_from_its_leaves(aws: Aws) -> None:
    vpc, subnets = aws.network()
    gateway = aws.create("InternetGateway", vpcId=vpc.id)
    routes = aws.create("RouteTable", vpcId=vpc.id, routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}])
    way = aws.create("RouteTableAssociation", routeTableId=routes.id, subnetId=subnets[0].id)
    for each in (vpc, routes):
        assert "DependencyViolation" in refused(lambda each=each: aws.delete(each))
    for each in (way, routes, *subnets):
        aws.delete(each)
    assert f"DependencyViolation: The vpc '{vpc.id}' has dependencies" in refused(lambda: aws.delete(vpc))
    aws.delete(gateway)
    aws.delete(vpc)
    assert aws.world.read().things == []


def test_a_subnet_lies_in_its_network(aws: Aws) -> None:
    vpc, _ = aws.network()
    text = refused(lambda: aws.create("Subnet", vpcId=vpc.id, cidrBlock="192.168.0.0/24"))
    assert "InvalidSubnet.Range" in text
    assert "InvalidSubnet.Conflict" in refused(lambda: aws.create("Subnet", vpcId=vpc.id, cidrBlock="10.0.0.0/24"))
    assert "InvalidVpcID.NotFound" in refused(lambda: aws.create("Subnet", vpcId="vpc-1", cidrBlock="10.0.0.0/24"))


def test_a_subnet_with_a_cluster_in_it_cannot_be_deleted(aws: Aws) -> None:
    _, subnets = aws.network()
    aws.cluster(subnets)
    assert "DependencyViolation" in refused(lambda: aws.delete(subnets[0]))


def test_a_cluster_answers_at_the_sandboxs_api(aws: Aws) -> None:
    made = aws.cluster(aws.network()[1])
    assert made.id == "prod"
    assert made.outputs["endpoint"] == "https://127.0.0.1:6443"
    assert made.outputs["certificateAuthority"] == {"data": "Q0E="}
    assert made.outputs["version"] == "1.35"
    assert made.outputs["vpcConfig"]["vpcId"].startswith("vpc-")


def test_a_cluster_wants_two_zones_that_exist(aws: Aws) -> None:
    _, subnets = aws.network()
    assert "at least two different AZs" in refused(lambda: aws.cluster(subnets[:1]))
    role = next(each for each in aws.world.read().things if each.id == "control")
    network = {"subnetIds": ["subnet-1", subnets[0].id]}
    text = refused(lambda: aws.create("Cluster", name="a", roleArn=role.outputs["arn"], vpcConfig=network))
    assert "The subnet ID 'subnet-1' does not exist" in text


def test_a_cluster_wants_a_role_that_trusts_eks(aws: Aws) -> None:
    role = aws.role("nodes")
    network = {"subnetIds": [each.id for each in aws.network()[1]]}
    for arn in (role.outputs["arn"], f"arn:aws:iam::{ACCOUNT}:role/none"):
        text = refused(lambda arn=arn: aws.create("Cluster", name="a", roleArn=arn, vpcConfig=network))
        assert "could not be assumed because it does not exist or the trusted entity is not correct" in text


def test_auto_mode_wants_sessions_to_be_tagged(aws: Aws) -> None:
    text = refused(
        lambda: aws.cluster(
            aws.network()[1],
            bootstrapSelfManagedAddons=False,
            computeConfig={"enabled": True},
            kubernetesNetworkConfig={"elasticLoadBalancing": {"enabled": True}},
            storageConfig={"blockStorage": {"enabled": True}},
        )
    )
    assert "sts:TagSession" in text


def test_versions_that_are_not_offered_or_go_down_are_refused(aws: Aws) -> None:
    _, subnets = aws.network()
    assert "unsupported Kubernetes version" in refused(lambda: aws.cluster(subnets, version="1.19"))
    for each in ("control/arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", "control"):
        aws.delete(next(thing for thing in aws.world.read().things if thing.id == each))
    made = aws.cluster(subnets, version="1.33")
    assert "Unsupported Kubernetes minor version update from 1.33 to 1.35" in refused(
        lambda: aws.update(made, version="1.35")
    )
    assert aws.update(made, version="1.34").outputs["version"] == "1.34"


def test_a_protected_cluster_stays(aws: Aws) -> None:
    made = aws.cluster(aws.network()[1], deletionProtection=True)
    assert "deletion protection is enabled" in refused(lambda: aws.delete(made))
    aws.delete(aws.update(made, deletionProtection=False))


def test_a_cluster_with_nodes_stays_and_takes_its_access_entries_along(aws: Aws) -> None:
    aws.running()
    things = {each.token.rpartition(":")[2]: each for each in aws.world.read().things}
    aws.create("AccessEntry", clusterName="prod", principalArn=f"arn:aws:iam::{ACCOUNT}:role/admins")
    assert "ResourceInUseException: Cluster has nodegroups attached" in refused(lambda: aws.delete(things["Cluster"]))
    aws.delete(things["NodeGroup"])
    aws.delete(things["Cluster"])
    assert aws.world.read().of(ENTRY) == []


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"clusterName": "other"}, "No cluster found for name: other."),
        ({"subnetIds": ["subnet-1"]}, "The subnet ID 'subnet-1' does not exist"),
        ({"version": "1.36"}, "must not be newer than the cluster's, 1.35"),
        ({"instanceTypes": ["t4g.medium"]}, "[t4g.medium] is not a valid instance type for requested amiType AL2023_x"),
        ({"nodeRoleArn": f"arn:aws:iam::{ACCOUNT}:role/none"}, "cannot be found"),
    ],
)
def test_nodes_that_cannot_be_are_refused(aws: Aws, changes: dict[str, Any], text: str) -> None:
    cluster, role = aws.cluster(aws.network()[1]), aws.role("nodes", *JOINING)
    assert text in refused(lambda: aws.nodes(cluster, role, **changes))


def test_nodes_want_a_role_that_trusts_ec2_and_the_policies_to_join_with(aws: Aws) -> None:
    cluster = aws.cluster(aws.network()[1])
    other = aws.role("other", *JOINING, service="lambda.amazonaws.com")
    assert "[ec2.amazonaws.com] were not found in the trust" in refused(lambda: aws.nodes(cluster, other))
    bare = aws.role("bare", JOINING[0])
    text = refused(lambda: aws.nodes(cluster, bare))
    assert "NodeCreationFailure: Instances failed to join the kubernetes cluster" in text
    assert JOINING[1] in text


def test_a_node_group_gets_a_name_of_its_own_each_time(aws: Aws) -> None:
    cluster, role = aws.cluster(aws.network()[1]), aws.role("nodes", *JOINING)
    first, second = aws.nodes(cluster, role), aws.nodes(cluster, role)
    assert first.id != second.id
    assert first.id == f"prod:{first.outputs['nodeGroupName']}"
    assert first.outputs["nodeGroupName"].startswith("nodes-")
    assert first.outputs["version"] == "1.35"


def test_an_access_entry_is_for_somebody_else_than_the_creator_and_once(aws: Aws) -> None:
    admins = f"arn:aws:iam::{ACCOUNT}:role/admins"
    text = refused(lambda: aws.create("AccessEntry", clusterName="prod", principalArn=admins))
    assert "ResourceNotFoundException: No cluster found" in text
    aws.cluster(aws.network()[1])
    assert aws.create("AccessEntry", clusterName="prod", principalArn=admins).id == f"prod:{admins}"
    for arn in (admins, DEPLOYER_AWS):
        text = refused(lambda arn=arn: aws.create("AccessEntry", clusterName="prod", principalArn=arn))
        assert "ResourceInUseException: The specified access entry resource is already in use" in text


def test_an_access_policy_wants_its_entry_and_a_policy_of_eks(aws: Aws) -> None:
    admins = f"arn:aws:iam::{ACCOUNT}:role/admins"
    aws.cluster(aws.network()[1])
    given: dict[str, Any] = {
        "clusterName": "prod",
        "principalArn": admins,
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        "accessScope": {"type": "cluster"},
    }
    assert "ResourceNotFoundException" in refused(lambda: aws.create("AccessPolicyAssociation", **given))
    aws.create("AccessEntry", clusterName="prod", principalArn=admins)
    assert aws.create("AccessPolicyAssociation", **given).id.startswith(f"prod#{admins}#")
    odd = {**given, "policyArn": policy("AdministratorAccess")}
    assert "policyArn parameter format is not valid" in refused(lambda: aws.create("AccessPolicyAssociation", **odd))
