"""Mistakes of registries, clusters and providers: name → the code that finds it, and the change that plants it."""

import base64
from collections.abc import Mapping
from typing import Any

from tests.unit.policies_world import Made, document, lifecycle

_PURGE = base64.b64encode(b"version: v1.1.0\nsteps:\n- cmd: acr purge --filter 'web:.*' --ago 30d").decode()


def aws(kind: str, **inputs: Any) -> Made:
    return Made(f"aws:{kind}", inputs)


def gcp(kind: str, **inputs: Any) -> Made:
    return Made(f"gcp:{kind}", inputs)


def azure(kind: str, **inputs: Any) -> Made:
    return Made(f"azure-native:{kind}", inputs)


CLOUDS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "ECR expires by count": (
        "retention",
        {"ecr-rules/policy": lifecycle(tagStatus="any", countType="imageCountMoreThan", countNumber=10)},
    ),
    "ECR expires what has no tag": (
        "retention",
        {"ecr-rules/policy": lifecycle(tagStatus="untagged", countType="sinceImagePushed", countNumber=7)},
    ),
    "ECR expires tags like those of content": (
        "retention",
        {"ecr-rules/policy": lifecycle(tagStatus="tagged", tagPatternList=["a*"], countType="imageCountMoreThan")},
    ),
    "ECR expires tags of an environment": (
        "retention",
        {"ecr-rules/policy": lifecycle(tagStatus="tagged", tagPrefixList=["prod"])},
    ),
    "ECR expires tags of versions": (
        "retention",
        {"ecr-rules/policy": lifecycle(tagStatus="tagged", tagPrefixList=["v"])},
    ),
    "ECR expires what only ends like a cache": (
        "retention",
        {"ecr-rules/policy": lifecycle(tagStatus="tagged", tagPatternList=["*cache"])},
    ),
    "Artifact Registry deletes tags of an environment": (
        "retention",
        {
            "gar/cleanupPolicies": [
                {"id": "x", "action": "DELETE", "condition": {"tagState": "TAGGED", "tagPrefixes": ["staging"]}}
            ]
        },
    ),
    "ACR removes what has no tag": (
        "retention",
        {"acr/policies": {"retentionPolicy": {"status": "enabled", "days": 7}}},
    ),
    "a task that purges": (
        "retention",
        {"x": azure("containerregistry:Task", step={"type": "EncodedTask", "encodedTaskContent": _PURGE})},
    ),
    "Artifact Registry deletes by age": (
        "retention",
        {"gar/cleanupPolicies": [{"id": "old", "action": "DELETE", "condition": {"olderThan": "2592000s"}}]},
    ),
    "Artifact Registry keeps the newest and deletes the rest": (
        "retention",
        {
            "gar/cleanupPolicies": [
                {"id": "keep", "action": "KEEP", "mostRecentVersions": {"keepCount": 5}},
                {"id": "rest", "action": "DELETE", "condition": {"tagState": "TAGGED"}},
            ]
        },
    ),
    "anonymous pull": ("registry-anonymous", {"acr/anonymousPullEnabled": True}),
    "everybody reads": ("registry-anonymous", {"gar-pull/member": "allUsers"}),
    "every account pulls": (
        "registry-anonymous",
        {
            "x": aws(
                "ecr/repositoryPolicy:RepositoryPolicy",
                policy=document({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "ecr:BatchGetImage"}),
            )
        },
    ),
    "the public gallery": ("registry-anonymous", {"x": aws("ecrpublic/repository:Repository")}),
    "an admin user": ("registry-admin-user", {"acr/adminUserEnabled": True}),
    "a key of AWS": ("static-credentials", {"x": aws("iam/accessKey:AccessKey", user="ci")}),
    "a key of a service account": ("static-credentials", {"x": gcp("serviceaccount/key:Key", serviceAccountId="ci")}),
    "local accounts": ("static-credentials", {"aks/disableLocalAccounts": None}),
    "a cluster that reads aws-auth": ("static-credentials", {"eks/accessConfig/authenticationMode": "CONFIG_MAP"}),
    "legacy authorization": ("static-credentials", {"gke/enableLegacyAbac": True}),
    "a client certificate": (
        "static-credentials",
        {"gke/masterAuth": {"clientCertificateConfig": {"issueClientCertificate": True}}},
    ),
    "AKS answers everywhere": ("api-open", {"aks/apiServerAccessProfile": None}),
    "EKS answers everywhere": ("api-open", {"eks/vpcConfig/publicAccessCidrs": None}),
    "EKS says that it answers everywhere": ("api-open", {"eks/vpcConfig/publicAccessCidrs": ["0.0.0.0/0"]}),
    "GKE answers everywhere": ("api-open", {"gke/masterAuthorizedNetworksConfig": None}),
    "EKS without protection": ("deletion-protection", {"eks/deletionProtection": None}),
    "GKE without protection": ("deletion-protection", {"gke/deletionProtection": False}),
    "ECR goes with its images": ("deletion-protection", {"ecr/forceDelete": True}),
    "Artifact Registry goes with its images": ("deletion-protection", {"gar/deletionPolicy": "DELETE"}),
    "a group without protection": ("deletion-protection", {"x": azure("resources:ResourceGroup")}),
    "whatever cluster is current": (
        "default-provider",
        {
            "x": Made(
                "kubernetes:core/v1:Secret", {"metadata": {"name": "x", "namespace": "web"}}, provider="default_4_25_0"
            )
        },
    ),
    "whatever account is current": ("default-provider", {"x": Made("aws:s3/bucket:Bucket", {}, provider="default")}),
    "a provider without a cluster": ("ambient-cluster", {"cluster-provider/kubeconfig": None}),
    "a provider without an identifier": ("ambient-cluster", {"cluster-provider/clusterIdentifier": None}),
    "a provider that forgets": ("ambient-cluster", {"cluster-provider/deleteUnreachable": True}),
}
