"""A simulated AWS for unit tests: its kinds, done through the same deeds as the provider's, without an engine."""

import json
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.clouds import checked
from sandbox.clouds.access import Scene
from sandbox.clouds.aws.cloud import cloud
from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.cloud_site import CloudSite
from sandbox.clouds.deeds import Deeds
from sandbox.clouds.kinds import Cloud, Kind
from sandbox.clouds.tokens import Tokens
from sandbox.clouds.world import Thing, World

Json = dict[str, Any]

TOKENS = Tokens("key")
SITE = CloudSite("https://127.0.0.1:6443", "Q0E=", TOKENS, Behaviour)
REGION = "eu-central-1"
CONFIG: Json = {"region": REGION, "defaultTags": {"tags": {"managed-by": "pulumi"}}}
PULL_ONLY = "AmazonEC2ContainerRegistryPullOnly"
JOINING = ("AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy")


def trust(service: str, *actions: str) -> str:
    action = list(actions or ("sts:AssumeRole",))
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def policy(name: str, partition: str = "aws") -> str:
    return f"arn:{partition}:iam::aws:policy/{name}"


class RefusedInputsError(Exception):
    """What a check said."""


@dataclass
class Aws:
    """An account."""

    cloud: Cloud
    world: World
    clock: float = 1_000_000.0

    @property
    def deeds(self) -> Deeds:
        return Deeds(self.world, Behaviour, lambda _: None, lambda: self.clock)

    def kind(self, name: str) -> Kind:
        """By the last part of its token."""
        return next(each for each in self.cloud.kinds if each.resource.token.endswith(f":{name}"))

    def check(self, name: str, inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
        return checked.check(self.kind(name), "it", inputs, CONFIG)[1]

    def create(self, name: str, config: Json | None = None, /, **inputs: Any) -> Thing:
        """Check and make it.

        Raises:
            RefusedInputsError: the check refuses.
            CloudError: AWS refuses.
        """
        self.clock += 1
        kind = self.kind(name)
        complete, wrong = checked.check(kind, "it", inputs, CONFIG)
        if wrong:
            raise RefusedInputsError(wrong)
        return self.deeds.create(kind, "it", complete, config or CONFIG, threading.Event())

    def update(self, thing: Thing, **changes: Any) -> Thing:
        self.clock += 1
        kind = self.kind(thing.token.rpartition(":")[2])
        return self.deeds.update(kind, "it", thing.id, {**thing.inputs, **changes}, CONFIG)

    def delete(self, thing: Thing) -> None:
        self.clock += 1
        self.deeds.delete(self.kind(thing.token.rpartition(":")[2]), thing.id)

    def call(self, name: str, config: Json | None = None, /, **arguments: Any) -> Json:
        function = next(each for each in self.cloud.functions if each.token.endswith(f":{name}"))
        wrong = checked.arguments(function, arguments)
        if wrong:
            raise RefusedInputsError(wrong)
        return dict(self.deeds.call(function, arguments, config or CONFIG))

    def scene(self, later: float = 60.0, **behaviour: Any) -> Scene:
        """So many seconds after the last deed."""
        return Scene(self.world.read(), self.clock + later, Behaviour(**behaviour))

    def role(
        self, name: str, *policies: str, service: str = "ec2.amazonaws.com", actions: tuple[str, ...] = ()
    ) -> Thing:
        made = self.create("Role", name=name, assumeRolePolicy=trust(service, *actions))
        for each in policies:
            self.create("RolePolicyAttachment", role=name, policyArn=policy(each))
        return made

    def network(self) -> tuple[Thing, list[Thing]]:
        vpc = self.create("Vpc", cidrBlock="10.0.0.0/16", enableDnsSupport=True, enableDnsHostnames=True)
        subnets = [
            self.create(
                "Subnet", vpcId=vpc.id, cidrBlock=f"10.0.{number * 16}.0/20", availabilityZone=f"{REGION}{zone}"
            )
            for number, zone in enumerate("ab")
        ]
        return vpc, subnets

    def cluster(self, subnets: list[Thing], **more: Any) -> Thing:
        role = self.role("control", "AmazonEKSClusterPolicy", service="eks.amazonaws.com")
        network = {"subnetIds": [each.id for each in subnets]}
        return self.create("Cluster", name="prod", roleArn=role.outputs["arn"], vpcConfig=network, **more)

    def nodes(self, cluster: Thing, role: Thing, **more: Any) -> Thing:
        given: Json = {
            "clusterName": cluster.id,
            "nodeRoleArn": role.outputs["arn"],
            "nodeGroupNamePrefix": "nodes-",
            "subnetIds": cluster.inputs["vpcConfig"]["subnetIds"],
            "scalingConfig": {"minSize": 1, "desiredSize": 1, "maxSize": 2},
            "instanceTypes": ["t3.medium"],
            "amiType": "AL2023_x86_64_STANDARD",
        }
        return self.create("NodeGroup", **{**given, **more})

    def running(self, *policies: str) -> Thing:
        """A cluster with nodes whose role has these policies beside those by which they join; gives the role."""
        cluster = self.cluster(self.network()[1])
        role = self.role("nodes", *JOINING, *policies)
        self.nodes(cluster, role)
        return role


@cache
def _cloud() -> Cloud:
    """One for all tests of a process: starting moto takes seconds, and it follows whatever world it is asked about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a part of pulumi_aws.ec2, when it is imported
        return cloud(SITE)


def start(folder: Path) -> Aws:
    return Aws(_cloud(), World(folder / "world.json"))
