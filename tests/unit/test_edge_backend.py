"""Ingresses that lead to no pod."""

from typing import Any

import pytest

from pulls.edge.objects import leading_to
from tests.unit.edge_objects import LABELS, edge, endpoints, ingress, service, told, web_pod
from tests.unit.pull_objects import Json

NAMED = {"name": "http"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"services": [service("wbe")]}, "no Service 'web'; did you mean wbe?"),
        ({"services": []}, "no Service 'web'"),
        ({"services": [service(ports=[])]}, "Service web has no port 80; it has none"),
        (
            {"services": [service(ports=[{"port": 8080, "name": "http"}, {"port": 81}])]},
            "Service web has no port 80; it has 8080 http, 81",
        ),
        ({"services": [service(selector={"app": "wbe"})], "slices": []}, "Service web takes no pod: none has app=wbe"),
        (
            {"services": [service(selector=None)], "slices": []},
            "Service web has no endpoints, and no selector that would find pods",
        ),
        ({"slices": []}, "Service web has no endpoint for port 80: no ready pod has its port http"),
        (
            {"slices": [endpoints(port="other")]},
            "Service web has no endpoint for port 80: no ready pod has its port http",
        ),
    ],
)
def test_what_is_missing_between_ingress_and_pods_is_told(change: dict[str, Any], said: str) -> None:
    assert told(edge(**change)) == [("ingress-backend", said)]


@pytest.mark.parametrize(
    "change",
    [
        {"ingresses": [ingress(port=NAMED)]},
        {"slices": [endpoints(ready=None)]},
        {"services": [service(type="ExternalName", ports=[])], "slices": []},
        {"services": [service(selector={"app": "wbe"}, created=290)], "slices": []},
        {"services": [], "refused": {"services": "may not"}},
        {"slices": [], "refused": {"endpointslices": "may not"}},
        {"ingresses": [ingress(rules=[], defaultBackend={"resource": {"kind": "Bucket", "name": "b"}})]},
    ],
)
def test_what_is_well_or_not_known_or_new_is_no_symptom(change: dict[str, Any]) -> None:
    assert told(edge(**change)) == []


@pytest.mark.parametrize("waits", [web_pod(ready="False"), web_pod(since=290)])
def test_pods_that_are_not_ready_tell_it_themselves(waits: Json) -> None:
    assert told(edge(slices=[endpoints(ready=False)]), pods=[waits]) == []


def test_a_pod_that_has_ended_is_none_that_could_serve() -> None:
    ((_, said),) = told(edge(slices=[]), pods=[web_pod(phase="Succeeded")])
    assert said == "Service web takes no pod: none has app=web"


def test_a_port_is_looked_for_by_the_name_that_the_ingress_gives_it() -> None:
    ((_, said),) = told(edge(ingress(port={"name": "grpc"})))
    assert said == "Service web has no port grpc; it has 80 http"


def test_a_default_backend_is_looked_at_too() -> None:
    backend = {"service": {"name": "other", "port": {"number": 80}}}
    ((_, said),) = told(edge(ingress(defaultBackend=backend)))
    assert said == "no Service 'other'"


def test_of_a_workload_only_that_which_leads_to_its_pods_is_looked_at() -> None:
    broken = edge(ingress(class_name="none"))
    assert leading_to(broken, [{"x": "y"}, LABELS]).ingresses == [*broken.ingresses]
    assert leading_to(broken, [{"app": "other"}]).ingresses == []
    assert leading_to(edge(services=[service(selector=None)]), [LABELS]).ingresses == []
