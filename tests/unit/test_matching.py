"""Whether a context, a registry and a target belong to each other."""

import pytest

from components.platforms.contract import Target
from components.platforms.matching import cluster_kind, context_mismatch, registry_kind, registry_mismatch

CLUSTERS = [
    ("prod", "https://prod-dns-1a2b.hcp.westeurope.azmk8s.io:443", "prod", "aks"),
    ("prod", "https://prod-1a2b.1234.privatelink.westeurope.azmk8s.io:443", "prod", "aks"),
    ("prod", "https://prod.hcp.chinaeast2.cx.prod.service.azk8s.cn:443", "prod", "aks"),
    ("prod", "https://prod.hcp.usgovvirginia.cx.aks.containerservice.azure.us", "prod", "aks"),
    ("prod", "https://0A1B.gr7.eu-west-1.eks.amazonaws.com", "prod", "eks"),
    ("prod", "https://0A1B.sk1.cn-north-1.eks.amazonaws.com.cn", "prod", "eks"),
    ("prod", "https://0A1B.gr7.eusc-de-east-1.eks.amazonaws.eu", "prod", "eks"),
    ("prod", "https://0A1B.gr7.eks-cluster.eusc-de-east-1.api.amazonwebservices.eu", "prod", "eks"),
    ("prod", "https://0A1B.gr7.eks-cluster.eu-west-1.api.aws", "prod", "eks"),
    ("arn:aws:eks:eu-west-1:123456789012:cluster/prod", "https://10.0.0.1", "x", "eks"),
    ("prod", "https://10.0.0.1", "arn:aws-cn:eks:cn-north-1:123456789012:cluster/prod", "eks"),
    ("gke_project_europe-west1_prod", "https://34.1.2.3", "gke_project_europe-west1_prod", "gke"),
    ("renamed", "https://34.1.2.3", "gke_project_europe-west1_prod", "gke"),
    ("prod", "https://gke-0a1b-123.europe-west1.gke.goog", "prod", "gke"),
    ("kind-dev", "https://127.0.0.1:40123", "kind-dev", "local"),
    ("k3d-dev", "https://0.0.0.0:6550", "k3d-dev", "local"),
    ("minikube", "https://192.168.49.2:8443", "minikube", "local"),
    ("docker-desktop", "https://kubernetes.docker.internal:6443", "docker-desktop", "local"),
    ("sandbox", "https://127.0.0.1:6443", "sandbox", "local"),
    ("mine", "https://[::1]:6443", "mine", "local"),
    ("mine", "https://localhost:6443", "mine", "local"),
    ("mine", "https://api.localhost:6443", "mine", "local"),
    ("default", "https://192.168.1.10:6443", "default", None),
    ("kind", "https://k8s.example.com", "kind-of-blue"[:4], None),
    ("prod", "https://azmk8s.io.example.com", "prod", None),
    ("gke", "https://k8s.example.com", "gke", None),
    ("prod", "https://[::1", "prod", None),
    ("prod", "", "", None),
]


@pytest.mark.parametrize(("context", "server", "cluster", "kind"), CLUSTERS)
def test_where_a_cluster_is(context: str, server: str, cluster: str, kind: str | None) -> None:
    assert cluster_kind(context, server, cluster) == kind


@pytest.mark.parametrize("target", list(Target))
@pytest.mark.parametrize(("context", "server", "cluster", "kind"), CLUSTERS)
def test_a_context_is_refused_exactly_when_it_is_known_to_be_elsewhere(
    target: Target, context: str, server: str, cluster: str, kind: str | None
) -> None:
    reason = context_mismatch(target, context, server, cluster)
    assert (reason is None) == (kind in (None, target))
    if reason is not None:
        assert context in reason
        assert reason.endswith(f"and the stack's target is {target}")


ACR, ECR, GAR = "me.azurecr.io", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "europe-west1-docker.pkg.dev"


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        (ACR, "aks"),
        ("me.azurecr.cn", "aks"),
        ("me.azurecr.us:443", "aks"),
        (ECR, "eks"),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "eks"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "eks"),
        ("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "eks"),
        ("123456789012.dkr-ecr.eu-west-1.on.aws", "eks"),
        (GAR, "gke"),
        ("gcr.io", "gke"),
        ("eu.gcr.io", "gke"),
        ("public.ecr.aws", None),
        ("ghcr.io", None),
        ("docker.io", None),
        ("notgcr.io", None),
        ("localhost:5001", None),
        ("azurecr.io.example.com", None),
    ],
)
def test_whose_registry_it_is(host: str, kind: str | None) -> None:
    assert registry_kind(host) == kind


@pytest.mark.parametrize(
    ("target", "host", "login", "reason"),
    [
        ("aks", ACR, False, None),
        ("aks", ECR, False, "one of AWS, where no node of an AKS cluster may pull without a login"),
        ("aks", ECR, True, None),
        ("aks", GAR, False, "one of Google Cloud, where no node of an AKS cluster"),
        ("eks", ACR, False, "one of Azure, where no node of an EKS cluster"),
        ("eks", ECR, False, None),
        ("gke", ECR, False, "one of AWS, where no node of a GKE cluster"),
        ("gke", "ghcr.io", False, None),
        ("gke", "localhost:5001", False, "is on this machine, where the nodes of a GKE cluster cannot reach it"),
        ("eks", "127.0.0.1:5050", True, "is on this machine"),
        ("local", ACR, False, "one of Azure, where no node of a local cluster may pull without a login"),
        ("local", ACR, True, None),
        ("local", "localhost:5001", False, None),
        ("local", "registry.example.com", False, None),
    ],
)
def test_a_registry_where_no_node_may_pull_is_refused(target: str, host: str, login: bool, reason: str | None) -> None:
    found = registry_mismatch(Target(target), host, login=login)
    assert (found is None) if reason is None else (reason in str(found))
