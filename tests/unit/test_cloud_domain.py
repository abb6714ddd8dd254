"""Names, places and accounts by each cloud's rules: what is taken, and what is offered for what is not."""

import pytest

from components import cloud_domain as rules
from components.cloud_domain import Rule
from components.errors import InvalidValueError

GUID = "0f1e2d3c-0000-4000-8000-0123456789ab"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (rules.ACR_NAME, "acme1"),
        (rules.ACR_NAME, "a" * 50),
        (rules.RESOURCE_GROUP, "My-group_(1).eu"),
        (rules.RESOURCE_GROUP, "x"),
        (rules.AKS_NAME, "a"),
        (rules.AKS_NAME, "Prod_1"),
        (rules.AZURE_LOCATION, "westeurope"),
        (rules.AZURE_LOCATION, "eastus2"),
        (rules.SUBSCRIPTION, GUID),
        (rules.VM_SIZE, "Standard_D4s_v5"),
        (rules.AWS_REGION, "eu-central-1"),
        (rules.AWS_REGION, "us-gov-west-1"),
        (rules.AWS_REGION, "eusc-de-east-1"),
        (rules.AWS_REGION, "us-isob-east-1"),
        (rules.AWS_ACCOUNT, "012345678901"),
        (rules.ECR_REPOSITORY, "team/web-api"),
        (rules.ECR_REPOSITORY, "a" * 256),
        (rules.EKS_NAME, "a" * 100),
        (rules.IAM_ROLE, "node-role@x"),
        (rules.SUBNET, "subnet-0a1b2c3d4e5f60718"),
        (rules.INSTANCE_TYPE, "t3.medium"),
        (rules.INSTANCE_TYPE, "u-6tb1.metal"),
        (rules.PROJECT_ID, "my-project-1"),
        (rules.PROJECT_ID, "example.com:my-project"),
        (rules.GKE_LOCATION, "europe-west1"),
        (rules.GKE_LOCATION, "us-central1-a"),
        (rules.AR_LOCATION, "europe"),
        (rules.AR_LOCATION, "asia-northeast1"),
        (rules.AR_REPOSITORY, "web"),
        (rules.AR_REPOSITORY, "eu.gcr.io"),
        (rules.GKE_NAME, "a" * 40),
        (rules.MACHINE_TYPE, "e2-medium"),
    ],
)
def test_what_a_cloud_takes_is_taken(rule: Rule, text: str) -> None:
    assert rule(text) == text


@pytest.mark.parametrize(
    ("rule", "text", "meant"),
    [
        (rules.ACR_NAME, "my-registry", "myregistry"),
        (rules.ACR_NAME, "MyRegistry.azurecr.io", "myregistry"),
        (rules.ACR_NAME, "abcd", None),
        (rules.ACR_NAME, "a" * 51, "a" * 50),
        (rules.RESOURCE_GROUP, "group.", None),
        (rules.RESOURCE_GROUP, "a" * 91, None),
        (rules.AKS_NAME, "-a-", "a"),
        (rules.AKS_NAME, "a" * 64, None),
        (rules.AZURE_LOCATION, "West Europe", "westeurope"),
        (rules.AZURE_LOCATION, "West Europe 1", "westeurope"),
        (rules.AZURE_LOCATION, "westeurope-1", "westeurope"),
        (rules.AZURE_LOCATION, "East US 2", "eastus2"),
        (rules.AZURE_LOCATION, "eastus2-1", "eastus2"),
        (rules.AZURE_LOCATION, "eastus-2", "eastus"),
        (rules.AZURE_LOCATION, "1", None),
        (rules.SUBSCRIPTION, GUID.upper(), GUID),
        (rules.SUBSCRIPTION, "Pay-As-You-Go", None),
        (rules.AWS_REGION, "eu-central-1b", "eu-central-1"),
        (rules.AWS_REGION, "eusc-de-east-1a", "eusc-de-east-1"),
        (rules.AWS_REGION, "euro-de-east-1", None),
        (rules.AWS_REGION, "frankfurt", None),
        (rules.AWS_ACCOUNT, "0123-4567-8901", "012345678901"),
        (rules.AWS_ACCOUNT, "12345", None),
        (rules.ECR_REPOSITORY, "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web:1", "team/web"),
        (rules.ECR_REPOSITORY, "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:00", "web"),
        (rules.ECR_REPOSITORY, "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web", "team/web"),
        (rules.ECR_REPOSITORY, "Team/Web", "team/web"),
        (rules.ECR_REPOSITORY, "a__b", None),
        (rules.ECR_REPOSITORY, "x", None),
        (rules.EKS_NAME, "arn:aws:eks:eu-west-1:123456789012:cluster/prod", "prod"),
        (rules.IAM_ROLE, "arn:aws:iam::123456789012:role/path/nodes", "nodes"),
        (rules.PROJECT_ID, "My Project", "my-project"),
        (rules.PROJECT_ID, "123456789", None),
        (rules.GKE_LOCATION, "us-east-1", None),
        (rules.AR_LOCATION, "europe-west1-b", "europe-west1"),
        (rules.AR_LOCATION, "us-east-1", None),
        (rules.AR_REPOSITORY, "europe-docker.pkg.dev/project/Web", "web"),
        (rules.AR_REPOSITORY, "gcr.io/my-project", "gcr.io"),
        (rules.AR_REPOSITORY, "https://eu.gcr.io/my-project/web", "eu.gcr.io"),
        (rules.AR_REPOSITORY, "pl.gcr.io", "pl-gcr-io"),
        (rules.GKE_NAME, "Prod", "prod"),
        (rules.GKE_NAME, "a" * 41, None),
    ],
)
def test_what_it_does_not_take_is_refused_with_what_was_meant(rule: Rule, text: str, meant: str | None) -> None:
    with pytest.raises(InvalidValueError) as caught:
        rule(text)
    assert f"{text!r} is not {rule.what}: it must be {rule.must}" == str(caught.value)
    assert caught.value.suggestion == meant


@pytest.mark.parametrize("text", ["", "\n", "web\n", "ü", "a b"])
def test_no_rule_takes_what_no_cloud_does(text: str) -> None:
    for each in vars(rules).values():
        if isinstance(each, Rule):
            with pytest.raises(InvalidValueError):
                each(text)
