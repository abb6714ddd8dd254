"""What a registry of a simulated cloud holds goes with it: one that is made anew under its name is empty."""

from typing import Any

import pytest

from sandbox.clouds.access import RegistryRules, Scene
from sandbox.clouds.aws.access import AwsRules
from sandbox.clouds.aws.type_tokens import REPOSITORY as ECR_REPOSITORY
from sandbox.clouds.azure.access import AzureRules
from sandbox.clouds.azure.type_tokens import REGISTRY
from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.google.access import GoogleRules
from sandbox.clouds.google.type_tokens import REPOSITORY
from sandbox.clouds.tokens import Tokens
from sandbox.clouds.world import Content, Thing

TOKENS = Tokens("key")
ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
RESOURCE = "projects/my-project/locations/europe-west1/repositories/images"


@pytest.mark.parametrize(
    ("rules", "host", "repository", "thing"),
    [
        (
            AzureRules(TOKENS),
            "contoso.azurecr.io",
            "web",
            {"token": REGISTRY, "id": "/x", "outputs": {"loginServer": "contoso.azurecr.io"}},
        ),
        (
            AwsRules(TOKENS),
            ECR,
            "team/web",
            {
                "token": ECR_REPOSITORY,
                "id": "team/web",
                "inputs": {"name": "team/web"},
                "outputs": {"region": "eu-central-1", "registryId": "123456789012"},
            },
        ),
        (
            GoogleRules(TOKENS),
            "europe-west1-docker.pkg.dev",
            "my-project/images/web",
            {"token": REPOSITORY, "id": RESOURCE},
        ),
    ],
    ids=["azure", "aws", "google"],
)
def test_one_that_is_made_anew_holds_other_things(
    rules: RegistryRules, host: str, repository: str, thing: dict[str, Any]
) -> None:
    def store(made: float | None) -> str:
        there = [] if made is None else [Thing.model_validate({"inputs": {}, "outputs": {}, "made": made, **thing})]
        return rules.store(Scene(Content(things=there), 9.0, Behaviour()), host, repository)

    assert store(1.0) == store(1.0) != ""
    assert len({store(None), store(1.0), store(1.5)}) == 3
