"""What an app gets of its settings and of its platform, beyond what the stack files show."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pulumi
import pulumi_kubernetes as k8s
import pytest
from pydantic import TypeAdapter

from components.app_args import app_args
from components.namespace import AppNamespace
from components.pipeline_args import PipelineAppArgs
from components.platforms.contract import (
    AddressSource,
    Cluster,
    Ingress,
    Platform,
    PullGrant,
    PullKind,
    Registry,
    Target,
)
from components.settings_models import Settings
from tests.engine import run_program


def settings(**app: Any) -> Settings:
    document = {
        "target": "aks",
        "cluster": {"mode": "existing", "name": "prod", "resourceGroup": "prod"},
        "registry": {"mode": "create"},
        "image": {"repository": "web", "context": "webapi", "platform": "linux/arm64"},
        "app": {"name": "web", "host": "web.example.com", **app},
    }
    adapter: TypeAdapter[Settings] = TypeAdapter(Settings)
    return adapter.validate_python(document, strict=False)


def args_of(change: Callable[[Platform], Platform] | None = None, **app: Any) -> PipelineAppArgs:
    found: list[PipelineAppArgs] = []

    def program() -> None:
        provider = k8s.Provider("cluster", kubeconfig="x")
        cluster = Cluster(provider, "c", "c", pulumi.Output.from_input("x"))
        grant = PullGrant(PullKind.ANONYMOUS, "anyone", "none", "r.io", depends_on=(provider,))
        platform = Platform(Target.AKS, Registry("r.io", "r.io"), grant, cluster, Ingress("nginx"))
        namespace = AppNamespace("apps", {"name": "apps"}, pulumi.ResourceOptions(provider=provider))
        image = pulumi.Output.from_input("r.io/web")
        used = change(platform) if change is not None else platform
        found.append(app_args(settings(**app), {}, used, namespace, image))

    run_program(program)
    return found[0]


def ingress_of(ingress: Ingress, **app: Any) -> Any:
    return args_of(lambda platform: replace(platform, ingress=ingress), **app).get("ingress")


def test_the_app_waits_for_the_right_to_pull() -> None:
    needed = next(iter(args_of().get("depends_on", ())))
    assert isinstance(needed, k8s.Provider)  # stands for a role assignment


def test_pods_go_where_the_image_runs() -> None:
    assert args_of().get("architecture") == "arm64"


def test_secrets_become_files_when_the_stack_file_says_so() -> None:
    assert args_of().get("secrets_as_files") is False
    assert args_of(secretsAs="files").get("secrets_as_files") is True


def test_an_address_is_awaited_only_where_one_is_written() -> None:
    assert ingress_of(Ingress("x", address=AddressSource.STATUS))["await_address"] is True
    assert ingress_of(Ingress("x", address=AddressSource.HOST))["await_address"] is False


def test_the_certificate_issuer_of_a_platform_is_an_annotation_beside_its_own() -> None:
    ingress = ingress_of(Ingress("x", annotations={"a": "b"}, tls_issuer="letsencrypt"))
    assert ingress["annotations"] == {"a": "b", "cert-manager.io/cluster-issuer": "letsencrypt"}


def test_without_a_host_there_is_an_ingress_only_where_the_cluster_gives_an_address() -> None:
    assert ingress_of(Ingress("x", address=AddressSource.HOST), host=None) is None
    ingress = ingress_of(Ingress("x", address=AddressSource.STATUS), host=None)
    assert (ingress["host"], ingress["await_address"]) == (None, True)


def test_a_platform_without_ingress_controller_has_the_service_as_load_balancer() -> None:
    ingress = ingress_of(Ingress(None, annotations={"a": "b"}, load_balancer_class="cloud/nlb"))
    assert (ingress["class_name"], ingress["load_balancer_class"]) == (None, "cloud/nlb")
    assert ingress["annotations"] == {"a": "b"}


def test_what_commands_need_to_give_the_right_reaches_the_guard() -> None:
    facts = {"node_role": "nodes"}
    args = args_of(lambda platform: replace(platform, pull_grant=replace(platform.pull_grant, facts=facts)))
    guard = args.get("guard")
    assert guard is not None
    assert guard.get("pull_right", {}).get("facts") == facts


@pytest.mark.parametrize(("own", "wanted"), [(None, 600.0), (3, 3.0)])
def test_a_right_of_this_run_is_waited_for_as_long_as_the_cloud_or_the_stack_file_says(
    own: int | None, wanted: float
) -> None:
    def all_of_it(seconds: float) -> float:
        return seconds

    given: dict[str, Any] = {"propagation_seconds": 600, "remaining": all_of_it}
    more: dict[str, Any] = {} if own is None else {"propagationSeconds": own}

    def fresh(**change: Any) -> Any:
        args = args_of(lambda platform: replace(platform, pull_grant=replace(platform.pull_grant, **change)), **more)
        guard = args.get("guard")
        assert guard is not None
        found = guard.get("fresh_seconds")
        assert callable(found)
        return found()

    assert fresh(**given) == wanted
    assert fresh(**{**given, "propagation_seconds": 0}) == 0  # this stack gives none
    assert fresh() == 0
