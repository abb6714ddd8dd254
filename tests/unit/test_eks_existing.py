"""Clusters, subnets and repositories that are there already: looked up at preview, before anything is made."""

import json
from typing import Any

import pytest

from components.errors import ConfigError
from tests.graph import Graph
from tests.unit.eks_account import (
    ACCOUNT,
    NEW_CLUSTER,
    OLD_CLUSTER,
    OTHER_ACCOUNT,
    Answer,
    absent,
    found_cluster,
    run,
    settings,
)

ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
PROVIDER = "pulumi:providers:aws"


def old(**more: object) -> dict[str, object]:
    return {**OLD_CLUSTER, **more}


def refusal(answers: dict[str, Answer] | None = None, **sections: object) -> str:
    """What is said; nothing may have been declared by then."""
    with pytest.raises(ConfigError) as caught:
        run(settings(**sections), answers, preview=True)
    return str(caught.value)


def role(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def cluster_with(**more: Any) -> Answer:
    return lambda arguments: {**found_cluster(arguments), **more}


def test_a_cluster_that_is_there_is_taken_as_it_is() -> None:
    graph, platform = run(settings(cluster=OLD_CLUSTER, registry={"mode": "existing"}), preview=True)
    made = {each.type for each in graph.resources}
    assert made == {PROVIDER, "pulumi:providers:kubernetes"}
    server = json.loads(graph.exports["kubeconfig"])["clusters"][0]["cluster"]["server"]
    assert server == "https://4567.eks.amazonaws.com"
    assert "kubeconfig" in graph.one("pulumi:providers:kubernetes").secrets
    assert platform.pull_grant.depends_on == ()
    assert platform.pull_grant.propagation_seconds == 0


def test_roles_of_all_node_groups_pull() -> None:
    graph, _ = run(settings(cluster=OLD_CLUSTER), preview=True)
    assert graph.exports["identity"] == f"{role('batch-role')}, {role('web-role')}"
    assert graph.exports["facts"]["node_role"] == "batch-role"
    assert graph.exports["facts"]["node_group"] == "batch"


def test_the_right_is_given_only_when_it_is_asked_for() -> None:
    assert run(settings(cluster=OLD_CLUSTER))[0].all(ATTACHMENT) == []
    graph, platform = run(settings(cluster=old(attachPull=True)))
    given = {each.inputs["role"]: each.inputs["policyArn"] for each in graph.all(ATTACHMENT)}
    policy = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
    assert given == {"web-role": policy, "batch-role": policy}
    assert all("before_create" in each.hooks for each in graph.all(ATTACHMENT))  # nobody may have given it yet
    assert len(platform.pull_grant.depends_on) == 2
    assert platform.pull_grant.propagation_seconds == 60


def test_roles_may_be_named_for_nodes_that_aws_does_not_know_of() -> None:
    graph, _ = run(settings(cluster=old(nodeRoles=["karpenter"], attachPull=True)))
    assert graph.exports["identity"] == role("karpenter")
    assert [each.inputs["role"] for each in graph.all(ATTACHMENT)] == ["karpenter"]
    assert "aws:eks/getNodeGroups:getNodeGroups" not in dict(graph.calls)


def test_auto_modes_role_is_found_and_its_load_balancers_are_used() -> None:
    auto = cluster_with(computeConfigs=[{"enabled": True, "nodeRoleArn": role("auto")}])
    graph, platform = run(settings(cluster=OLD_CLUSTER), getCluster=auto, getNodeGroups=lambda _: {"names": []})
    assert graph.exports["identity"] == role("auto")
    assert platform.ingress.load_balancer_class == "eks.amazonaws.com/nlb"


def test_a_cluster_without_nodes_that_aws_knows_of_wants_roles_named() -> None:
    said = refusal({"getNodeGroups": lambda _: {"names": []}}, cluster=OLD_CLUSTER)
    assert "cluster.nodeRoles: is missing: prod has neither managed node groups nor Auto Mode" in said
    assert "pulumi config set --path 'cluster.nodeRoles[0]' '<role>' -s eks" in said


def test_a_role_that_is_named_exists() -> None:
    said = refusal({"getRole": absent()}, cluster=old(nodeRoles=["karpenter"]))
    assert "cluster.nodeRoles[0]: there is no IAM role 'karpenter'" in said


def test_all_roles_that_do_not_exist_come_in_one_message() -> None:
    said = refusal({"getRole": absent()}, cluster=old(nodeRoles=["karpenter", "batch"]))
    assert said.startswith("Pulumi.eks.yaml: 2 mistakes, nothing was changed")
    assert "cluster.nodeRoles[1]: there is no IAM role 'batch'" in said


def test_a_login_that_has_ended_is_one_mistake_however_much_is_looked_up() -> None:
    ended = absent("ExpiredToken: The security token included in the request is expired")
    answers = {"getRole": ended, "getRepository": ended}
    said = refusal(answers, cluster=old(nodeRoles=["karpenter", "batch"]), registry={"mode": "existing"})
    assert said.startswith("Pulumi.eks.yaml: 1 mistake, nothing was changed")


def test_a_cluster_that_is_not_there_is_named_with_what_to_type() -> None:
    said = refusal({"getCluster": absent()}, cluster=OLD_CLUSTER)
    assert "cluster.name: there is no EKS cluster 'prod' in eu-central-1" in said
    assert "aws eks list-clusters --region eu-central-1" in said
    assert "pulumi config set --path cluster.mode create -s eks" in said


@pytest.mark.parametrize("status", ["CREATING", "DELETING", "FAILED", "PENDING"])
def test_a_cluster_that_does_not_serve_is_refused(status: str) -> None:
    said = refusal({"getCluster": cluster_with(status=status)}, cluster=OLD_CLUSTER)
    assert f"the EKS cluster 'prod' is {status}, not ACTIVE" in said


def test_a_cluster_that_is_updated_serves() -> None:
    run(settings(cluster=OLD_CLUSTER), getCluster=cluster_with(status="UPDATING"))


def test_an_image_that_none_of_its_nodes_can_run_is_refused() -> None:
    said = refusal({"getNodeGroups": lambda _: {"names": ["arm"]}}, cluster=OLD_CLUSTER)
    assert "image.platform: is linux/amd64, which no node of prod can run; its nodes are linux/arm64" in said


def test_a_repository_that_is_not_there_is_named_with_what_to_type() -> None:
    registry = {"mode": "existing", "account": OTHER_ACCOUNT, "region": "us-east-1"}
    said = refusal({"getRepository": absent("RepositoryNotFoundException: no")}, registry=registry)
    assert f"image.repository: there is no ECR repository 'team/web' in us-east-1 of account {OTHER_ACCOUNT}" in said
    assert f"aws ecr describe-repositories --region us-east-1 --registry-id {OTHER_ACCOUNT}" in said


def test_all_that_is_not_there_comes_in_one_message() -> None:
    answers = {"getCluster": absent(), "getRepository": absent()}
    said = refusal(answers, cluster=OLD_CLUSTER, registry={"mode": "existing"})
    assert said.startswith("Pulumi.eks.yaml: 2 mistakes, nothing was changed")


def test_a_look_up_that_aws_does_not_allow_says_so() -> None:
    denied = absent("invoke of aws:eks/getCluster failed: AccessDeniedException: User: x is not authorized")
    said = refusal({"getCluster": denied}, cluster=OLD_CLUSTER)
    assert "cluster.name: cannot be looked up: AccessDeniedException: User: x is not authorized" in said
    assert "aws sts get-caller-identity" in said


def new(**more: object) -> dict[str, object]:
    return {**NEW_CLUSTER, **more}


def test_subnets_exist_are_in_two_zones_and_in_one_network() -> None:
    said = refusal(
        {"getSubnet": absent("no matching EC2 Subnet found")},
        cluster=new(subnets=["subnet-aaaaaaaa"] * 2 + ["subnet-bbbbbbbb"]),
    )
    assert said.startswith("Pulumi.eks.yaml: 3 mistakes, nothing was changed")
    assert "cluster.subnets[0]: there is no subnet 'subnet-aaaaaaaa' in eu-central-1" in said
    assert "cluster.subnets[2]: there is no subnet 'subnet-bbbbbbbb' in eu-central-1" in said
    said = refusal(cluster=new(subnets=["subnet-aaaaaaaa", "subnet-cccccccc"]))
    assert "cluster.subnets: are all in eu-central-1a, and EKS wants subnets in at least two zones" in said
    said = refusal(cluster=new(subnets=["subnet-bbbbbbbb", "subnet-dddddddd"]))
    assert "cluster.subnets: are in 2 networks (vpc-1, vpc-other), and a cluster is in one" in said


def one_zone(arguments: dict[str, Any]) -> dict[str, Any]:
    _ = arguments
    return {"names": ["eu-central-1a"]}


@pytest.mark.parametrize("answer", [absent("no matching zones"), one_zone])
def test_a_region_without_two_zones_is_refused(answer: Answer) -> None:
    said = refusal({"getAvailabilityZones": answer})
    assert "cluster.region: eu-central-1 has no two zones in which EKS runs" in said


def test_nothing_is_declared_before_everything_was_looked_up() -> None:
    """Else an `up` without a preview would leave a network behind when it is refused."""
    seen: list[str] = []

    def watch(inputs: dict[str, Any]) -> dict[str, Any]:
        seen.append(str(inputs))
        return {}

    with pytest.raises(ConfigError):
        run(settings(registry={"mode": "existing"}), getRepository=absent(), Repository=watch, Role=watch)
    assert seen == []


def writing(account: str | None) -> tuple[Graph, Any]:
    registry = {"mode": "existing", "writePolicy": True} | ({"account": account} if account else {})
    return run(settings(registry=registry))


def test_a_repositorys_policy_names_the_nodes_that_really_pull() -> None:
    graph, platform = writing(None)
    policy = graph.one(POLICY)
    assert policy.inputs["repository"] == "team/web"
    (statement,) = json.loads(policy.inputs["policy"])["Statement"]
    assert statement["Principal"] == {"AWS": [role("prod-eu-central-1-nodes")]}
    assert statement["Action"] == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    ]
    assert policy.urn in {each.urn for each in graph.resources}
    assert "registry" in [each._name for each in platform.pull_grant.depends_on]  # pyright: ignore[reportPrivateUsage]
    assert policy.provider_urn == graph.one(PROVIDER).urn


def test_another_accounts_policy_is_written_by_a_role_of_that_account() -> None:
    graph, _ = writing(OTHER_ACCOUNT)
    owner = graph.one(PROVIDER, "aws-registry")
    assert graph.one(POLICY).provider_urn == owner.urn
    roles = json.loads(owner.inputs["assumeRoles"])
    assert roles == [{"roleArn": f"arn:aws:iam::{OTHER_ACCOUNT}:role/OrganizationAccountAccessRole"}]


def test_without_being_asked_no_policy_is_written() -> None:
    graph, _ = run(settings(registry={"mode": "existing", "account": OTHER_ACCOUNT}))
    assert graph.all(POLICY) == []
    assert graph.exports["server"].startswith(OTHER_ACCOUNT)


def test_what_people_set_for_the_default_provider_is_handed_on() -> None:
    config = {
        "aws:profile": "ci",
        "aws:assumeRoles": json.dumps([{"roleArn": role("ci")}]),
        "aws:skipMetadataApiCheck": "true",
        "aws:defaultTags": json.dumps({"tags": {"owner": "a", "team": "x"}}),
        "aws:region": "us-east-1",
    }
    graph, _ = run(settings(tags={"owner": "b"}), config=config)
    inputs = graph.one(PROVIDER).inputs
    assert (inputs["profile"], inputs["region"]) == ("ci", "eu-central-1")
    assert json.loads(inputs["assumeRoles"]) == [{"roleArn": role("ci")}]
    assert json.loads(inputs["defaultTags"]) == {"tags": {"managed-by": "pulumi", "owner": "b", "team": "x"}}
    assert inputs["skipMetadataApiCheck"] == "true"
    login = json.loads(graph.exports["kubeconfig"])["users"][0]["user"]["exec"]
    assert login["env"] == [{"name": "AWS_PROFILE", "value": "ci"}]
    assert login["args"][-2:] == ["--role-arn", role("ci")]


def test_keys_of_the_configuration_stay_secret() -> None:
    config = {"aws:accessKey": "canary-id", "aws:secretKey": "canary-key"}
    graph, platform = run(settings(), config=config)
    assert {"accessKey", "secretKey"} <= graph.one(PROVIDER).secrets
    assert "canary" not in repr(platform)
    assert "kubeconfig" in graph.stack.secret_outputs
    assert not [text for _, text in graph.logs if "canary" in text]
