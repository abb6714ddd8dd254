"""What the stack file of an EKS stack tells by itself, and texts that follow from it."""

import json
from typing import Any

import pytest

from components.errors import ConfigError
from components.platforms.eks_checks import eks_problems, partition_of
from components.platforms.eks_ingress import ingress
from components.platforms.eks_kubeconfig import EksLogin, kubeconfig
from components.platforms.eks_profile import what_is_open
from components.platforms.eks_registry import LIFECYCLE
from components.platforms.eks_roles import role_name
from components.platforms.node_sizes import aws_platform
from components.settings_models import CloudIngressSettings
from tests.unit.eks_account import NEW_CLUSTER, OLD_CLUSTER, STACK, settings

ARM_IMAGE = {"repository": "team/web", "digest": f"sha256:{'a' * 64}", "platform": "linux/arm64"}


def said(**sections: object) -> str:
    return str(STACK.refusal(eks_problems(settings(**sections), STACK)))


def cluster(**more: object) -> dict[str, object]:
    return {**NEW_CLUSTER, **more}


@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"cluster": cluster(nodeType="m7g.large"), "image": ARM_IMAGE},
        {"cluster": cluster(autoMode=True)},
        {"cluster": cluster(kubernetesVersion="1.34")},
        {"cluster": cluster(subnets=["subnet-aaaaaaaa", "subnet-bbbbbbbb"])},
        {"cluster": OLD_CLUSTER, "registry": {"mode": "existing", "region": "us-east-1"}},
        {"cluster": cluster(admins=["arn:aws:iam::123456789012:role/admins"])},
        {"app": {"name": "web", "host": "a.example.com", "tlsSecret": "web"}, "ingress": {"className": "alb"}},
    ],
)
def test_sound_files_pass(sections: dict[str, object]) -> None:
    assert eks_problems(settings(**sections), STACK) == []


@pytest.mark.parametrize(
    ("sections", "texts"),
    [
        (
            {"image": {**ARM_IMAGE, "platform": "linux/amd64", "repository": "team/web__api"}},
            ("image.repository: 'team/web__api' is not an ECR repository",),
        ),
        (
            {"image": ARM_IMAGE},
            (
                "image.platform: is linux/arm64, and nodes of type t3.medium run linux/amd64",
                "pulumi config set --path image.platform linux/amd64 -s eks",
                "pulumi config set --path cluster.nodeType t4g.medium -s eks",
            ),
        ),
        ({"cluster": cluster(nodeType="c7gn.large")}, ("nodes of type c7gn.large run linux/arm64", "t3.medium")),
        (
            {"cluster": cluster(autoMode=True, nodeType="t3.medium", nodeCount=2)},
            (
                "cluster.nodeType: has no effect in Auto Mode",
                "cluster.nodeCount: has no effect in Auto Mode",
                "pulumi config rm --path cluster.nodeCount -s eks",
                "pulumi config set --path cluster.autoMode false -s eks",
            ),
        ),
        ({"cluster": cluster(autoMode=True), "image": ARM_IMAGE}, ("nodes of Auto Mode's own pool run linux/amd64",)),
        (
            {"cluster": cluster(kubernetesVersion="1.34.2")},
            ("it wants 1.34", "pulumi config set --path cluster.kubernetesVersion 1.34 -s eks"),
        ),
        (
            {"cluster": cluster(subnets=["subnet-aaaaaaaa"])},
            (
                "cluster.subnets: EKS wants subnets in at least two zones, and there is one",
                "pulumi config set --path 'cluster.subnets[1]' '<subnet>' -s eks",
            ),
        ),
        (
            {"registry": {"mode": "create", "region": "cn-north-1"}},
            ("registry.region: cn-north-1 is in the partition aws-cn, and the cluster in aws",),
        ),
        (
            {"cluster": cluster(region="cn-north-1", admins=["arn:aws:iam::123456789012:role/admins"])},
            (
                "cluster.admins[0]: arn:aws:iam::123456789012:role/admins is in the partition aws, and the cluster in",
                "arn:aws-cn:iam::123456789012:role/admins -s eks",
            ),
        ),
        (
            {"app": {"name": "web", "host": "web.example.com", "tlsSecret": "web"}},
            ("app.tlsSecret: has no effect without an Ingress", "pulumi config set --path ingress.className alb"),
        ),
    ],
)
def test_a_mistake_is_named_with_its_key_and_what_to_type(sections: dict[str, object], texts: tuple[str, ...]) -> None:
    message = said(**sections)
    for each in texts:
        assert each in message


def test_all_mistakes_come_in_one_message() -> None:
    message = said(image=ARM_IMAGE, cluster=cluster(kubernetesVersion="1.34.2", subnets=["subnet-aaaaaaaa"]))
    assert message.startswith("Pulumi.eks.yaml: 3 mistakes, nothing was changed")


def test_a_registry_of_another_provider_has_its_own_rules() -> None:
    image = {**ARM_IMAGE, "platform": "linux/amd64", "repository": "team/web__api"}
    assert eks_problems(settings(image=image, registry={"mode": "foreign", "host": "quay.io"}), STACK) == []


@pytest.mark.parametrize(
    ("instance_type", "runs"),
    [
        ("t3.medium", "amd64"),
        ("m7g.large", "arm64"),
        ("m7gd.large", "arm64"),
        ("t4g.small", "arm64"),
        ("a1.large", "arm64"),
        ("im4gn.large", "arm64"),
        ("is4gen.large", "arm64"),
        ("x2gd.large", "arm64"),
        ("hpc7g.4xlarge", "arm64"),
        ("g5g.xlarge", "arm64"),
        ("g4dn.xlarge", "amd64"),
        ("g5.xlarge", "amd64"),
        ("m7i.large", "amd64"),
        ("m7i-flex.large", "amd64"),
        ("c6a.large", "amd64"),
        ("u-6tb1.metal", "amd64"),
        ("x2iedn.large", "amd64"),
    ],
)
def test_graviton_is_told_by_its_family(instance_type: str, runs: str) -> None:
    assert aws_platform(instance_type) == f"linux/{runs}"


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("us-east-1", "aws")],
)
def test_a_region_is_in_a_partition(region: str, partition: str) -> None:
    assert partition_of(region) == partition


def test_a_role_has_a_name_that_iam_takes_however_long_the_clusters_is() -> None:
    assert role_name("prod", "eu-central-1", "nodes") == "prod-eu-central-1-nodes"
    long, other = role_name("p" * 100, "eu-central-1", "nodes"), role_name("p" * 100, "us-east-1", "nodes")
    assert len(long) == len(other) == 64
    assert long != other


def user(login: EksLogin) -> dict[str, Any]:
    document = json.loads(kubeconfig("prod", "https://api", "Q0E=", login))
    assert document["current-context"] == document["contexts"][0]["name"] == "prod"
    assert document["clusters"][0]["cluster"] == {"server": "https://api", "certificate-authority-data": "Q0E="}
    return document["users"][0]["user"]["exec"]


def test_a_kubeconfig_asks_aws_for_a_token_each_time() -> None:
    found = user(EksLogin("eu-central-1"))
    assert found["apiVersion"] == "client.authentication.k8s.io/v1beta1"
    command = " ".join([found["command"], *found["args"]])
    assert command == "aws eks get-token --cluster-name prod --region eu-central-1 --output json"
    assert found["env"] == []


def test_a_kubeconfig_logs_in_as_the_provider_does() -> None:
    found = user(EksLogin("eu-central-1", "arn:aws:iam::123456789012:role/ci", {"AWS_PROFILE": "ci"}))
    assert found["args"][-2:] == ["--role-arn", "arn:aws:iam::123456789012:role/ci"]
    assert found["env"] == [{"name": "AWS_PROFILE", "value": "ci"}]


def test_no_lifecycle_rule_can_choose_an_image_that_was_deployed() -> None:
    """Tags of deployments are hexadecimal digits; untagged images and counts would take what runs."""
    rules = json.loads(LIFECYCLE)["rules"]
    assert rules
    for rule in rules:
        selection = rule["selection"]
        assert selection["tagStatus"] == "tagged"
        assert selection["countType"] == "sinceImagePushed"
        assert all(set(prefix) - set("0123456789abcdef") for prefix in selection["tagPrefixList"])


def test_a_service_is_the_load_balancer_unless_a_class_is_named() -> None:
    usual = ingress(CloudIngressSettings(), auto_mode=False)
    assert (usual.class_name, usual.load_balancer_class) == (None, None)
    assert usual.annotations["service.beta.kubernetes.io/aws-load-balancer-type"] == "nlb"
    assert usual.annotations["service.beta.kubernetes.io/aws-load-balancer-scheme"] == "internet-facing"
    auto = ingress(CloudIngressSettings(), auto_mode=True)
    assert auto.load_balancer_class == "eks.amazonaws.com/nlb"
    named = ingress(
        CloudIngressSettings.model_validate({"className": "alb", "annotations": {"a": "b"}}), auto_mode=False
    )
    assert (named.class_name, dict(named.annotations)) == ("alb", {"a": "b"})


def test_annotations_of_the_stack_file_win() -> None:
    key = "service.beta.kubernetes.io/aws-load-balancer-scheme"
    found = ingress(CloudIngressSettings(annotations={key: "internal"}), auto_mode=False)
    assert found.annotations[key] == "internal"


def test_what_a_profile_leaves_open_is_said() -> None:
    test = "; ".join(what_is_open(settings()))
    for each in (
        "not protected from deletion",
        "one node",
        "cluster.apiRanges",
        "public addresses",
        "deleted with its images",
    ):
        assert each in test
    for other in (cluster(nodeCount=2), cluster(autoMode=True)):
        assert "one node" not in "; ".join(what_is_open(settings(cluster=other)))
    ranges = cluster(apiRanges=["192.0.2.0/24"], subnets=["subnet-aaaaaaaa", "subnet-bbbbbbbb"])
    production = what_is_open(settings(profile="production", cluster=ranges))
    assert production == []
    assert what_is_open(settings(cluster=OLD_CLUSTER, registry={"mode": "existing"})) == []


def test_a_refusal_is_one_for_people() -> None:
    assert isinstance(STACK.refusal(eks_problems(settings(image=ARM_IMAGE), STACK)), ConfigError)
