"""Reading the way from outside: lists of the cluster, certificates, and names by this machine's own resolver."""

import base64
import binascii
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from pulls.beside import beside
from pulls.cluster import Cluster, ClusterError
from pulls.edge.objects import Edge, secrets
from pulls.edge.of_host import names_to_ask
from pulls.kubelet.objects import Json, namespace, part, text

_NOT_FOUND = 404
_SECONDS = 2.0
"""For all names together: a resolver without an answer tries for much longer."""
_MOST = 10
"""Secrets, and names, that are asked for."""
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})

Resolve = Callable[[str], tuple[str, ...] | None]


def read_edge(cluster: Cluster, in_namespace: str) -> Edge:
    """The Ingresses of a namespace and what they stand on; what may not be read is part of the answer."""
    refused: dict[str, str] = {}
    ingresses = _listed(cluster, "ingresses", in_namespace, refused)
    if not ingresses:
        return Edge(refused=refused)
    lists = {
        kind: beside(partial(_listed, cluster, kind, place, refused))
        for kind, place in (("ingressclasses", ""), ("services", in_namespace), ("endpointslices", in_namespace))
    }
    found = {kind: each.result() for kind, each in lists.items()}
    return Edge(
        ingresses=ingresses,
        classes=found["ingressclasses"],
        services=found["services"],
        slices=found["endpointslices"],
        refused=refused,
        taken_at=datetime.now(UTC),
    )


def looked_into(cluster: Cluster, edge: Edge, resolve: Resolve | None = None) -> Edge:
    """The same, with the certificates and the names of its Ingresses, as far as they can be asked for."""
    refused = {**edge.refused}
    places = dict.fromkeys((namespace(each), called) for each in edge.ingresses for called, _ in secrets(each))
    names = dict.fromkeys(host for each in edge.ingresses for host in names_to_ask(each))
    resolving = {each: beside(partial(resolve or resolved, each)) for each in [*names][:_MOST]}
    reading = {each: beside(partial(_certificate, cluster, *each)) for each in [*places][:_MOST]}
    deadline = time.monotonic() + _SECONDS
    certificates: dict[tuple[str, str], str | None] = {}
    for place, each in reading.items():
        try:
            certificates[place] = each.result()
        except ClusterError as error:
            refused[f"secret {place[1]}"] = str(error)
    known: dict[str, tuple[str, ...]] = {}
    for host, each in resolving.items():
        try:
            found = each.result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            found = None
        if found is not None:
            known[host] = found
    return replace(edge, certificates=certificates, resolved=known, refused=refused)


def resolved(host: str) -> tuple[str, ...] | None:
    """The addresses of a name; none where it does not exist, None where DNS cannot be asked."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return () if error.errno in _NO_SUCH_NAME else None
    except (OSError, UnicodeError):  # UnicodeError: it can be no name
        return None
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


def _listed(cluster: Cluster, kind: str, in_namespace: str, refused: dict[str, str]) -> list[Json]:
    try:
        return cluster.list(kind, in_namespace)
    except ClusterError as error:
        refused[kind] = str(error)
        return []


def _certificate(cluster: Cluster, in_namespace: str, called: str) -> str | None:
    """`tls.crt` of a Secret; None where there is none, empty where it is no TLS secret. The key is not kept.

    Raises:
        ClusterError: it may not be read.
    """
    try:
        data = part(cluster.get("secrets", in_namespace, called), "data")
    except ClusterError as error:
        if error.status == _NOT_FOUND:
            return None
        raise
    if not text(data, "tls.key"):
        return ""
    try:
        return base64.b64decode(text(data, "tls.crt")).decode(errors="replace")
    except binascii.Error:
        return ""
