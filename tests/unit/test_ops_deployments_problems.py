"""What deployments/settings.yaml asks for and cannot work for a stack is refused before anybody is asked."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.deployments_place import LOGINS, Place, deployments, deployments_place, refused, settings


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    with deployments_place(tmp_path, monkeypatch) as made:
        yield made


BUILDS = {"image": {"repository": "web", "context": "webapi"}}


@pytest.mark.parametrize("key", [{"push": True}, {"drift": {"schedule": "0 5 * * *", "remediate": True}}])
@pytest.mark.parametrize(
    ("image", "values"),
    [("image", BUILDS), ("cli.image", {"cli": {"image": {"repository": "cli", "context": "cli"}}})],
)
def test_runners_without_docker_deploy_no_stack_that_builds(place: Place, key: Any, image: str, values: Any) -> None:
    place.stack_file("eks", **values)
    place.write(settings(eks=key))
    told = refused(place)
    assert "Pulumi.eks.yaml builds its image, and Pulumi's runners have no docker daemon" in told
    assert f"      pulumi config set --path {image}.digest 'sha256:…' -s eks\n" in told
    place.write(settings(eks={**key, "runnerPool": "pool-1"}))
    assert deployments().exit_code == 3


def test_a_stack_that_builds_may_be_previewed(place: Place) -> None:
    place.stack_file("eks", **BUILDS)
    assert "environmentVariables.DOCKER_HOST: ssh://preview.invalid\n" in deployments().stdout


def test_a_local_cluster_needs_runners_that_reach_it(place: Place) -> None:
    place.write(settings(local={}))
    told = refused(place)
    assert "stacks.local: runs on a cluster that Pulumi's runners cannot reach" in told
    assert "edit deployments/settings.yaml: local: off\n" in told
    place.write(settings(local={"runnerPool": "pool-1"}))
    assert deployments().exit_code == 3


def test_a_login_of_another_cloud_is_refused(place: Place) -> None:
    place.write(settings(eks={"login": {**LOGINS["eks"], **LOGINS["gke"]}}))
    assert "stacks.eks.login: gcp: Pulumi.eks.yaml deploys to eks, whose login is aws" in refused(place)


@pytest.mark.parametrize("words", [(), ("--trust",)])
def test_a_subject_that_google_cannot_take_is_refused(place: Place, words: tuple[str, ...]) -> None:
    name = "g" * 70
    place.stack_file("gke")
    (place.folder / "Pulumi.gke.yaml").rename(place.folder / f"Pulumi.{name}.yaml")
    place.write(settings(**{name: {"login": LOGINS["gke"]}}))
    assert "a subject has 141 characters, and Google takes 127" in refused(place, *words)


@pytest.mark.parametrize(
    ("name", "value"), [("API_TOKEN", "x"), ("ADDRESS", "https://me:hunter22@acme.example/x"), ("PASSWORD", "x")]
)
def test_a_variable_that_looks_secret_is_refused_and_not_shown(place: Place, name: str, value: str) -> None:
    place.write(settings(eks={"variables": {name: value}}))
    told = refused(place)
    assert f"pulumi deployment settings edit -s acme/web/eks --secret-env {name}=…" in told
    assert "hunter22" not in told
