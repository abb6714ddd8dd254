"""A stack in which every rule finds nothing: an app, its image, and a cluster and registry of each cloud."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.runtime.proto import analyzer_pb2

from tests.unit.policies_engine import kube, resource

HOST = "registry.example.com"
DIGEST = "@sha256:" + "a" * 64
TAG = "0123456789abcdef0123456789abcdef"
LABELS = {"app": "web"}
PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
ECR_PULL = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
NODES_ROLE = "arn:aws:iam::1:role/nodes"
SUBJECT = "token.actions.githubusercontent.com:sub"
GITHUB = "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"
AKS, ACR = "azure-native:containerservice:ManagedCluster", "azure-native:containerregistry/v20230701:Registry"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
EKS, NODE_GROUP, ECR = "aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup", "aws:ecr/repository:Repository"
ROLE, ATTACHED = "aws:iam/role:Role", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
GKE, POOL = "gcp:container/cluster:Cluster", "gcp:container/nodePool:NodePool"
GAR, MEMBER = (
    "gcp:artifactregistry/repository:Repository",
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
)
IMAGE, BUILD = "docker:index/image:Image", "docker-build:index:Image"
PROVIDER = "pulumi:providers:kubernetes"


@dataclass(frozen=True)
class Made:
    """A resource of a program."""

    type: str
    inputs: Mapping[str, Any]
    protect: bool = False
    provider: str | None = "own"


def document(*statements: Mapping[str, Any]) -> str:
    """A policy of AWS."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(**condition: Any) -> str:
    """A role's trust of GitHub."""
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Federated": GITHUB},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": condition,
        }
    )


def lifecycle(**selection: Any) -> str:
    """A lifecycle policy of ECR with one rule."""
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    return json.dumps({"rules": [rule]})


def object_of(kind: str, name: str, **fields: Any) -> Made:
    """A Kubernetes object in the app's namespace."""
    metadata = {"name": name} if kind == "core/v1:Namespace" else {"name": name, "namespace": "web"}
    return Made(f"kubernetes:{kind}", {"metadata": metadata, **fields})


CONTAINER: dict[str, Any] = {
    "name": "web",
    "image": f"{HOST}/team/web{DIGEST}",
    "imagePullPolicy": "IfNotPresent",
    "ports": [{"name": "http", "containerPort": 8080}],
    "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}},
    "env": [{"name": "MODE", "value": "fast"}],
}
WORLD: Mapping[str, Made] = {
    "cluster-provider": Made(PROVIDER, {"kubeconfig": "…", "clusterIdentifier": "a"}, provider=None),
    "image": Made(IMAGE, {"imageName": f"{HOST}/team/web:{TAG}", "build": {"platform": "linux/amd64", "args": {}}}),
    "namespace": object_of("core/v1:Namespace", "web"),
    "deployment": object_of(
        "apps/v1:Deployment",
        "web",
        spec={
            "replicas": 2,
            "selector": {"matchLabels": LABELS},
            "template": {"metadata": {"labels": LABELS}, "spec": {"containers": [CONTAINER]}},
        },
    ),
    "service": object_of(
        "core/v1:Service",
        "web",
        spec={"selector": LABELS, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
    ),
    "ingress": object_of(
        "networking.k8s.io/v1:Ingress",
        "web",
        spec={
            "ingressClassName": "traefik",
            "rules": [
                {"http": {"paths": [{"path": "/", "backend": {"service": {"name": "web", "port": {"name": "http"}}}}]}}
            ],
        },
    ),
    "budget": object_of(
        "policy/v1:PodDisruptionBudget", "web", spec={"maxUnavailable": 1, "selector": {"matchLabels": LABELS}}
    ),
    "policy": object_of("networking.k8s.io/v1:NetworkPolicy", "web", spec={"podSelector": {"matchLabels": LABELS}}),
    "config": object_of("core/v1:ConfigMap", "web", data={"settings.json": '{"mode": "fast"}'}),
    "aks": Made(
        AKS,
        {
            "disableLocalAccounts": True,
            "agentPoolProfiles": [{"name": "system", "osType": "Linux", "vmSize": "Standard_B2s"}],
            "apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/24"]},
        },
        protect=True,
    ),
    "acr": Made(ACR, {"adminUserEnabled": False, "anonymousPullEnabled": False}, protect=True),
    "acr-pull": Made(ASSIGNMENT, {"roleDefinitionId": f"/subscriptions/s/roleDefinitions/{PULL}"}),
    "eks": Made(
        EKS,
        {
            "deletionProtection": True,
            "accessConfig": {"authenticationMode": "API"},
            "vpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]},
        },
    ),
    "eks-nodes": Made(NODE_GROUP, {"instanceTypes": ["t3.medium"], "nodeRoleArn": NODES_ROLE}),
    "node-role": Made(
        ROLE,
        {
            "name": "nodes",
            "assumeRolePolicy": document(
                {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ),
        },
    ),
    "ci-role": Made(
        ROLE,
        {"name": "ci", "assumeRolePolicy": trust(StringEquals={SUBJECT: "repo:acme/web:environment:production"})},
    ),
    "ecr-pull": Made(ATTACHED, {"policyArn": ECR_PULL, "role": "nodes"}),
    "ecr": Made(ECR, {"forceDelete": False}),
    "ecr-rules": Made(
        LIFECYCLE,
        {"policy": lifecycle(tagStatus="tagged", tagPrefixList=["buildcache"], countType="sinceImagePushed")},
    ),
    "gke": Made(
        GKE,
        {
            "deletionProtection": True,
            "masterAuthorizedNetworksConfig": {"cidrBlocks": [{"cidrBlock": "203.0.113.0/24"}]},
        },
    ),
    "gke-nodes": Made(POOL, {"nodeConfig": {"machineType": "e2-medium"}}),
    "gar": Made(GAR, {"deletionPolicy": "PREVENT"}),
    "gar-pull": Made(MEMBER, {"role": "roles/artifactregistry.reader", "member": "serviceAccount:nodes@p"}),
}


@dataclass(frozen=True)
class Change:
    """What makes a mistake of the world."""

    paths: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """`resource/key/0/key` → its new value; None takes it out. A name alone is a whole resource."""

    def world(self) -> dict[str, Made]:
        """The world with it."""
        made = {key: copy.deepcopy(each) for key, each in WORLD.items()}
        for path, value in self.paths.items():
            name, *keys = path.split("/")
            if keys:
                _set(made[name].inputs, keys, value)
            elif value is None:
                del made[name]
            else:
                made[name] = value
        return made


def _set(container: Any, keys: list[str], value: Any) -> None:
    *way, last = (int(each) if each.isdecimal() else each for each in keys)
    for key in way:
        container = container[key]
    if value is None:
        del container[last]
    else:
        container[last] = value


def requests_of(made: Mapping[str, Made]) -> list[analyzer_pb2.AnalyzeRequest]:
    """The resources as an engine sends them."""
    sent: list[analyzer_pb2.AnalyzeRequest] = []
    for name, each in made.items():
        if each.type.startswith("kubernetes:"):
            request = kube(each.type.removeprefix("kubernetes:"), name, **each.inputs)
            request.provider.name = each.provider or ""
            sent.append(request)
        else:
            sent.append(resource(each.type, name, protect=each.protect, provider=each.provider, **each.inputs))
    return sent
