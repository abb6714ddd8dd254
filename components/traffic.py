"""How requests reach an app, and where it may connect to. Pure: arguments in, specs out."""

from collections.abc import Mapping, Sequence

from pulumi_kubernetes.core import v1
from pulumi_kubernetes.core.v1 import outputs as core_outputs
from pulumi_kubernetes.networking import v1 as networking
from pulumi_kubernetes.networking.v1 import outputs as networking_outputs

from components.pipeline_args import EgressArgs, IngressArgs, PipelineAppArgs, Texts
from components.pod import PORT_NAME

_DNS_PORT = 53
_METADATA = (("169.254.0.0/16", "168.63.129.16/32"), ("fd00:ec2::/32",))
"""Where clouds hand out a node's credentials and settings: AWS, Azure (also its WireServer), Google; over IPv6 AWS."""
_OWN_IDENTITY = ("169.254.170.23/32", "fd00:ec2::23/128")
"""Where EKS Pod Identity hands a pod its own credentials, for the token that it has (EKS user guide, pod-id-agent)."""
_CLASS = "kubernetes.io/ingress.class"
"""How an Ingress named its controller before Kubernetes 1.18. GKE's reads nothing else (docs.cloud.google.com,
kubernetes-engine/docs/concepts/ingress); the API server takes one of the two when an Ingress is made."""
_SKIP_AWAIT = {"pulumi.com/skipAwait": "true"}
_AWAIT_ADDRESS = {"pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress[0]}"}
"""The provider would wait for quiet endpoints too, ten seconds or more; the Deployment is waited for anyway."""

Status = core_outputs.ServiceStatus | networking_outputs.IngressStatus


def load_balancer(args: PipelineAppArgs) -> IngressArgs | None:
    """How the Service is reached from outside by itself, if it is."""
    ingress = args.get("ingress")
    return ingress if ingress is not None and ingress["class_name"] is None else None


def service_spec(args: PipelineAppArgs, selector: Mapping[str, str]) -> v1.ServiceSpecArgsDict:
    """The Service in front of an app's pods, reachable inside of the cluster or, as a load balancer, from outside."""
    port = args.get("service_port", 80)
    balanced = load_balancer(args)
    spec: v1.ServiceSpecArgsDict = {
        "type": "ClusterIP" if balanced is None else "LoadBalancer",
        "selector": selector,
        "ports": [{"name": PORT_NAME, "port": port, "target_port": PORT_NAME, "protocol": "TCP"}],
    }
    kind = None if balanced is None else balanced.get("load_balancer_class")
    if kind is not None:
        spec["load_balancer_class"] = kind
    return spec


def service_annotations(args: PipelineAppArgs) -> Texts:
    """Those of the Service."""
    balanced = load_balancer(args)
    return _SKIP_AWAIT if balanced is None else {**balanced.get("annotations", {}), **_awaited(balanced)}


def ingress_annotations(ingress: IngressArgs) -> Texts:
    """Those of the Ingress."""
    return {**ingress.get("annotations", {}), **_awaited(ingress)}


def ingress_spec(ingress: IngressArgs, service: str) -> networking.IngressSpecArgsDict:
    """The Ingress that gives a whole host to a Service, or every host if it has none of its own."""
    host, tls_secret, class_name = ingress.get("host"), ingress.get("tls_secret"), ingress["class_name"]
    rule: networking.IngressRuleArgsDict = {
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
    if host is not None:
        rule["host"] = host
    spec: networking.IngressSpecArgsDict = {"rules": [rule]}
    if class_name is not None and _CLASS not in ingress.get("annotations", {}):
        spec["ingress_class_name"] = class_name
    if tls_secret is not None:
        spec["tls"] = [{"secret_name": tls_secret} if host is None else {"hosts": [host], "secret_name": tls_secret}]
    return spec


def address(status: Status | None) -> str | None:
    """What the cluster wrote to a status, as it stands in a URL: a name, or an address; None if it did not yet."""
    written = (status.load_balancer.ingress if status is not None and status.load_balancer is not None else None) or ()
    found = next((each.hostname or each.ip for each in written), None)
    return f"[{found}]" if found is not None and ":" in found else found


def network_policy_spec(args: PipelineAppArgs, selector: Mapping[str, str]) -> networking.NetworkPolicySpecArgsDict:
    """What may connect to an app, and what it may connect to.

    In: its one port, from anywhere, and nothing where it has none. Probes come from the node, and an ingress controller
    or load balancer may stand outside of the cluster, so no narrower source is right on every cluster. Out: DNS, and
    either the destinations in `egress`, or everything but the metadata services from which a pod that was taken over
    would get the node's credentials.
    """
    return {
        "pod_selector": {"match_labels": selector},
        "policy_types": ["Ingress", "Egress"],
        "ingress": [{"ports": [{"port": args["port"], "protocol": "TCP"}]}] if "port" in args else [],
        "egress": egress_rules(args.get("egress")),
    }


def egress_rules(egress: Sequence[EgressArgs] | None) -> list[networking.NetworkPolicyEgressRuleArgsDict]:
    """Where pods may connect to: DNS, and these destinations; None for anywhere but the metadata services."""
    return [_dns(), *_destinations(egress)]


def _awaited(ingress: IngressArgs) -> Mapping[str, str]:
    return _AWAIT_ADDRESS if ingress.get("await_address", True) else _SKIP_AWAIT


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
