"""Which Ingresses and Services the simulated clouds' controllers would serve, and at which addresses.

Traefik is not part of it. In the sandbox it serves the class `traefik` alone
(`--providers.kubernetesingress.ingressclass`), neither other classes nor the annotation
`kubernetes.io/ingress.class: gce`, and it would write its own address into their status. So an address leads straight
to the Service behind it.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.clouds.clusters import at, newest
from sandbox.clouds.world import Content, Thing

_NETWORK, _HOSTS = "203.0.113", 254
"""TEST-NET-3 of RFC 5737: it leads nowhere outside."""
_ANNOTATION = "kubernetes.io/ingress.class"
_AUTO_MODE_CLASS = "eks.amazonaws.com/nlb"

Address = tuple[str, int]
Object = Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What the clouds would do."""

    statuses: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """Path of an object's status → `{"ip": …}` or `{"hostname": …}`, where it is not so yet."""
    names: dict[str, Address] = field(default_factory=dict[str, Address])
    """An address, or an Ingress's host name → what serves it."""


def plan(content: Content, ingresses: Sequence[Object], services: Sequence[Object]) -> Plan:
    """Give each Ingress and Service that a simulated cluster's controllers would serve its address.

    Args:
        content: of the clouds.
        ingresses: of the cluster.
        services: of the cluster, of every type.
    """
    made = Plan()
    behind = {_key(each): each for each in services}
    taken = {address["ip"] for each in ingresses for address in _addresses(each) if "ip" in address}
    for ingress in ingresses:
        cluster = _ingress_cluster(content, _class(ingress))
        if cluster is not None:
            address = _address(ingress, "ingresses", cluster, taken, made)
            backend = _backend(ingress, behind)
            if backend is not None:
                made.names.update(dict.fromkeys([address, *_hosts(ingress)], backend))
    for service in services:
        cluster = _service_cluster(content, service)
        if cluster is not None:
            address = _address(service, "services", cluster, taken, made)
            made.names[address] = at(service, "spec", "clusterIP"), service["spec"]["ports"][0]["port"]
    return made


def _ingress_cluster(content: Content, name: str) -> Thing | None:
    """The cluster whose controller serves a class, if it has that controller."""
    if name == "webapprouting.kubernetes.azure.com":
        cluster = newest(content, "azure")
        return cluster if at(_inputs(cluster), "ingressProfile", "webAppRouting", "enabled") else None
    if name == "gce":
        cluster = newest(content, "google")
        is_off = at(_inputs(cluster), "addonsConfig", "httpLoadBalancing", "disabled")
        return None if is_off else cluster
    if name == "alb":
        cluster = newest(content, "aws")
        return cluster if _has_auto_mode(cluster) else None
    return None


def _service_cluster(content: Content, service: Object) -> Thing | None:
    """The cluster whose controller serves a Service of type LoadBalancer.

    In EKS's Auto Mode that is only a Service of its class, and elsewhere one without a class
    (docs.aws.amazon.com/eks/latest/userguide/auto-configure-nlb.html).
    """
    if at(service, "spec", "type") != "LoadBalancer":
        return None
    kind = at(service, "spec", "loadBalancerClass")
    aws = newest(content, "aws")
    if aws is not None and kind == (_AUTO_MODE_CLASS if _has_auto_mode(aws) else None):
        return aws
    return None if kind else newest(content, "azure") or newest(content, "google")


def _has_auto_mode(cluster: Thing | None) -> bool:
    return bool(at(_inputs(cluster), "kubernetesNetworkConfig", "elasticLoadBalancing", "enabled"))


def _inputs(cluster: Thing | None) -> dict[str, Any]:
    return dict(cluster.inputs) if cluster is not None else {}


def _address(item: Object, kind: str, cluster: Thing, taken: set[str], made: Plan) -> str:
    """The address that it has, or gets."""
    wanted = _hostname(item, cluster) if cluster.token.startswith("aws:") else _ip(item, taken)
    if wanted not in _addresses(item):
        group = "/api/v1" if kind == "services" else "/apis/networking.k8s.io/v1"
        namespace, name = _key(item)
        made.statuses[f"{group}/namespaces/{namespace}/{kind}/{name}/status"] = wanted
    return next(iter(wanted.values()))


def _hostname(item: Object, cluster: Thing) -> dict[str, str]:
    namespace, name = _key(item)
    words = str(cluster.outputs.get("arn", "")).split(":")
    region = words[3] if len(words) > 3 else "us-east-1"  # noqa: PLR2004 - arn:partition:service:region:…
    return {"hostname": f"{name[:20].rstrip('-')}-{_hash(namespace, name):08x}.elb.{region}.amazonaws.com"}


def _ip(item: Object, taken: set[str]) -> dict[str, str]:
    present = next((each for each in _addresses(item) if each.get("ip", "").startswith(f"{_NETWORK}.")), None)
    if present is not None:
        return present
    first = _hash(*_key(item))
    free = (f"{_NETWORK}.{1 + (first + step) % _HOSTS}" for step in range(_HOSTS))
    ip = next((each for each in free if each not in taken), f"{_NETWORK}.{1 + first % _HOSTS}")
    taken.add(ip)
    return {"ip": ip}


def _hash(namespace: str, name: str) -> int:
    return zlib.crc32(f"{namespace}/{name}".encode())


def _addresses(item: Object) -> list[dict[str, str]]:
    """What stands in the status, without what else the API server puts beside an address."""
    found: Iterable[dict[str, str]] = at(item, "status", "loadBalancer", "ingress") or []
    return [{key: each[key] for key in ("ip", "hostname") if key in each} for each in found]


def _class(ingress: Object) -> str:
    annotations: dict[str, str] = at(ingress, "metadata", "annotations") or {}
    return annotations.get(_ANNOTATION) or at(ingress, "spec", "ingressClassName") or ""


def _hosts(ingress: Object) -> list[str]:
    return [rule["host"] for rule in _list(at(ingress, "spec", "rules")) if rule.get("host")]


def _backend(ingress: Object, behind: Mapping[tuple[str, str], Object]) -> Address | None:
    """The Service of the first path; None where the Service or its port is not there."""
    paths = [path for rule in _list(at(ingress, "spec", "rules")) for path in _list(at(rule, "http", "paths"))]
    chosen = at(paths[0], "backend", "service") if paths else at(ingress, "spec", "defaultBackend", "service")
    service = behind.get((_key(ingress)[0], at(chosen, "name") or ""))
    number, name = at(chosen, "port", "number"), at(chosen, "port", "name")
    for port in _list(at(service, "spec", "ports")):
        if port["port"] == number or (name and port.get("name") == name):
            return at(service, "spec", "clusterIP"), port["port"]
    return None


def _list(value: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    return value or []


def _key(item: Object) -> tuple[str, str]:
    return item["metadata"]["namespace"], item["metadata"]["name"]
