"""Who may connect to the services, and where they may connect to. Pure: values in, specs out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_kubernetes.networking import v1 as networking

from components import naming
from components.services.service import Service
from components.traffic import egress_rules

_NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""Label that each namespace has (kubernetes.io, "Automatic labelling")."""


@dataclass(frozen=True)
class Clients:
    """The pods that the services are for."""

    namespace: pulumi.Input[str]
    labels: Mapping[str, str]
    others: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Labels of further pods there, by their name."""


def model_pull_name(service: Service) -> str:
    """Of the pods that have a model pulled, among all of the namespace."""
    return f"{service.name}-pull"


def service_policy_spec(service: Service, clients: Clients) -> networking.NetworkPolicySpecArgsDict:
    """The clients' pods, and nobody else: not their neighbours, and no other namespace. Probes come from the node."""
    peers: list[networking.NetworkPolicyPeerArgsDict] = [
        {
            "namespace_selector": {"match_labels": {_NAMESPACE_NAME: clients.namespace}},
            "pod_selector": {"match_labels": labels},
        }
        for labels in (clients.labels, *clients.others.values())
    ]
    if service.model is not None:
        peers.append({"pod_selector": {"match_labels": naming.selector(model_pull_name(service))}})
    return {
        "pod_selector": {"match_labels": naming.selector(service.name)},
        "policy_types": ["Ingress", "Egress"],
        "ingress": [{"from_": peers, "ports": _ports(service)}],
        "egress": egress_rules(None) if service.reaches_out else [],
    }


def model_pull_policy_spec(service: Service) -> networking.NetworkPolicySpecArgsDict:
    """The pods that have a model pulled connect to its server only; the server downloads."""
    to_server: networking.NetworkPolicyEgressRuleArgsDict = {
        "to": [{"pod_selector": {"match_labels": naming.selector(service.name)}}],
        "ports": _ports(service),
    }
    return {
        "pod_selector": {"match_labels": naming.selector(model_pull_name(service))},
        "policy_types": ["Ingress", "Egress"],
        "egress": [*egress_rules([]), to_server],
    }


def client_policy_spec(
    services: Sequence[Service], namespace: pulumi.Input[str], labels: Mapping[str, str]
) -> networking.NetworkPolicySpecArgsDict:
    """What pods that may connect to listed addresses only need beside them; policies of a pod add up."""
    return {
        "pod_selector": {"match_labels": labels},
        "policy_types": ["Egress"],
        "egress": [
            {
                "to": [
                    {
                        "namespace_selector": {"match_labels": {_NAMESPACE_NAME: namespace}},
                        "pod_selector": {"match_labels": naming.selector(each.name)},
                    }
                ],
                "ports": _ports(each),
            }
            for each in services
        ],
    }


def _ports(service: Service) -> list[networking.NetworkPolicyPortArgsDict]:
    return [{"port": port, "protocol": "TCP"} for port in service.ports.values()]
