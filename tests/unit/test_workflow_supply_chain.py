"""The example that signs what it built, each script run as GitHub would; programs of others are stood in for.

What a registry, cosign and pulumi make of it is tried in tests/e2e/test_signature.py.
"""

from collections.abc import Generator, Mapping
from pathlib import Path

import pytest

from tests.e2e.github.pull_request import PullRequest
from tests.e2e.github.service import REPOSITORY
from tests.e2e.github.workflow import Event, Ran
from tests.unit.workflow_hub import CLOUDS, Hub, hub_with, results

DIGEST = f"sha256:{'1' * 64}"
WELL = dict.fromkeys(("build", "contents", "scan", "sign", "deploy"), "success")
LOGINS = {
    "contoso.azurecr.io": "az acr login --name contoso",
    "1.dkr.ecr.eu-central-1.amazonaws.com": (
        "docker login --username AWS --password-stdin 1.dkr.ecr.eu-central-1.amazonaws.com < of aws"
    ),
    "europe-docker.pkg.dev": "gcloud auth configure-docker europe-docker.pkg.dev --quiet",
    "registry.example.com": "docker login --username robot --password-stdin registry.example.com < of the registry",
}
"""Host of a registry → what logs docker in there."""


@pytest.fixture(scope="module")
def pull_request(tmp_path_factory: pytest.TempPathFactory) -> PullRequest:
    return PullRequest.small(tmp_path_factory.mktemp("origin") / "web", 7)


@pytest.fixture
def hub(tmp_path: Path, pull_request: PullRequest) -> Generator[Hub]:
    with hub_with(pull_request, tmp_path) as made:
        made.github.variables = {**CLOUDS, "REGISTRY_USER": "robot", "PULUMI_BACKEND_URL": "s3://state"}
        made.github.secrets = {"REGISTRY_PASSWORD": "of the registry", "COSIGN_PRIVATE_KEY": "a key"}
        environments = ("test-cluster", "signing", "production")
        made.github.trusted = frozenset(f"repo:{REPOSITORY}:environment:{each}" for each in environments)
        for name in ("docker", "gcloud", "gh", "cosign"):
            made.program(name, f'echo "typed: {name} $*" < /dev/null')
        made.program("docker", 'echo "typed: docker $* < $(cat)"')
        made.program("aws", "echo of aws")
        yield made


def chain(hub: Hub, host: str, target: str) -> Mapping[str, Ran]:
    """Run it for an image of this registry."""
    said = f'[ "$*" = "stack output image -s test" ] && echo {host}/web@{DIGEST} || echo "typed: pulumi $*"'
    hub.program("pulumi", said)
    inputs = {"built-by": "test", "for": "web", "target": target}
    return hub.github.run("supply-chain", Event("workflow_dispatch", {"inputs": inputs}, hub.sha))


def typed(ran: Ran) -> list[str]:
    """The commands that a job ran, of those that are stood in for."""
    return [line.removeprefix("typed: ") for line in ran.said.splitlines() if line.startswith("typed: ")]


@pytest.mark.parametrize(("target", "host"), list(zip(("aks", "eks", "gke", "local"), LOGINS, strict=True)))
def test_one_digest_is_built_listed_scanned_signed_and_deployed(target: str, host: str, hub: Hub) -> None:
    ran = chain(hub, host, target)
    assert results(ran) == WELL, {name: each.said for name, each in ran.items()}
    image = f"{host}/web@{DIGEST}"
    assert "pulumi up -s test --yes --skip-preview --non-interactive" in typed(ran["build"])
    assert ran["build"].outputs == {"image": image, "name": f"{host}/web", "digest": DIGEST}
    assert LOGINS[host] in typed(ran["contents"])
    assert f"nothing is known of the contents of {image}" in ran["scan"].summary
    signing = [each for each in typed(ran["sign"]) if not each.startswith("az aks")]
    assert signing == [
        LOGINS[host],
        f"gh attestation verify oci://{image} --repo {REPOSITORY}",
        "cosign signing-config create --out signing-config.json",
        f"cosign sign --key env://COSIGN_PRIVATE_KEY --signing-config signing-config.json --yes {image}",
    ]
    assert typed(ran["deploy"])[-2:] == [
        f"pulumi config set --path image.digest {DIGEST} -s web",
        "pulumi up -s web --yes --skip-preview --non-interactive",
    ]


def test_a_digest_that_was_not_built_here_is_neither_signed_nor_deployed(hub: Hub) -> None:
    hub.program("gh", "exit 1")
    ran = chain(hub, "registry.example.com", "local")
    assert results(ran) == {**WELL, "sign": "failure", "deploy": "skipped"}
    assert not [each for each in typed(ran["sign"]) if each.startswith("cosign")]


def test_the_login_is_that_of_the_target_whatever_the_stacks_are_called(hub: Hub) -> None:
    hub.github.trusted = frozenset()
    assert chain(hub, "contoso.azurecr.io", "aks")["build"].result == "failure"
    assert chain(hub, "registry.example.com", "local")["build"].result == "success"
