"""How an app is reached from outside where a cloud, not a host name, says where: load balancers and addresses."""

from typing import Any

import pytest

from components.errors import ConfigError
from tests.component.apps import APP, DEPLOYMENT, INGRESS, app
from tests.engine import Answer, run_program
from tests.graph import UNKNOWN, Graph, Json

SERVICE = "kubernetes:core/v1:Service"
WAIT = {"pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress[0]}"}
BALANCED: Json = {"class_name": None, "annotations": {"kind": "nlb"}}
INSIDE = "http://web.apps.svc.cluster.local"


def status(**written: str) -> Answer:
    """What a cloud writes to the status of a Service or an Ingress."""
    return lambda _: {"status": {"loadBalancer": {"ingress": [written]}}}


def run(ingress: Json, *, preview: bool = False, answer: Answer | None = None, **more: Any) -> Graph:
    answers = {} if answer is None else {SERVICE: answer, INGRESS: answer}
    return run_program(lambda: app(ingress=ingress, **more), preview=preview, answers=answers)


def url(graph: Graph) -> str:
    return (graph.one(APP).outputs or {})["url"]


def test_without_an_ingress_class_the_service_is_the_load_balancer() -> None:
    graph = run({**BALANCED, "load_balancer_class": "eks.amazonaws.com/nlb"})
    service = graph.one(SERVICE).inputs
    assert service["spec"]["type"] == "LoadBalancer"
    assert service["spec"]["loadBalancerClass"] == "eks.amazonaws.com/nlb"
    assert service["spec"]["ports"] == [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}]
    assert service["metadata"]["annotations"] == {"kind": "nlb", **WAIT}
    assert graph.all(INGRESS) == []


def test_a_load_balancer_comes_after_the_pods_it_leads_to() -> None:
    graph = run(BALANCED)
    assert graph.one(DEPLOYMENT).urn in graph.one(SERVICE).dependencies
    inside = run_program(app)
    assert inside.one(DEPLOYMENT).urn not in inside.one(SERVICE).dependencies


def test_only_the_apps_port_is_open_to_a_load_balancer_too() -> None:
    policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
    assert run(BALANCED).one(policy).inputs == run_program(app).one(policy).inputs


@pytest.mark.parametrize(
    ("ingress", "written", "expected"),
    [
        (BALANCED, {"hostname": "web-1.elb.eu-central-1.amazonaws.com"}, "http://web-1.elb.eu-central-1.amazonaws.com"),
        (BALANCED, {"ip": "203.0.113.7"}, "http://203.0.113.7"),
        ({"class_name": "nginx"}, {"ip": "203.0.113.7"}, "http://203.0.113.7"),
        ({"class_name": "nginx"}, {"ip": "2001:db8::7"}, "http://[2001:db8::7]"),
        ({"class_name": "nginx", "url_port": 8080}, {"ip": "203.0.113.7"}, "http://203.0.113.7:8080"),
        ({"class_name": "nginx", "host": "web.io"}, {"ip": "203.0.113.7"}, "http://web.io"),
        ({**BALANCED, "host": "web.io"}, {"ip": "203.0.113.7"}, "http://web.io"),
    ],
)
def test_the_url_has_the_host_or_else_the_address_that_the_cloud_gave(
    ingress: Json, written: dict[str, str], expected: str
) -> None:
    assert url(run(ingress, answer=status(**written))) == expected


def test_the_port_of_a_load_balancer_is_the_services() -> None:
    assert url(run(BALANCED, answer=status(ip="203.0.113.7"), service_port=8000)) == "http://203.0.113.7:8000"


@pytest.mark.parametrize("ingress", [BALANCED, {"class_name": "nginx"}])
def test_an_address_is_unknown_in_a_preview(ingress: Json) -> None:
    assert url(run(ingress, preview=True)) == UNKNOWN


def nothing_yet(_: Json) -> Json:
    return {"status": {"loadBalancer": {}}}


@pytest.mark.parametrize("answer", [None, nothing_yet])
def test_without_an_address_yet_the_url_is_the_one_inside(answer: Answer | None) -> None:
    assert url(run(BALANCED, answer=answer)) == INSIDE


def test_a_load_balancer_has_no_use_for_a_certificate_in_a_secret() -> None:
    with pytest.raises(ConfigError, match=r"ingress\.tls_secret: no load balancer reads a certificate from a Secret"):
        run({**BALANCED, "tls_secret": "cert"})
