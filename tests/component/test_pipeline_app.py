"""What a PipelineApp asks of the engine."""

from typing import Any

import pulumi
import pulumi_kubernetes as k8s
import pytest

from components.errors import ConfigError
from tests.component.apps import (
    ALWAYS,
    APP,
    CONFIG_MAP,
    DEPLOYMENT,
    EVERYTHING,
    HOST,
    IMAGE,
    INGRESS,
    SECRET,
    STASH,
    app,
    pod,
    run,
    types,
)
from tests.engine import DIGEST, run_program


def test_a_plain_app_has_exactly_what_every_app_needs() -> None:
    graph = run()
    assert types(graph) == ALWAYS | {"kubernetes:policy/v1:PodDisruptionBudget"}
    assert len(graph.resources) == len(ALWAYS) + 3  # the budget, the component, the provider


def test_each_argument_brings_exactly_its_own_object() -> None:
    assert types(run(replicas=1)) == ALWAYS
    assert types(run(replicas=1, **HOST)) == ALWAYS | {INGRESS}
    assert types(run(replicas=1, config_files={"a": "b"})) == ALWAYS | {CONFIG_MAP}
    assert types(run(replicas=1, secrets={"a": "b"})) == ALWAYS | {SECRET, STASH}


def test_every_child_has_the_component_as_parent_and_its_provider() -> None:
    graph = run(**EVERYTHING)
    component = graph.one(APP)
    for child in graph.children(component):
        assert child.parent == component.urn
        if child.type != STASH:  # the engine's own
            assert child.provider_urn == graph.one("pulumi:providers:kubernetes").urn, child.type
    assert not component.custom


def test_every_object_is_named_and_labelled_for_its_app() -> None:
    graph = run(name="shop", **EVERYTHING)
    for child in graph.children(graph.one(APP)):
        if child.type == STASH:
            continue
        metadata = child.inputs["metadata"]
        assert metadata["name"].startswith("shop")
        assert metadata["namespace"] == "apps"
        assert metadata["labels"]["app.kubernetes.io/name"] == "shop"
        assert metadata["labels"]["app.kubernetes.io/managed-by"] == "pulumi"


def test_the_selector_finds_the_pods_of_deployment_service_budget_and_policy() -> None:
    graph = run(labels={"team": "blue"})
    labels = pod(graph)["metadata"]["labels"]
    selectors = [
        graph.one(DEPLOYMENT).inputs["spec"]["selector"]["matchLabels"],
        graph.one("kubernetes:core/v1:Service").inputs["spec"]["selector"],
        graph.one("kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"]["selector"]["matchLabels"],
        graph.one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"]["podSelector"]["matchLabels"],
    ]
    assert all(each == selectors[0] and each.items() <= labels.items() for each in selectors)
    assert (labels["team"], labels["app.kubernetes.io/version"]) == ("blue", "a" * 12)


def test_the_deployment_runs_the_reference_and_the_component_gives_it_out() -> None:
    graph = run(**HOST)
    assert pod(graph)["spec"]["containers"][0]["image"] == IMAGE
    assert graph.one(APP).outputs == {"url": "http://web.example.com", "image": IMAGE, "name": "web"}


@pytest.mark.parametrize("image", ["web:latest", "registry.example.com/web:1", DIGEST, "<none>@<none>"])
def test_nothing_but_a_reference_by_digest_is_deployed(image: str) -> None:
    with pytest.raises(ConfigError, match="not a reference by digest"):
        run(image=image)


def test_an_image_that_is_not_built_yet_stays_unknown_in_a_preview() -> None:
    def program() -> None:
        provider = k8s.Provider("cluster", kubeconfig="x")
        pending = k8s.core.v1.ConfigMap("pending", opts=pulumi.ResourceOptions(provider=provider))
        app(provider=provider, image=pending.metadata.apply(lambda metadata: str(metadata.uid)))

    graph = run_program(program, preview=True)
    assert types(graph) == ALWAYS | {"kubernetes:policy/v1:PodDisruptionBudget"}


def test_names_outside_of_kubernetes_rules_are_refused() -> None:
    with pytest.raises(ConfigError, match="cannot work:\n  '2Web' cannot name a Service"):
        run(name="2Web")


def test_the_deployment_waits_for_the_right_to_pull_and_for_what_it_mounts() -> None:
    def program() -> None:
        provider = k8s.Provider("cluster", kubeconfig="x")
        grant = k8s.core.v1.ConfigMap("grant", opts=pulumi.ResourceOptions(provider=provider))
        app(provider=provider, depends_on=[grant], **EVERYTHING)

    graph = run_program(program)
    waits = graph.one(DEPLOYMENT).dependencies
    needed = [
        graph.one(CONFIG_MAP, "grant"),
        graph.one(CONFIG_MAP, "web"),
        graph.one(SECRET),
        graph.one("kubernetes:core/v1:ServiceAccount"),
        graph.one("kubernetes:networking.k8s.io/v1:NetworkPolicy"),
    ]
    assert {each.urn for each in needed} <= waits


def test_the_ingress_comes_after_what_it_leads_to() -> None:
    graph = run(**HOST)
    after = {graph.one(DEPLOYMENT).urn, graph.one("kubernetes:core/v1:Service").urn}
    assert after <= graph.one(INGRESS).dependencies


def test_only_the_address_of_an_ingress_is_waited_for_and_nothing_where_it_gets_none() -> None:
    ingress: dict[str, Any] = {**HOST["ingress"], "annotations": {"a": "b"}}
    awaited = run(ingress=ingress).one(INGRESS).inputs["metadata"]["annotations"]
    assert awaited == {"a": "b", "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress[0]}"}
    silent = run(ingress={**ingress, "await_address": False})
    annotations = silent.one(INGRESS).inputs["metadata"]["annotations"]
    assert annotations == {"a": "b", "pulumi.com/skipAwait": "true"}


@pytest.mark.parametrize(
    ("ingress", "url"),
    [
        ({"tls_secret": "cert"}, "https://web.example.com"),
        ({"url_port": 8080}, "http://web.example.com:8080"),
        ({"url_port": 443, "tls_secret": "cert"}, "https://web.example.com"),
    ],
)
def test_the_url_is_what_a_browser_needs(ingress: dict[str, Any], url: str) -> None:
    graph = run(ingress={**HOST["ingress"], **ingress})
    assert (graph.one(APP).outputs or {})["url"] == url


def test_without_a_host_the_url_is_the_services() -> None:
    assert (run(service_port=8000).one(APP).outputs or {})["url"] == "http://web.apps.svc.cluster.local:8000"


def test_a_rollout_may_take_as_long_as_it_says() -> None:
    timeouts = run(timeout_seconds=90).one(DEPLOYMENT).request.customTimeouts
    assert (timeouts.create, timeouts.update) == ("90s", "90s")
    assert run(timeout_seconds=90).one(DEPLOYMENT).inputs["spec"]["progressDeadlineSeconds"] == 80


def test_wire_names_are_kubernetes_own() -> None:
    policy = run().one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"]
    assert policy["egress"][1]["to"][0]["ipBlock"]["except"] == ["169.254.0.0/16", "168.63.129.16/32"]
    assert pod(run(environment={"SOME_NAME": "x"}))["spec"]["containers"][0]["env"] == [
        {"name": "SOME_NAME", "value": "x"}
    ]


def test_two_apps_stand_side_by_side_in_one_stack() -> None:
    def program() -> None:
        provider = k8s.Provider("cluster", kubeconfig="x")
        app("web", provider, **EVERYTHING)
        app("admin", provider, **EVERYTHING)

    graph = run_program(program)
    assert {each.name for each in graph.all(APP)} == {"web", "admin"}
    names = {each.inputs["metadata"]["name"] for each in graph.all(DEPLOYMENT)}
    assert names == {"web", "admin"}
    selectors = [each.inputs["spec"]["selector"] for each in graph.all("kubernetes:core/v1:Service")]
    assert selectors[0] != selectors[1]


def test_another_program_needs_no_stack_file() -> None:
    graph = run_program(app, project="somebody-elses", stack="dev")
    assert pod(graph)["metadata"]["labels"]["app.kubernetes.io/part-of"] == "somebody-elses"
