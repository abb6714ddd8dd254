"""An AWS account for the recording engine: what its functions answer, and settings of stacks on EKS."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import grpc
import pulumi
import pulumi_aws.ec2
from pydantic import SecretStr

from components.platforms.contract import Platform
from components.platforms.eks import check_eks
from components.settings import Secrets
from components.settings_models import EksSettings
from components.stack_file import StackFile
from tests.engine import run_program
from tests.graph import Graph

Json = dict[str, Any]
Answer = Callable[[Json], Json]

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of a part of it, when it is really imported
    _ = pulumi_aws.ec2.Vpc

STACK = StackFile("eks")
ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
TOKEN = "canary-token"

NEW_CLUSTER: Json = {"mode": "create", "name": "prod", "region": "eu-central-1"}
OLD_CLUSTER: Json = {"mode": "existing", "name": "prod", "region": "eu-central-1"}


def settings(**sections: object) -> EksSettings:
    """What a stack file says; a made cluster and a made repository where nothing else is given."""
    document = {
        "target": "eks",
        "image": {"repository": "team/web", "digest": f"sha256:{'a' * 64}"},
        "app": {"name": "web"},
        "cluster": NEW_CLUSTER,
        "registry": {"mode": "create"},
        **sections,
    }
    return EksSettings.model_validate(document)


def partition(region: str) -> str:
    return "aws-cn" if region.startswith("cn-") else "aws"


def made_repository(inputs: Json) -> Json:
    host = f"{ACCOUNT}.dkr.ecr.{inputs['region']}.amazonaws.com"
    arn = f"arn:aws:ecr:{inputs['region']}:{ACCOUNT}:repository/{inputs['name']}"
    return {"repositoryUrl": f"{host}/{inputs['name']}", "registryId": ACCOUNT, "arn": arn}


def made_role(inputs: Json) -> Json:
    return {"arn": f"arn:aws:iam::{ACCOUNT}:role/{inputs['name']}"}


def made_cluster(inputs: Json) -> Json:
    return {
        "endpoint": "https://0123.eks.amazonaws.com",
        "certificateAuthority": {"data": "Q0E="},
        "version": inputs.get("version", "1.34"),
    }


def found_cluster(arguments: Json) -> Json:
    return {
        "name": arguments["name"],
        "endpoint": "https://4567.eks.amazonaws.com",
        "certificateAuthorities": [{"data": "Q0E="}],
        "computeConfigs": [],
        "status": "ACTIVE",
    }


def found_group(arguments: Json) -> Json:
    group = arguments["nodeGroupName"]
    return {
        "nodeGroupName": group,
        "nodeRoleArn": f"arn:aws:iam::{ACCOUNT}:role/{group}-role",
        "amiType": "AL2023_ARM_64_STANDARD" if group == "arm" else "AL2023_x86_64_STANDARD",
    }


def found_repository(arguments: Json) -> Json:
    account = arguments.get("registryId", ACCOUNT)
    return {
        "repositoryUrl": f"{account}.dkr.ecr.{arguments['region']}.amazonaws.com/{arguments['name']}",
        "registryId": account,
        "arn": f"arn:aws:ecr:{arguments['region']}:{account}:repository/{arguments['name']}",
    }


def token(arguments: Json) -> Json:
    _ = arguments
    return {"userName": "AWS", "password": TOKEN}


def subnet(arguments: Json) -> Json:
    zone = {"subnet-aaaaaaaa": "eu-central-1a", "subnet-bbbbbbbb": "eu-central-1b"}
    found = zone.get(arguments["id"], "eu-central-1a")
    return {"availabilityZone": found, "vpcId": "vpc-other" if arguments["id"] == "subnet-dddddddd" else "vpc-1"}


class NoAnswerError(grpc.RpcError):
    """What a provider's refusal is by the time that it reaches a program."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._text = text

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return self._text


def absent(text: str = "couldn't find resource") -> Answer:
    """What a function raises through the engine."""

    def fail(arguments: Json) -> Json:
        _ = arguments
        raise NoAnswerError(text)

    return fail


RESOURCES: Mapping[str, Answer] = {
    "aws:ecr/repository:Repository": made_repository,
    "aws:iam/role:Role": made_role,
    "aws:eks/cluster:Cluster": made_cluster,
    "aws:eks/nodeGroup:NodeGroup": lambda inputs: {"nodeGroupName": f"{inputs['nodeGroupNamePrefix']}1"},
}
FUNCTIONS: Mapping[str, Answer] = {
    "aws:index/getPartition:getPartition": lambda _: {"partition": "aws", "dnsSuffix": "amazonaws.com"},
    "aws:index/getCallerIdentity:getCallerIdentity": lambda _: {"accountId": ACCOUNT},
    "aws:index/getAvailabilityZones:getAvailabilityZones": lambda _: {
        "names": ["eu-central-1c", "eu-central-1a", "eu-central-1b"]
    },
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": token,
    "aws:ecr/getRepository:getRepository": found_repository,
    "aws:ec2/getSubnet:getSubnet": subnet,
    "aws:eks/getCluster:getCluster": found_cluster,
    "aws:eks/getNodeGroups:getNodeGroups": lambda _: {"names": ["web", "batch"]},
    "aws:eks/getNodeGroup:getNodeGroup": found_group,
    "aws:iam/getRolePolicyAttachments:getRolePolicyAttachments": lambda _: {"attachedPolicies": []},
    "aws:iam/getRole:getRole": lambda arguments: {"arn": f"arn:aws:iam::{ACCOUNT}:role/{arguments['name']}"},
}


def run(
    of: EksSettings,
    answers: Mapping[str, Answer] | None = None,
    *,
    preview: bool = False,
    config: Mapping[str, str] | None = None,
    password: str | None = None,
    **more: Answer,
) -> tuple[Graph, Platform]:
    """Declare a platform, and export what the app reads of it.

    Args:
        of: the stack file.
        preview: nothing is made, so what would be made is unknown.
        config: full keys.
        password: of a registry.
        answers: by the last part of a function's or resource's token, in place of the usual ones.
        more: of them.
    """
    named = {each.rpartition(":")[2]: each for each in (*FUNCTIONS, *RESOURCES)}
    special = {named[name]: answer for name, answer in {**(answers or {}), **more}.items()}
    usual = FUNCTIONS if preview else {**FUNCTIONS, **RESOURCES}
    made: list[Platform] = []

    def program() -> None:
        platform = check_eks(of, Secrets(SecretStr(password) if password else None), STACK)()
        made.append(platform)
        grant, registry = platform.pull_grant, platform.registry
        pulumi.export("server", registry.server)
        pulumi.export("prefix", registry.prefix)
        pulumi.export("username", registry.username)
        pulumi.export("password", registry.password)
        pulumi.export("kubeconfig", platform.cluster.kubeconfig)
        pulumi.export("identity", grant.identity)
        pulumi.export("resource", grant.resource)
        pulumi.export("facts", dict(grant.facts))

    graph = run_program(program, stack="eks", preview=preview, config=config, answers={**usual, **special})
    return graph, made[0]
