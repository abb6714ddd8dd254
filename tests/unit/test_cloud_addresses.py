"""Which Ingresses and Services get an address, and where it leads."""

from typing import Any

import pytest

from sandbox.clouds.addresses import plan
from sandbox.clouds.clusters import TOKENS
from sandbox.clouds.world import Content, Thing

AKS = Thing(
    token=TOKENS["azure"], id="aks", inputs={"ingressProfile": {"webAppRouting": {"enabled": True}}}, outputs={}, made=1
)
GKE = Thing(token=TOKENS["google"], id="gke", inputs={}, outputs={}, made=1)
ARN = "arn:aws:eks:eu-central-1:123456789012:cluster/web"
EKS = Thing(token=TOKENS["aws"], id="eks", inputs={"name": "web"}, outputs={"arn": ARN}, made=1)
AUTO = EKS.model_copy(
    update={"inputs": {"kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}}, "name": "auto"}}
)
AZURE_CLASS, STATUS = (
    "webapprouting.kubernetes.azure.com",
    "/apis/networking.k8s.io/v1/namespaces/ns/ingresses/web/status",
)


def service(**spec: Any) -> dict[str, Any]:
    return {
        "metadata": {"namespace": "ns", "name": "web"},
        "spec": {"clusterIP": "10.96.0.7", "ports": [{"name": "http", "port": 8000}, {"port": 81}], **spec},
    }


def ingress(
    kind: str = AZURE_CLASS, *, port: dict[str, Any] | None = None, host: str | None = None, **more: Any
) -> dict[str, Any]:
    backend = {"service": {"name": "web", "port": port or {"name": "http"}}}
    rule: dict[str, Any] = {"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    return {
        "metadata": {"namespace": "ns", "name": "web"},
        "spec": {"ingressClassName": kind, "rules": [{**rule, **({"host": host} if host else {})}]},
        **more,
    }


def gce() -> dict[str, Any]:
    made = ingress("")
    del made["spec"]["ingressClassName"]
    made["metadata"]["annotations"] = {"kubernetes.io/ingress.class": "gce"}
    return made


def world(*things: Thing) -> Content:
    return Content(things=list(things))


@pytest.mark.parametrize(("cluster", "item"), [(AKS, ingress()), (GKE, gce()), (GKE, ingress("gce"))])
def test_an_ingress_of_the_clouds_class_gets_an_ip_that_leads_to_its_service(
    cluster: Thing, item: dict[str, Any]
) -> None:
    found = plan(world(cluster), [item], [service()])
    ((path, address),) = found.statuses.items()
    assert path == STATUS
    assert address["ip"].startswith("203.0.113.")
    assert found.names == {address["ip"]: ("10.96.0.7", 8000)}


@pytest.mark.parametrize(
    ("content", "item"),
    [
        (world(), ingress()),
        (world(GKE), ingress()),
        (world(AKS), gce()),
        (world(AKS), ingress("traefik")),
        (world(AKS.model_copy(update={"inputs": {}})), ingress()),
        (world(GKE.model_copy(update={"inputs": {"addonsConfig": {"httpLoadBalancing": {"disabled": True}}}})), gce()),
        (world(EKS), ingress("alb")),
    ],
)
def test_an_ingress_that_no_controller_serves_gets_nothing(content: Content, item: dict[str, Any]) -> None:
    found = plan(content, [item], [service()])
    assert (found.statuses, found.names) == ({}, {})


def test_auto_mode_serves_ingresses_by_a_host_name() -> None:
    ((address, leads_to),) = plan(world(AUTO), [ingress("alb")], [service()]).names.items()
    assert address.endswith(".elb.eu-central-1.amazonaws.com")
    assert leads_to == ("10.96.0.7", 8000)


def test_an_address_that_is_there_stays() -> None:
    status = {"loadBalancer": {"ingress": [{"ip": "203.0.113.9", "ipMode": "VIP"}]}}
    found = plan(world(AKS), [ingress(status=status)], [service()])
    assert found.statuses == {}
    assert list(found.names) == ["203.0.113.9"]


def test_an_address_from_elsewhere_is_replaced() -> None:
    status = {"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}]}}
    assert list(plan(world(AKS), [ingress(status=status)], [service()]).statuses) == [STATUS]


def test_no_two_ingresses_share_an_address() -> None:
    items = [ingress() for _ in range(200)]
    for number, item in enumerate(items):
        item["metadata"] = {"namespace": "ns", "name": f"web-{number}"}
    assert len({each["ip"] for each in plan(world(AKS), items, []).statuses.values()}) == 200


def test_a_host_of_the_ingress_leads_where_its_address_does() -> None:
    found = plan(world(AKS), [ingress(host="web.example.com", port={"number": 81})], [service()])
    assert found.names["web.example.com"] == ("10.96.0.7", 81)


@pytest.mark.parametrize("port", [{"number": 8001}, {"name": "https"}])
def test_an_ingress_without_its_service_has_an_address_that_leads_nowhere(port: dict[str, Any]) -> None:
    assert plan(world(AKS), [ingress(port=port)], [service()]).names == {}
    found = plan(world(AKS), [ingress()], [])
    assert (len(found.statuses), found.names) == (1, {})


@pytest.mark.parametrize(
    ("cluster", "kind", "served"),
    [
        (EKS, None, True),
        (EKS, "eks.amazonaws.com/nlb", False),
        (AUTO, "eks.amazonaws.com/nlb", True),
        (AUTO, None, False),
        (AKS, None, True),
        (AKS, "eks.amazonaws.com/nlb", False),
        (GKE, None, True),
    ],
)
def test_a_service_is_served_by_the_class_that_its_cluster_has(cluster: Thing, kind: str | None, served: bool) -> None:
    item = service(type="LoadBalancer", **({"loadBalancerClass": kind} if kind else {}))
    found = plan(world(cluster), [], [item])
    assert bool(found.statuses) is served
    assert list(found.names.values()) == ([("10.96.0.7", 8000)] if served else [])


def test_a_load_balancer_of_aws_has_a_host_name_in_its_region() -> None:
    found = plan(world(EKS), [], [service(type="LoadBalancer")])
    ((path, address),) = found.statuses.items()
    assert path == "/api/v1/namespaces/ns/services/web/status"
    assert address["hostname"].startswith("web-")
    assert address["hostname"].endswith(".elb.eu-central-1.amazonaws.com")
    again = service(type="LoadBalancer")
    again["status"] = {"loadBalancer": {"ingress": [address]}}
    assert plan(world(EKS), [], [again]).statuses == {}


def test_other_services_are_left_alone() -> None:
    assert plan(world(EKS, AKS, GKE), [], [service(type="ClusterIP"), service()]).statuses == {}
