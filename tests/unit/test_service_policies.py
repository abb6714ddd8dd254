"""The evaluator of NetworkPolicies that other tests ask."""

from typing import Any

from tests.unit.service_policies import Pod, may_connect

ONE, OTHER = Pod("a", {"app": "one"}), Pod("a", {"app": "other"})


def policy(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"namespace": "a"}, "spec": {"podSelector": {"matchLabels": {"app": "one"}}, **spec}}


def test_without_a_policy_everybody_connects_to_everybody() -> None:
    assert may_connect([], OTHER, ONE, 80)


def test_a_pod_with_a_policy_takes_only_what_one_of_its_rules_lets_in() -> None:
    closed = policy(policyTypes=["Ingress"], ingress=[])
    assert not may_connect([closed], OTHER, ONE, 80)
    assert may_connect([closed], ONE, OTHER, 80)
    by_port = policy(policyTypes=["Ingress"], ingress=[{"ports": [{"port": 80, "protocol": "TCP"}]}])
    assert may_connect([closed, by_port], OTHER, ONE, 80)
    assert not may_connect([closed, by_port], OTHER, ONE, 81)


def test_a_peer_without_a_namespace_is_of_the_same_one() -> None:
    peer = {"podSelector": {"matchLabels": {"app": "other"}}}
    open_to = policy(policyTypes=["Ingress"], ingress=[{"from": [peer]}])
    assert may_connect([open_to], OTHER, ONE, 80)
    assert not may_connect([open_to], Pod("b", {"app": "other"}), ONE, 80)
