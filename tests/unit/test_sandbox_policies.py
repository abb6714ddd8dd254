"""NetworkPolicies as rules of the firewall, and when they are set anew."""

import subprocess
from typing import Any

import httpx
import pytest

from sandbox import policies

ACCEPT, DROP = "tcp flags & (syn | ack) == syn accept", "tcp flags & (syn | ack) == syn drop"


def pod(name: str, address: str, namespace: str = "shop", **more: Any) -> dict[str, Any]:
    ports = [{"name": "http", "containerPort": 8080}]
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": {"containers": [{"ports": ports}], **more},
        "status": {"podIP": address, "phase": "Running"},
    }


WEB, DATA, FAR = pod("web", "10.244.1.2"), pod("data", "10.244.1.3"), pod("web", "10.244.1.4", "far")


def policy(*rules: dict[str, Any], **spec: Any) -> dict[str, Any]:
    whole = {"podSelector": {"matchLabels": {"app": "data"}}, "policyTypes": ["Ingress"], "ingress": [*rules], **spec}
    return {"metadata": {"namespace": "shop"}, "spec": whole}


def rules(*given: dict[str, Any], pods: tuple[dict[str, Any], ...] = (WEB, DATA, FAR)) -> list[str]:
    lines = policies.ruleset(given, pods).split("table bridge")[0].splitlines()
    return [line.strip() for line in lines if line.strip().startswith("ip ")]


def test_pods_without_a_policy_have_no_rules() -> None:
    assert rules() == rules(policy(podSelector={"matchLabels": {"app": "nobody"}})) == []
    assert rules(policy(policyTypes=["Egress"])) == []


def test_a_pod_with_a_policy_lets_nobody_in_whom_no_rule_names() -> None:
    assert rules(policy()) == [f"ip daddr 10.244.1.3 {DROP}"]


def test_a_peer_is_known_by_its_labels_and_its_namespace() -> None:
    near = {"podSelector": {"matchLabels": {"app": "web"}}}
    (first, last) = rules(policy({"from": [near], "ports": [{"port": 6333, "protocol": "TCP"}]}))
    assert first == f"ip daddr 10.244.1.3 ip saddr {{ 10.244.1.2 }} tcp dport {{ 6333 }} {ACCEPT}"
    assert last == f"ip daddr 10.244.1.3 {DROP}"
    there = {**near, "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "far"}}}
    assert "{ 10.244.1.4 }" in rules(policy({"from": [there]}))[0]
    everywhere = {**near, "namespaceSelector": {}}
    assert "{ 10.244.1.2, 10.244.1.4 }" in rules(policy({"from": [everywhere]}))[0]


def test_ports_go_by_number_name_or_range_and_from_anywhere_means_all() -> None:
    ports = [{"port": "http"}, {"port": 9000, "endPort": 9010}, {"port": 53, "protocol": "UDP"}]
    assert rules(policy({"ports": ports}))[0] == f"ip daddr 10.244.1.3 tcp dport {{ 8080, 9000-9010 }} {ACCEPT}"
    assert rules(policy({}))[0] == f"ip daddr 10.244.1.3 {ACCEPT}"


def test_ranges_of_addresses_have_a_rule_each() -> None:
    blocks = [{"ipBlock": {"cidr": "10.0.0.0/8"}}, {"ipBlock": {"cidr": "::/0"}}]
    assert rules(policy({"from": blocks}))[0] == f"ip daddr 10.244.1.3 ip saddr 10.0.0.0/8 {ACCEPT}"


def test_a_rule_for_pods_that_are_not_there_lets_nobody_in() -> None:
    nobody = {"podSelector": {"matchLabels": {"app": "nobody"}}}
    assert rules(policy({"from": [nobody]})) == [f"ip daddr 10.244.1.3 {DROP}"]


def test_pods_of_the_nodes_network_and_pods_that_ended_have_no_rules() -> None:
    ended = {**DATA, "status": {"podIP": "10.244.1.9", "phase": "Succeeded"}}
    assert rules(policy(), pods=(pod("data", "10.244.0.1", hostNetwork=True), ended)) == []


@pytest.mark.parametrize(
    ("expression", "taken"),
    [
        ({"key": "app", "operator": "In", "values": ["web"]}, True),
        ({"key": "app", "operator": "NotIn", "values": ["web"]}, False),
        ({"key": "app", "operator": "Exists"}, True),
        ({"key": "app", "operator": "DoesNotExist"}, False),
    ],
)
def test_selectors_have_expressions(expression: dict[str, Any], taken: bool) -> None:
    assert policies.selects({"matchExpressions": [expression]}, {"app": "web"}) is taken


def test_both_ways_between_pods_have_the_same_rules_in_one_change() -> None:
    text = policies.ruleset([policy()], [DATA])
    for family in ("inet", "bridge"):
        assert f"delete table {family} monadic-sandbox\ntable {family} monadic-sandbox {{" in text
    assert text.count(DROP) == 2


def test_the_firewall_is_asked_only_when_something_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    there: dict[str, list[dict[str, Any]]] = {"networkpolicies": [policy()], "pods": [DATA]}
    given: list[str] = []

    def nft(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        given.append(options["input"])
        return subprocess.CompletedProcess(command, 1 if "10.244.1.66" in options["input"] else 0, "", "no such thing")

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"items": there[request.url.path.rpartition("/")[2]]})

    monkeypatch.setattr(policies.subprocess, "run", nft)
    enforcing = policies.Enforcing()
    with httpx.Client(base_url="https://x", transport=httpx.MockTransport(answer)) as client:
        enforcing.look(client)
        enforcing.look(client)
        assert len(given) == 1
        there["pods"] = [pod("data", "10.244.1.66")]
        for _ in range(2):  # what was refused is tried again
            with pytest.raises(policies.FirewallError, match="no such thing"):
                enforcing.look(client)
    assert len(given) == 3
