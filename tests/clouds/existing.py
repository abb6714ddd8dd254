"""How a stack uses a cluster or registry that is not its own, in each cloud: as changes of the committed stack file."""

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.clouds.aws import type_tokens as aws_types
from sandbox.clouds.azure import type_tokens as azure_types
from sandbox.clouds.google import type_tokens as google_types
from sandbox.clouds.world import Thing
from tests.clouds.sky import Sky

Sections = Mapping[str, Mapping[str, Any]]

TARGETS = ("aks", "eks", "gke")
OTHER_SUBSCRIPTION = "55555555-5555-4555-8555-555555555555"
OTHER_TENANT = "66666666-6666-4666-8666-666666666666"

CLUSTER: Sections = {
    "aks": {"mode": "existing", "location": None},
    "eks": {"mode": "existing"},
    "gke": {"mode": "existing"},
}
"""The cluster of the committed stack file, by target, as one that is there."""
ATTACHES = {"aks": "registry", "eks": "cluster", "gke": "registry"}
"""Which section has `attachPull`."""


def registry(target: str, image: str) -> Mapping[str, Any]:
    """The registry that a stack made, as one that is there.

    Args:
        target: of the stack.
        image: that it runs.
    """
    own: Sections = {
        "aks": {"name": image.partition(".")[0], "resourceGroup": "monadic-pipeline"},
        "eks": {},
        "gke": {"repository": "monadic-pipeline", "location": "europe-west1"},
    }
    return {"mode": "existing", **own[target]}


def both(target: str, image: str) -> Sections:
    """Cluster and registry of a stack that runs an image."""
    return {"cluster": CLUSTER[target], "registry": registry(target, image)}


@dataclass(frozen=True)
class Right:
    """By which the nodes of the first stack pull, and what is said where it is missing."""

    token: str
    words: str
    """In its id or inputs, and in those of no other of its type."""
    code: str
    says: Sequence[str]

    @contextmanager
    def taken_away(self, sky: Sky) -> Generator[None]:
        """Nobody has given it; in the end somebody has."""
        right = self.take_away(sky)
        yield
        with sky.world.changing() as content:
            content.put(right, time.time())

    def take_away(self, sky: Sky) -> Thing:
        """Somebody does, behind the program's back; what it was."""
        with sky.world.changing() as content:
            (right,) = [each for each in content.of(self.token) if self.words in f"{each.id} {each.inputs}"]
            content.remove(right, time.time())
        return right


RIGHTS = {
    "aks": Right(
        azure_types.ROLE_ASSIGNMENT,
        "Microsoft.ContainerRegistry/registries",
        "no-credentials",
        (
            '"$(az aks show -g monadic-pipeline -n monadic-pipeline --query identityProfile.kubeletidentity.objectId',
            "--role AcrPull",
        ),
    ),
    "eks": Right(
        aws_types.ATTACHMENT,
        "AmazonEC2ContainerRegistryPullOnly",
        "no-credentials",
        (
            "aws iam attach-role-policy --role-name monadic-pipeline-eu-central-1-nodes "
            "--policy-arn arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        ),
    ),
    "gke": Right(
        google_types.REPOSITORY_MEMBER,
        "roles/artifactregistry.reader",
        "forbidden",
        (
            "gcloud artifacts repositories add-iam-policy-binding monadic-pipeline --project=my-project "
            "--location=europe-west1 --member=serviceAccount:",
            "--role=roles/artifactregistry.reader",
        ),
    ),
}
