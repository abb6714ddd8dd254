"""Ingresses and what they stand on, as `kubectl get -o json` gives them; all is well unless something is changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pulls.edge.objects import Edge
from pulls.edge.symptoms import edge_symptoms
from pulls.kubelet.objects import Snapshot
from tests.unit.pull_objects import Json, condition, event, healthy, meta, moment, pod

HOST, ADDRESS = "shop.example.com", "192.0.2.7"
LABELS = {"app": "web"}
NOW = moment(300)
"""Everything was made long before, at 0."""


def certificate(*names: str, days: float = 30, begins: float = -1) -> str:
    """PEM text for these hosts; days from `NOW`."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder(x509.Name([]), x509.Name([]), key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=min(begins, days - 1)))
        .not_valid_after(NOW + timedelta(days=days))
    )
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
        builder = builder.add_extension(alternative, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def ingress(
    *,
    class_name: str | None = "traefik",
    address: str = ADDRESS,
    host: str = HOST,
    port: Json | None = None,
    created: float = 0,
    annotations: Json | None = None,
    **spec: Any,
) -> Json:
    backend = {"service": {"name": "web", "port": port or {"number": 80}}}
    rule = {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    head = meta("web", created=created, annotations=annotations or {})
    named = {"ingressClassName": class_name} if class_name else {}
    key = "ip" if address.replace(".", "").isdigit() else "hostname"
    status = {"loadBalancer": {"ingress": [{key: address}]} if address else {}}
    return {"kind": "Ingress", "metadata": head, "spec": {**named, "rules": [rule], **spec}, "status": status}


def service(called: str = "web", *, created: float = 0, selector: Json | None = LABELS, **spec: Any) -> Json:
    ports = [{"port": 80, "name": "http", "targetPort": "http"}]
    return {"metadata": meta(called, created=created), "spec": {"selector": selector, "ports": ports, **spec}}


def endpoints(called: str = "web", *, ready: bool | None = True, port: str = "http") -> Json:
    labels = {"kubernetes.io/service-name": called}
    one = {"addresses": ["10.0.0.1"], "conditions": {} if ready is None else {"ready": ready}}
    return {"metadata": meta(f"{called}-1", labels=labels), "ports": [{"name": port}], "endpoints": [one]}


def classes(*names: str) -> list[Json]:
    return [{"metadata": {"name": each}} for each in names]


def web_pod(*, ready: str = "True", since: float = 0, phase: str = "Running") -> Json:
    conditions = [condition("Ready", ready, "", at=since)]
    return pod(healthy(), labels=LABELS, conditions=conditions, phase=phase)


def edge(*ingresses: Json, **change: Any) -> Edge:
    """All is well with it."""
    well = Edge(
        ingresses=ingresses or [ingress()],
        classes=classes("alb", "traefik"),
        services=[service()],
        slices=[endpoints()],
        resolved={HOST: (ADDRESS,)},
        taken_at=NOW,
    )
    return replace(well, **change)


def told(found: Edge, pods: Sequence[Json] | None = None, events: Sequence[Json] = ()) -> list[tuple[str, str]]:
    """Kind and message of each symptom."""
    snapshot = Snapshot(pods=[web_pod()] if pods is None else pods, events=events)
    return [(each.kind, each.message) for each in edge_symptoms(found, snapshot)]


def controllers_word(text: str) -> Json:
    return {**event("SyncFailed", text, about=("Ingress", "web"), path=None), "type": "Warning"}
