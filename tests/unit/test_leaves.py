"""What stays when a cloud stack is destroyed, by what its file says."""

from typing import Any

import pytest

from components.platforms.aks_leaves import leaves as aks
from components.platforms.eks_leaves import leaves as eks
from components.platforms.gke_leaves import leaves as gke
from components.settings_models import AksSettings, EksSettings, GkeSettings
from tests.unit.local_machine import settings

GHCR = {"mode": "foreign", "host": "ghcr.io", "username": "ci"}
AKS = {"mode": "create", "name": "my_prod", "resourceGroup": "web", "location": "westeurope"}
OLD_AKS = {"mode": "existing", "name": "prod", "resourceGroup": "shared"}
EKS = {"mode": "create", "name": "prod", "region": "eu-central-1"}
GKE = {"mode": "create", "name": "prod", "project": "my-project", "location": "europe-west1-b"}
OLD_GAR = {"mode": "existing", "repository": "images", "location": "europe-west1"}
APIS = "container.googleapis.com and artifactregistry.googleapis.com, which stay on"


def found(target: str, **sections: Any) -> list[str]:
    image = {"repository": "team/web", "context": "webapi"}
    match settings(target, image=image, **{"registry": {"mode": "create"}, **sections}):
        case AksSettings() as of_aks:
            return aks(of_aks)
        case EksSettings() as of_eks:
            return eks(of_eks)
        case GkeSettings() as of_gke:
            return gke(of_gke)
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize(
    ("target", "sections", "left"),
    [
        ("aks", {"cluster": AKS}, []),
        ("eks", {"cluster": EKS}, []),
        (
            "aks",
            {"cluster": OLD_AKS, "registry": {"mode": "existing", "name": "contoso", "resourceGroup": "shared"}},
            ["az acr repository show-tags --name contoso --repository team/web"],
        ),
        ("aks", {"cluster": AKS, "profile": "production"}, ["the workspace my-prod-logs"]),
        ("aks", {"cluster": OLD_AKS, "profile": "production"}, []),
        ("aks", {"cluster": AKS, "registry": GHCR}, ["the images that were pushed to ghcr.io/team/web"]),
        (
            "eks",
            {"cluster": EKS, "registry": {"mode": "existing"}},
            ["aws ecr list-images --repository-name team/web --region eu-central-1"],
        ),
        ("eks", {"cluster": EKS, "registry": {"mode": "existing", "region": "us-east-1"}}, ["--region us-east-1"]),
        (
            "eks",
            {"cluster": EKS, "profile": "production", "registry": GHCR},
            [
                "the images that were pushed to ghcr.io/team/web",
                "aws logs delete-log-group --log-group-name /aws/eks/prod/cluster --region eu-central-1",
            ],
        ),
        ("gke", {"cluster": GKE}, [f"{APIS}: gcloud services list --enabled --project=my-project"]),
        (
            "gke",
            {"cluster": {**GKE, "mode": "existing"}, "registry": OLD_GAR},
            ["gcloud artifacts docker images list europe-west1-docker.pkg.dev/my-project/images/team/web"],
        ),
        (
            "gke",
            {"cluster": {**GKE, "mode": "existing"}, "registry": {**OLD_GAR, "project": "shared-images"}},
            ["europe-west1-docker.pkg.dev/shared-images/images/team/web"],
        ),
        ("gke", {"cluster": {**GKE, "mode": "existing"}, "registry": GHCR}, ["pushed to ghcr.io/team/web"]),
    ],
)
def test_what_stays_is_named_with_the_command_that_shows_or_removes_it(
    target: str, sections: dict[str, Any], left: list[str]
) -> None:
    told = found(target, **sections)
    assert len(told) == len(left), told
    for each, words in zip(told, left, strict=True):
        assert words in each
