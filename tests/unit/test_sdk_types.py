"""What the clouds' SDKs say of inputs, and what is refused by it."""

from typing import Any

import pytest

from sandbox.clouds.sdk_types import problems, resource
from sandbox.engine.property_values import UNKNOWN

ACR = {"resourceGroupName": "web", "sku": {"name": "Basic"}, "adminUserEnabled": False, "tags": {"a": "b"}}
AKS: dict[str, Any] = {
    "resourceGroupName": "web",
    "resourceName": "web",
    "dnsPrefix": "web",
    "identity": {"type": "SystemAssigned"},
    "agentPoolProfiles": [{"name": "system", "mode": "System", "count": 1.0, "vmSize": "Standard_B2s"}],
    "sku": {"name": "Base", "tier": "Free"},
}
EKS: dict[str, Any] = {"roleArn": "arn:aws:iam::1:role/x", "vpcConfig": {"subnetIds": ["subnet-1", UNKNOWN]}}
GKE: dict[str, Any] = {
    "location": "europe-west1-b",
    "initialNodeCount": 1,
    "removeDefaultNodePool": True,
    "nodeConfig": {"serviceAccount": "a@b", "oauthScopes": ["https://www.googleapis.com/auth/cloud-platform"]},
}
KINDS = {
    "acr": ("pulumi_azure_native.containerregistry", "Registry", ACR),
    "aks": ("pulumi_azure_native.containerservice", "ManagedCluster", AKS),
    "eks": ("pulumi_aws.eks", "Cluster", EKS),
    "gke": ("pulumi_gcp.container", "Cluster", GKE),
}


def wrong(kind: str, **changes: object) -> list[str]:
    module, name, inputs = KINDS[kind]
    return problems(resource(module, name), {**inputs, **changes})


@pytest.mark.parametrize("kind", KINDS)
def test_sound_inputs_are_taken(kind: str) -> None:
    assert wrong(kind) == []


@pytest.mark.parametrize(
    ("module", "name", "token", "output"),
    [
        ("pulumi_azure_native.containerregistry", "Registry", "azure-native:containerregistry:Registry", "loginServer"),
        ("pulumi_aws.ecr", "Repository", "aws:ecr/repository:Repository", "repositoryUrl"),
        ("pulumi_gcp.artifactregistry", "Repository", "gcp:artifactregistry/repository:Repository", "registryUri"),
    ],
)
def test_a_resource_has_its_token_and_its_outputs(module: str, name: str, token: str, output: str) -> None:
    found = resource(module, name)
    assert found.token == token
    assert output in found.outputs


@pytest.mark.parametrize(
    ("kind", "changes", "text"),
    [
        ("acr", {"skuu": {}}, "skuu: RegistryArgs has no such input"),
        ("acr", {"sku": None}, "sku: is missing"),
        ("acr", {"sku": {}}, "sku.name: is missing"),
        ("acr", {"sku": {"name": "Cheap"}}, "sku.name: must be one of Classic, Basic, Standard, Premium, not 'Cheap'"),
        ("acr", {"sku": "Basic"}, "sku: must be an object, not 'Basic'"),
        ("acr", {"adminUserEnabled": "no"}, "adminUserEnabled: must be true or false, not 'no'"),
        ("acr", {"tags": {"a": 1}}, "tags.a: must be a string, not 1"),
        ("acr", {"tags": ["a"]}, "tags: must be an object, not ['a']"),
        ("aks", {"agentPoolProfiles": {}}, "agentPoolProfiles: must be a list, not {}"),
        (
            "aks",
            {"agentPoolProfiles": [{"name": "a", "count": 1.5}]},
            "agentPoolProfiles[0].count: must be a whole number, not 1.5",
        ),
        (
            "aks",
            {"agentPoolProfiles": [{"name": "a", "vm_size": "x"}]},
            "agentPoolProfiles[0].vm_size: ManagedClusterAgentPoolProfileArgs has no such input",
        ),
        ("eks", {"vpcConfig": {"subnetIds": [1]}}, "vpcConfig.subnetIds[0]: must be a string, not 1"),
        ("eks", {"vpcConfig": {}}, "vpcConfig.subnetIds: is missing"),
        ("gke", {"initialNodeCount": True}, "initialNodeCount: must be a whole number, not True"),
    ],
)
def test_what_a_cloud_would_refuse_is_named_by_its_path(kind: str, changes: dict[str, object], text: str) -> None:
    assert wrong(kind, **changes) == [text]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_known_yet_fits_everywhere(kind: str) -> None:
    inputs = KINDS[kind][2]
    assert wrong(kind, **dict.fromkeys(inputs, UNKNOWN)) == []
