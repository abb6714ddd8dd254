"""Stacks on GKE run by the recording engine, with what Google Cloud would answer."""

from collections.abc import Mapping
from typing import Any

import grpc
import pulumi
import pytest

from components.errors import ConfigError
from components.platforms.contract import Platform
from components.platforms.gke import check_gke
from components.settings import Secrets
from components.settings_models import GkeSettings
from components.stack_file import StackFile
from tests.engine import Answer, run_program
from tests.graph import Graph
from tests.unit.local_machine import settings

STACK = StackFile("gke")
TOKEN = "canary-access-token"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
CLUSTER = "gcp:container/cluster:Cluster"
POOL = "gcp:container/nodePool:NodePool"
REPOSITORY = "gcp:artifactregistry/repository:Repository"
READER = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"
ACCOUNT = "gcp:serviceaccount/account:Account"
MEMBER = "gcp:projects/iAMMember:IAMMember"
SERVICE = "gcp:projects/service:Service"
PROVIDER = "pulumi:providers:gcp"
GET_CLUSTER = "gcp:container/getCluster:getCluster"
GET_REPOSITORY = "gcp:artifactregistry/getRepository:getRepository"
GET_POLICY = "gcp:artifactregistry/getRepositoryIamPolicy:getRepositoryIamPolicy"
GET_TOKEN = "gcp:organizations/getClientConfig:getClientConfig"
GET_DEFAULT = "gcp:compute/getDefaultServiceAccount:getDefaultServiceAccount"

NEW_CLUSTER = {"mode": "create", "name": "web", "project": "my-project", "location": "europe-west1-b"}
OLD_CLUSTER = {**NEW_CLUSTER, "mode": "existing"}
NEW_REGISTRY = {"mode": "create", "repository": "images"}
OLD_REGISTRY = {"mode": "existing", "repository": "images", "location": "europe-west1", "project": "shared-images"}
FOREIGN = {"mode": "foreign", "host": "ghcr.io", "username": "ci"}

Json = dict[str, Any]


def _account(inputs: Json) -> Json:
    email = f"{inputs['accountId']}@{inputs['project']}.iam.gserviceaccount.com"
    return {"email": email, "member": f"serviceAccount:{email}"}


def _repository(inputs: Json) -> Json:
    uri = f"{inputs['location']}-docker.pkg.dev/{inputs['project']}/{inputs['repositoryId']}"
    return {"name": inputs["repositoryId"], "registryUri": uri}


def _found_repository(inputs: Json) -> Json:
    identifier = f"projects/{inputs['project']}/locations/{inputs['location']}/repositories/{inputs['repositoryId']}"
    return {**_repository(inputs), "id": identifier, "format": "DOCKER", "mode": "STANDARD_REPOSITORY"}


def pool(name: str = "nodes", **config: object) -> Json:
    """A node pool as a look-up shows it."""
    own = {"serviceAccount": "nodes@my-project.iam.gserviceaccount.com", "oauthScopes": [SCOPE]}
    return {"name": name, "nodeConfigs": [{**own, "machineType": "e2-medium", **config}]}


def found_cluster(**changes: object) -> Answer:
    """A cluster that is there."""
    own = {"endpoint": "203.0.113.9", "masterAuths": [{"clusterCaCertificate": "Q0E="}], "nodePools": [pool()]}
    return lambda _: {**own, **changes}


class _RefusedCallError(grpc.RpcError):
    """As the engine hands on what a provider refuses."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return str(self)


def failing(text: str) -> Answer:
    """A function that the provider refuses."""

    def answer(_: Json) -> Json:
        raise _RefusedCallError(text)

    return answer


ANSWERS: Mapping[str, Answer] = {
    ACCOUNT: _account,
    REPOSITORY: _repository,
    CLUSTER: lambda _: {"endpoint": "203.0.113.7", "masterAuth": {"clusterCaCertificate": "Q0E="}},
    GET_CLUSTER: found_cluster(),
    GET_REPOSITORY: _found_repository,
    GET_POLICY: lambda _: {"policyData": ""},
    GET_TOKEN: lambda _: {"accessToken": TOKEN},
    GET_DEFAULT: lambda _: {"email": "123-compute@developer.gserviceaccount.com"},
}
FUNCTIONS = {token: answer for token, answer in ANSWERS.items() if "/get" in token}


def stack(
    cluster: Mapping[str, object] = NEW_CLUSTER, registry: Mapping[str, object] = NEW_REGISTRY, **others: object
) -> GkeSettings:
    """The settings of a stack file."""
    found = settings("gke", cluster=cluster, registry=registry, **others)
    assert isinstance(found, GkeSettings)
    return found


def run(
    given: GkeSettings,
    *,
    answers: Mapping[str, Answer] | None = None,
    secrets: Secrets | None = None,
    preview: bool = False,
    config: Mapping[str, str] | None = None,
    secret_keys: tuple[str, ...] = (),
) -> tuple[Platform, Graph]:
    """Make the platform in a program.

    Args:
        given: settings.
        answers: over those of ANSWERS; in a preview resources give nothing beyond their inputs.
        secrets: of the stack.
        preview: whether it is one.
        config: of the stack beside this project's own.
        secret_keys: of it.
    """
    made: list[Platform] = []

    def program() -> None:
        platform = check_gke(given, secrets or Secrets(), STACK)()
        made.append(platform)
        grant = platform.pull_grant
        pulumi.export("server", platform.registry.server)
        pulumi.export("prefix", platform.registry.prefix)
        pulumi.export("password", platform.registry.password)
        pulumi.export("identity", grant.identity)
        pulumi.export("resource", grant.resource)
        pulumi.export("facts", dict(grant.facts))
        pulumi.export("kubeconfig", platform.cluster.kubeconfig)

    known = FUNCTIONS if preview else ANSWERS
    graph = run_program(
        program,
        stack="gke",
        preview=preview,
        answers={**known, **(answers or {})},
        config=config,
        secret_keys=secret_keys,
    )
    return made[0], graph


def refusal(given: GkeSettings, answers: Mapping[str, Answer] | None = None) -> str:
    """What is said of a stack that is refused; nothing of it was made."""
    with pytest.raises(ConfigError) as caught:
        run(given, answers=answers)
    return str(caught.value)
