"""What a stack on EKS declares: cluster, registry and right, each with its exact inputs and order."""

import json
from typing import Any

import pytest

from components.platforms.contract import PullKind, Target
from tests.graph import UNKNOWN, Graph, Registration
from tests.unit.eks_account import ACCOUNT, NEW_CLUSTER, OTHER_ACCOUNT, TOKEN, run, settings

CLUSTER = "aws:eks/cluster:Cluster"
NODES = "aws:eks/nodeGroup:NodeGroup"
ROLE = "aws:iam/role:Role"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
REPOSITORY = "aws:ecr/repository:Repository"
KUBERNETES = "pulumi:providers:kubernetes"
HOST = f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com"


def cluster(**more: object) -> dict[str, object]:
    return {**NEW_CLUSTER, **more}


def names(graph: Graph, urns: frozenset[str]) -> set[str]:
    return {f"{graph.registrations[urn].type.rpartition(':')[2]} {graph.registrations[urn].name}" for urn in urns}


def policies(graph: Graph, role: str) -> set[str]:
    return {each.inputs["policyArn"] for each in graph.all(ATTACHMENT) if each.inputs["role"] == role}


def aws_policies(*short: str, partition: str = "aws") -> set[str]:
    return {f"arn:{partition}:iam::aws:policy/{each}" for each in short}


def trusted(graph: Graph, name: str) -> dict[str, Any]:
    return json.loads(graph.one(ROLE, name).inputs["assumeRolePolicy"])["Statement"][0]


def test_everything_of_aws_goes_through_the_stacks_own_provider() -> None:
    graph, _ = run(settings())
    ours = [each for each in graph.resources if each.type.startswith("aws:")]
    provider = graph.one("pulumi:providers:aws")
    assert {each.provider_urn for each in ours} == {provider.urn}
    assert provider.inputs["region"] == "eu-central-1"


def test_what_a_whole_stack_is_made_of() -> None:
    graph, platform = run(settings())
    made = sorted(each.type.rpartition(":")[2] for each in graph.resources)
    assert made == sorted(
        [
            "aws",
            "kubernetes",
            "Vpc",
            "InternetGateway",
            "RouteTable",
            *["Subnet", "RouteTableAssociation"] * 2,
            *["Role"] * 2,
            *["RolePolicyAttachment"] * 4,
            "Cluster",
            "NodeGroup",
            "Repository",
            "LifecyclePolicy",
        ]
    )
    assert platform.target == Target.EKS


def test_a_repository_scans_and_goes_with_its_images_in_the_test_profile_only() -> None:
    test = run(settings())[0].one(REPOSITORY).inputs
    assert test == {
        "name": "team/web",
        "region": "eu-central-1",
        "forceDelete": True,
        "imageScanningConfiguration": {"scanOnPush": True},
        "imageTagMutability": "MUTABLE",
    }
    production = run(settings(profile="production"))[0].one(REPOSITORY).inputs
    assert production["forceDelete"] is False


def test_a_repository_may_be_in_another_region() -> None:
    graph, _ = run(settings(registry={"mode": "create", "region": "us-east-1"}))
    assert graph.one(REPOSITORY).inputs["region"] == "us-east-1"
    assert graph.one("aws:ecr/lifecyclePolicy:LifecyclePolicy").inputs["region"] == "us-east-1"
    assert graph.one(CLUSTER).inputs.get("region") is None
    token = dict(graph.calls)["aws:ecr/getAuthorizationToken:getAuthorizationToken"]
    assert token == {"region": "us-east-1", "registryId": ACCOUNT}
    assert graph.exports["server"] == f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"


def test_host_and_login_come_from_what_aws_says() -> None:
    graph, platform = run(settings())
    assert (graph.exports["server"], graph.exports["prefix"]) == (HOST, HOST)
    assert (graph.exports["username"], graph.exports["password"]) == ("AWS", TOKEN)
    assert "password" in graph.stack.secret_outputs
    assert [each._name for each in platform.registry.replace_with] == ["registry"]  # pyright: ignore[reportPrivateUsage]
    assert TOKEN not in repr(platform)


def test_nodes_may_join_and_pull_and_no_more() -> None:
    graph, _ = run(settings())
    assert policies(graph, "prod-eu-central-1-nodes") == aws_policies(
        "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly"
    )
    assert policies(graph, "prod-eu-central-1-cluster") == aws_policies("AmazonEKSClusterPolicy")
    assert trusted(graph, "nodes")["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert trusted(graph, "cluster")["Principal"] == {"Service": "eks.amazonaws.com"}
    assert trusted(graph, "cluster")["Action"] == ["sts:AssumeRole"]


def test_policies_and_trust_are_those_of_the_partition() -> None:
    china = settings(cluster=cluster(region="cn-north-1"))
    graph, _ = run(china, getPartition=lambda _: {"partition": "aws-cn", "dnsSuffix": "amazonaws.com.cn"})
    assert policies(graph, "prod-cn-north-1-nodes") == aws_policies(
        "AmazonEKSWorkerNodePolicy",
        "AmazonEKS_CNI_Policy",
        "AmazonEC2ContainerRegistryPullOnly",
        partition="aws-cn",
    )
    assert trusted(graph, "nodes")["Principal"] == {"Service": "ec2.amazonaws.com.cn"}


def test_nodes_start_after_their_policies_and_their_way_out() -> None:
    graph, _ = run(settings())
    assert names(graph, graph.one(NODES).dependencies) >= {
        "RolePolicyAttachment nodes-AmazonEKSWorkerNodePolicy",
        "RolePolicyAttachment nodes-AmazonEKS_CNI_Policy",
        "RolePolicyAttachment nodes-AmazonEC2ContainerRegistryPullOnly",
        "RouteTableAssociation routes-1",
        "RouteTableAssociation routes-2",
        "Cluster cluster",
    }
    assert "RolePolicyAttachment cluster-AmazonEKSClusterPolicy" in names(graph, graph.one(CLUSTER).dependencies)


def test_a_node_group_says_size_processor_and_version() -> None:
    graph, platform = run(settings())
    assert graph.one(NODES).inputs == {
        "clusterName": "prod",
        "nodeGroupNamePrefix": "nodes-",
        "nodeRoleArn": f"arn:aws:iam::{ACCOUNT}:role/prod-eu-central-1-nodes",
        "subnetIds": ["subnet-1-id", "subnet-2-id"],
        "instanceTypes": ["t3.medium"],
        "amiType": "AL2023_x86_64_STANDARD",
        "version": "1.34",
        "scalingConfig": {"desiredSize": 1, "minSize": 1, "maxSize": 2},
        "updateConfig": {"maxUnavailable": 1},
    }
    assert platform.cluster.node_platforms == ("linux/amd64",)


def test_graviton_nodes_run_its_images() -> None:
    image = {"repository": "team/web", "digest": f"sha256:{'a' * 64}", "platform": "linux/arm64"}
    graph, platform = run(settings(cluster=cluster(nodeType="t4g.medium", nodeCount=2), image=image))
    assert graph.one(NODES).inputs["amiType"] == "AL2023_ARM_64_STANDARD"
    assert graph.one(NODES).inputs["scalingConfig"]["desiredSize"] == 2
    assert platform.cluster.node_platforms == ("linux/arm64",)


def test_a_test_cluster_can_be_deleted_and_its_api_answers_everywhere() -> None:
    inputs = run(settings())[0].one(CLUSTER).inputs
    assert inputs == {
        "name": "prod",
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/prod-eu-central-1-cluster",
        "vpcConfig": {
            "subnetIds": ["subnet-1-id", "subnet-2-id"],
            "endpointPrivateAccess": True,
            "endpointPublicAccess": True,
        },
        "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": True},
        "upgradePolicy": {"supportType": "STANDARD"},
        "enabledClusterLogTypes": [],
        "deletionProtection": False,
    }


def test_a_production_cluster_is_protected_logged_and_has_three_nodes() -> None:
    sections = cluster(apiRanges=["192.0.2.0/24"], kubernetesVersion="1.33")
    graph, _ = run(settings(profile="production", cluster=sections))
    inputs = graph.one(CLUSTER).inputs
    assert inputs["deletionProtection"] is True
    assert inputs["enabledClusterLogTypes"] == ["api", "audit", "authenticator"]
    assert inputs["vpcConfig"]["publicAccessCidrs"] == ["192.0.2.0/24"]
    assert inputs["version"] == "1.33"
    assert graph.one(NODES).inputs["scalingConfig"]["desiredSize"] == 3


@pytest.mark.parametrize(("profile", "protects"), [("test", False), ("production", True)])
def test_production_refuses_to_be_destroyed_before_anything_of_it_is_deleted(profile: str, *, protects: bool) -> None:
    graph, _ = run(settings(profile=profile))
    assert {each.request.protect for each in (graph.one(CLUSTER), graph.one(REPOSITORY))} == {protects}
    assert not graph.one(NODES).request.protect  # or nodes of another type could not take their place


def test_a_network_has_a_way_out_and_subnets_in_two_zones() -> None:
    graph, _ = run(settings())
    subnets = graph.all("aws:ec2/subnet:Subnet")
    assert {each.inputs["availabilityZone"] for each in subnets} == {"eu-central-1a", "eu-central-1b"}
    assert {each.inputs["cidrBlock"] for each in subnets} == {"10.0.0.0/20", "10.0.16.0/20"}
    assert all(each.inputs["mapPublicIpOnLaunch"] for each in subnets)
    assert all(each.inputs["tags"]["kubernetes.io/role/elb"] == "1" for each in subnets)
    (route,) = graph.one("aws:ec2/routeTable:RouteTable").inputs["routes"]
    assert route == {"cidrBlock": "0.0.0.0/0", "gatewayId": "internet-id"}
    joined = {each.inputs["subnetId"] for each in graph.all("aws:ec2/routeTableAssociation:RouteTableAssociation")}
    assert joined == {"subnet-1-id", "subnet-2-id"}


def test_given_subnets_are_used_as_they_are() -> None:
    given = ["subnet-aaaaaaaa", "subnet-bbbbbbbb"]
    graph, _ = run(settings(cluster=cluster(subnets=given)))
    assert graph.one(CLUSTER).inputs["vpcConfig"]["subnetIds"] == given
    assert graph.one(NODES).inputs["subnetIds"] == given
    assert [each for each in graph.resources if each.type.startswith("aws:ec2/")] == []


def test_admins_get_an_entry_and_the_policy_of_the_cluster() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/team/admins"
    graph, _ = run(settings(cluster=cluster(admins=[arn])))
    entry = graph.one("aws:eks/accessEntry:AccessEntry")
    right = graph.one("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    assert entry.inputs == {"clusterName": "prod", "principalArn": arn}
    assert right.inputs == {
        "clusterName": "prod",
        "principalArn": arn,
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        "accessScope": {"type": "cluster"},
    }
    assert entry.urn in right.dependencies


def test_admins_of_the_same_name_in_two_accounts_are_two_and_each_counts_once() -> None:
    arns = [f"arn:aws:iam::{account}:role/admins" for account in (ACCOUNT, OTHER_ACCOUNT, ACCOUNT)]
    graph, _ = run(settings(cluster=cluster(admins=arns)))
    entries = {each.inputs["principalArn"] for each in graph.all("aws:eks/accessEntry:AccessEntry")}
    assert entries == set(arns)


def auto() -> tuple[Graph, Any]:
    return run(settings(cluster=cluster(autoMode=True)))


def test_auto_mode_has_all_three_switches_and_no_node_group() -> None:
    graph, platform = auto()
    inputs = graph.one(CLUSTER).inputs
    assert inputs["bootstrapSelfManagedAddons"] is False
    assert inputs["computeConfig"] == {
        "enabled": True,
        "nodePools": ["general-purpose", "system"],
        "nodeRoleArn": f"arn:aws:iam::{ACCOUNT}:role/prod-eu-central-1-nodes",
    }
    assert inputs["kubernetesNetworkConfig"] == {"elasticLoadBalancing": {"enabled": True}}
    assert inputs["storageConfig"] == {"blockStorage": {"enabled": True}}
    assert graph.all(NODES) == []
    assert platform.ingress.load_balancer_class == "eks.amazonaws.com/nlb"


def test_auto_mode_has_roles_of_its_own() -> None:
    graph, _ = auto()
    assert policies(graph, "prod-eu-central-1-nodes") == aws_policies(
        "AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"
    )
    assert policies(graph, "prod-eu-central-1-cluster") == aws_policies(
        "AmazonEKSClusterPolicy",
        "AmazonEKSComputePolicy",
        "AmazonEKSBlockStoragePolicy",
        "AmazonEKSLoadBalancingPolicy",
        "AmazonEKSNetworkingPolicy",
    )
    assert trusted(graph, "cluster")["Action"] == ["sts:AssumeRole", "sts:TagSession"]


def test_in_auto_mode_the_cluster_waits_for_the_nodes_right_to_pull() -> None:
    graph, _ = auto()
    right = "RolePolicyAttachment nodes-AmazonEC2ContainerRegistryPullOnly"
    assert right in names(graph, graph.one(CLUSTER).dependencies)


@pytest.mark.parametrize("mode", [False, True])
def test_the_right_is_told_by_the_clusters_own_word(mode: bool) -> None:
    other = f"arn:aws:iam::{ACCOUNT}:role/other"
    made: dict[str, Any] = {
        "endpoint": "https://x",
        "certificateAuthority": {"data": "Q0E="},
        "version": "1.34",
        "computeConfig": {"enabled": True, "nodeRoleArn": other},
    }
    graph, platform = run(
        settings(cluster=cluster(autoMode=mode)),
        Cluster=lambda _: made,
        NodeGroup=lambda _: {"nodeGroupName": "nodes-1", "nodeRoleArn": other},
    )
    grant = platform.pull_grant
    assert (grant.kind, grant.role) == (PullKind.NODE_ROLE, "AmazonEC2ContainerRegistryPullOnly")
    assert graph.exports["identity"] == other
    assert graph.exports["resource"] == f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/team/web"
    assert grant.propagation_seconds == 60
    assert grant.pull_secret is None


def test_the_app_waits_for_the_right_to_pull() -> None:
    _, platform = run(settings())
    waited = [each._name for each in platform.pull_grant.depends_on]  # pyright: ignore[reportPrivateUsage]
    assert "nodes-AmazonEC2ContainerRegistryPullOnly" in waited


def test_the_facts_complete_the_commands_that_give_the_right() -> None:
    graph, _ = run(settings())
    assert graph.exports["facts"] == {
        "cluster": "prod",
        "partition": "aws",
        "region": "eu-central-1",
        "account": ACCOUNT,
        "repository": "team/web",
        "node_role": "prod-eu-central-1-nodes",
        "node_role_arn": f"arn:aws:iam::{ACCOUNT}:role/prod-eu-central-1-nodes",
        "node_group": "nodes-1",
    }


def kubernetes(graph: Graph) -> Registration:
    return graph.one(KUBERNETES)


def test_objects_in_the_cluster_are_gone_before_what_it_works_with() -> None:
    graph, _ = run(settings())
    assert names(graph, kubernetes(graph).dependencies) >= {
        "NodeGroup nodes",
        "Cluster cluster",
        "RolePolicyAttachment cluster-AmazonEKSClusterPolicy",
        "RolePolicyAttachment nodes-AmazonEKS_CNI_Policy",
        "RouteTableAssociation routes-1",
    }


def test_the_kubeconfig_is_secret_and_its_cluster_has_a_lasting_name() -> None:
    graph, platform = run(settings())
    inputs = kubernetes(graph).inputs
    assert "kubeconfig" in kubernetes(graph).secrets
    assert (inputs["context"], inputs["clusterIdentifier"]) == ("prod", "eks/eu-central-1/prod")
    assert platform.cluster.context == "prod"
    server = json.loads(graph.exports["kubeconfig"])["clusters"][0]["cluster"]["server"]
    assert server == "https://0123.eks.amazonaws.com"


def test_a_first_preview_has_all_resources_and_asks_for_no_token() -> None:
    graph, _ = run(settings(), preview=True)
    assert graph.exports["server"] == graph.exports["kubeconfig"] == UNKNOWN
    assert graph.one(NODES).inputs["nodeRoleArn"] == UNKNOWN
    assert kubernetes(graph).inputs["clusterIdentifier"] == "eks/eu-central-1/prod"
    called = {token.rpartition(":")[2] for token, _ in graph.calls}
    assert called == {"getPartition", "getAvailabilityZones"}


def test_a_profile_says_once_what_it_leaves_open() -> None:
    graph, _ = run(settings())
    (line,) = [text for severity, text in graph.logs if severity == 1]
    assert line.startswith("profile test: the cluster is not protected from deletion")


def test_a_registry_of_another_provider_has_a_pull_secret_and_no_repository() -> None:
    foreign = {"mode": "foreign", "host": "quay.io", "username": "ci"}
    graph, platform = run(settings(registry=foreign), password="canary-password")
    assert platform.pull_grant.kind == PullKind.PULL_SECRET
    assert graph.all(REPOSITORY) == []
    # EKS's own images are in ECR whatever the app's registry is.
    assert aws_policies("AmazonEC2ContainerRegistryPullOnly") <= policies(graph, "prod-eu-central-1-nodes")
