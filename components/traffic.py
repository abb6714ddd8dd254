"""How requests reach an app, and where it may connect to. Pure: arguments in, specs out."""

from collections.abc import Mapping, Sequence

from pulumi_kubernetes.core import v1
from pulumi_kubernetes.networking import v1 as networking

from components.pipeline_args import EgressArgs, IngressArgs, PipelineAppArgs
from components.pod import PORT_NAME

_DNS_PORT = 53
_METADATA = (("169.254.0.0/16", "168.63.129.16/32"), ("fd00:ec2::/32",))
"""Where clouds hand out a node's credentials and settings: AWS, Azure (also its WireServer), Google; over IPv6 AWS."""
_OWN_IDENTITY = ("169.254.170.23/32", "fd00:ec2::23/128")
"""Where EKS Pod Identity hands a pod its own credentials, for the token that it has (EKS user guide, pod-id-agent)."""


def service_spec(args: PipelineAppArgs, selector: Mapping[str, str]) -> v1.ServiceSpecArgsDict:
    """The Service in front of an app's pods, reachable inside of the cluster."""
    port = args.get("service_port", 80)
    return {
        "type": "ClusterIP",
        "selector": selector,
        "ports": [{"name": PORT_NAME, "port": port, "target_port": PORT_NAME, "protocol": "TCP"}],
    }


def ingress_spec(ingress: IngressArgs, service: str) -> networking.IngressSpecArgsDict:
    """The Ingress that gives a whole host to a Service."""
    host, tls_secret = ingress["host"], ingress.get("tls_secret")
    spec: networking.IngressSpecArgsDict = {
        "ingress_class_name": ingress["class_name"],
        "rules": [
            {
                "host": host,
                "http": {
                    "paths": [
                        {
                            "path": "/",
                            "path_type": "Prefix",
                            "backend": {"service": {"name": service, "port": {"name": PORT_NAME}}},
                        }
                    ]
                },
            }
        ],
    }
    if tls_secret is not None:
        spec["tls"] = [{"hosts": [host], "secret_name": tls_secret}]
    return spec


def network_policy_spec(args: PipelineAppArgs, selector: Mapping[str, str]) -> networking.NetworkPolicySpecArgsDict:
    """What may connect to an app, and what it may connect to.

    In: its one port, from anywhere. Probes come from the node, and an ingress controller or load balancer may
    stand outside of the cluster, so no narrower source is right on every cluster. Out: DNS, and either the
    destinations in `egress`, or everything but the metadata services from which a pod that was taken over
    would get the node's credentials.
    """
    return {
        "pod_selector": {"match_labels": selector},
        "policy_types": ["Ingress", "Egress"],
        "ingress": [{"ports": [{"port": args["port"], "protocol": "TCP"}]}],
        "egress": [_dns(), *_destinations(args.get("egress"))],
    }


def _dns() -> networking.NetworkPolicyEgressRuleArgsDict:
    return {"ports": [{"port": _DNS_PORT, "protocol": protocol} for protocol in ("UDP", "TCP")]}


def _destinations(egress: Sequence[EgressArgs] | None) -> list[networking.NetworkPolicyEgressRuleArgsDict]:
    if egress is None:
        ipv4, ipv6 = _METADATA
        anywhere: list[networking.NetworkPolicyPeerArgsDict] = [
            {"ip_block": {"cidr": "0.0.0.0/0", "except_": [*ipv4]}},
            {"ip_block": {"cidr": "::/0", "except_": [*ipv6]}},
            *({"ip_block": {"cidr": each}} for each in _OWN_IDENTITY),
        ]
        return [{"to": anywhere}]
    return [_destination(each) for each in egress]


def _destination(egress: EgressArgs) -> networking.NetworkPolicyEgressRuleArgsDict:
    rule: networking.NetworkPolicyEgressRuleArgsDict = {"to": [{"ip_block": {"cidr": egress["cidr"]}}]}
    if "ports" in egress:
        rule["ports"] = [{"port": port, "protocol": "TCP"} for port in egress["ports"]]
    return rule
