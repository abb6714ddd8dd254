"""Which platform a stack gets, and what is said of every cloud's stack alike."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config

from components.errors import ConfigError
from components.platforms import choice, machine
from components.platforms.choice import check_machine, check_platform
from components.platforms.contract import Platform
from components.preflight import preflight
from components.settings import Secrets
from components.stack_file import Problem, StackFile
from tests.stack_files import PROJECT, engine_config
from tests.unit.local_machine import cloud_settings, settings

STACK = StackFile("prod")
CLUSTERS: dict[str, dict[str, Any]] = {
    "aks": {"name": "prod", "resourceGroup": "prod"},
    "eks": {"name": "prod", "region": "eu-central-1"},
    "gke": {"name": "prod", "project": "my-project", "location": "europe-west1"},
}


@pytest.fixture(autouse=True)
def logged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To all clouds, on a machine of none."""
    for name, value in {
        "HOME": str(tmp_path),
        "PATH": str(tmp_path),
        "ARM_USE_MSI": "true",
        "ARM_SUBSCRIPTION_ID": "s",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "GOOGLE_APPLICATION_CREDENTIALS": __file__,
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("aws", "gke-gcloud-auth-plugin"):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setattr(machine, "_hardware", str)


def check(target: str, **own: Any) -> Callable[[], Platform]:
    document = {"cluster": {"mode": "existing", **CLUSTERS[target]}, "registry": {"mode": "create"}, **own}
    return check_platform(settings(target, **document), Secrets(), STACK)


@pytest.mark.parametrize("target", CLUSTERS)
def test_a_sound_stack_of_a_cloud_is_checked_without_making_anything(target: str) -> None:
    assert callable(check(target))


@pytest.mark.parametrize("target", CLUSTERS)
def test_tags_login_and_the_clouds_own_mistakes_come_at_once(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_SUBSCRIPTION_ID")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
    foreign = {"mode": "foreign", "host": "localhost:5001", "username": "ci"}
    with pytest.raises(ConfigError) as caught:
        check(target, registry=foreign, tags={"": "x"})
    said = str(caught.value)
    assert said.startswith("Pulumi.prod.yaml: 4 mistakes")
    for each in ("tags", "is on this machine", "the password of user 'ci' is missing"):
        assert each in said


def test_what_two_checks_say_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem(("tags", "x"), "is wrong", ())

    def refuse(*_: object) -> list[Problem]:
        return [problem]

    def refuse_too(*_: object) -> Callable[[], Platform]:
        raise STACK.refusal([problem, Problem(("cluster",), "is wrong too", ())])

    monkeypatch.setattr(choice, "check_tags", refuse)
    monkeypatch.setattr(choice, "_check_cloud", refuse_too)
    with pytest.raises(ConfigError, match="2 mistakes"):
        check("eks")


def test_a_cluster_that_is_not_known_may_say_its_subscription(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_SUBSCRIPTION_ID")
    given = cloud_settings("aks")
    for unknown in (("cluster",), ("cluster", "subscription")):
        check_machine(given, STACK, {unknown, ("registry", "name")})
    for known in (("cluster", "location"), ("registry",)):
        with pytest.raises(ConfigError, match="azure-native:subscriptionId: is missing"):
            check_machine(given, STACK, {known})
    monkeypatch.delenv("ARM_USE_MSI")
    with pytest.raises(ConfigError, match="not logged in"):
        check_machine(given, STACK, {("cluster",)})


def refused(cluster: dict[str, Any], folder: Path) -> str:
    """What preflight says of a stack file with this cluster."""
    image = {"repository": "web", "digest": f"sha256:{'a' * 64}"}
    values = {
        "target": "aks",
        "app": {"name": "web"},
        "image": image,
        "cluster": cluster,
        "registry": {"mode": "create"},
    }
    set_all_config(engine_config({f"{PROJECT}:{key}": value for key, value in values.items()}), [])
    with pytest.raises(ConfigError) as caught:
        preflight(pulumi.Config(PROJECT), STACK, folder)
    return str(caught.value)


def test_a_missing_subscription_is_told_with_the_other_missing_keys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ARM_SUBSCRIPTION_ID")
    (tmp_path / "kubelogin").touch(mode=0o755)
    lacking: dict[str, Any] = {"mode": "create", "name": "prod"}
    said = refused(lacking, tmp_path)
    assert "Pulumi.prod.yaml: 3 mistakes" in said
    for each in (
        "cluster.location: is missing",
        "cluster.resourceGroup: is missing",
        "azure-native:subscriptionId: is",
    ):
        assert each in said
    said = refused({**lacking, "subscription": "33333333-3333-4333-8333-333333333333"}, tmp_path)
    assert "Pulumi.prod.yaml: 2 mistakes" in said
    said = refused({**lacking, "subscription": "web"}, tmp_path)
    assert "azure-native" not in said
