"""What a cluster has that an app needs: ingress classes, and nodes of some platform. Asked with the context's login.

By the standard library, as loading a Kubernetes client takes half a second of each preview. A context that needs a
program to log in, or whose user may not see these things, has no facts; nothing is refused for that.
"""

import base64
import http.client
import json
import ssl
import tempfile
import time
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from components.kubeconfig import Context

_OK = 200
_CHUNK = 1 << 16
_MANY = 500
"""Nodes of one answer; a cluster that has more says so, and may have other platforms among the rest."""

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What the cluster said; None where it did not."""

    ingress_classes: tuple[str, ...] | None = None
    node_platforms: tuple[str, ...] | None = None
    """Of the nodes that are ready, as `os/arch`, each once."""


def read_facts(context: Context, seconds: float) -> Facts:
    """Ask an API server for its ingress classes and nodes.

    Args:
        context: whose API server, and with which login.
        seconds: for both answers together.
    """
    if context.proxied:
        return Facts()
    try:
        cluster, user = _parts(context.text)
        headers = _login(user)
        if headers is None:
            return Facts()
        return _ask(cluster, headers, _trust(cluster, user), time.monotonic() + seconds)
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, AttributeError):
        # Silence is the business of the question that goes before this one; the push and the rollout say the rest.
        return Facts()


def ready_platforms(nodes: Json) -> tuple[str, ...] | None:
    """The platforms of a NodeList's ready nodes; None when there is none, or when it is not the whole list."""
    if nodes.get("metadata", {}).get("continue"):
        return None
    found = {_platform(each) for each in _items(nodes) if _is_ready(each)}
    return tuple(sorted(found)) or None


def _ask(cluster: Json, headers: Mapping[str, str], trust: ssl.SSLContext, deadline: float) -> Facts:
    url = urllib.parse.urlsplit(str(cluster["server"]))
    host, seconds = url.hostname or "", max(deadline - time.monotonic(), 0.1)
    if url.scheme == "http":
        connection = http.client.HTTPConnection(host, url.port or 80, timeout=seconds)
    else:
        connection = _TlsConnection(host, url.port or 443, seconds, trust, cluster.get("tls-server-name"))
    prefix = url.path.rstrip("/")
    try:
        classes = _get(connection, f"{prefix}/apis/networking.k8s.io/v1/ingressclasses", headers, deadline)
        nodes = _get(connection, f"{prefix}/api/v1/nodes?limit={_MANY}", headers, deadline)
    finally:
        connection.close()
    names = None if classes is None else tuple(sorted(str(each["metadata"]["name"]) for each in _items(classes)))
    return Facts(names, None if nodes is None else ready_platforms(nodes))


def _get(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str], deadline: float) -> Json | None:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = bytearray()
    while chunk := answer.read(_CHUNK):
        body += chunk
        if time.monotonic() > deadline:
            raise TimeoutError
    return json.loads(body) if answer.status == _OK else None


class _TlsConnection(http.client.HTTPSConnection):
    """One that may expect another name in the certificate than the one that it connects to."""

    def __init__(self, host: str, port: int, seconds: float, trust: ssl.SSLContext, name: object) -> None:
        super().__init__(host, port, timeout=seconds, context=trust)
        self._trust = trust
        self._name = str(name) if name else host

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        self.sock = self._trust.wrap_socket(self.sock, server_hostname=self._name)


def _parts(kubeconfig: str) -> tuple[Json, Json]:
    document = yaml.safe_load(kubeconfig)
    users = document["users"]
    return document["clusters"][0]["cluster"], users[0]["user"] or {} if users else {}


def _login(user: Json) -> dict[str, str] | None:
    """The headers that log a user in; None when it takes more than the kubeconfig."""
    headers = {"Accept": "application/json"}
    if user.get("exec") or user.get("auth-provider") or user.get("as") or user.get("username"):
        return None
    token = user.get("token") or (Path(user["tokenFile"]).read_text().strip() if user.get("tokenFile") else None)
    return headers if token is None else headers | {"Authorization": f"Bearer {token}"}


def _trust(cluster: Json, user: Json) -> ssl.SSLContext:
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if cluster.get("insecure-skip-tls-verify"):
        trust.check_hostname = False
        trust.verify_mode = ssl.CERT_NONE
    elif "certificate-authority-data" in cluster:
        trust.load_verify_locations(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
    else:
        trust.load_default_certs()
    certificate, key = user.get("client-certificate-data"), user.get("client-key-data")
    if certificate and key:
        _load_key(trust, base64.b64decode(certificate), base64.b64decode(key))
    return trust


def _load_key(trust: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    # OpenSSL takes a file only; the folder is the user's alone, and is gone a moment later.
    with tempfile.TemporaryDirectory() as folder:
        pair = Path(folder) / "pair.pem"
        pair.write_bytes(certificate + b"\n" + key)
        trust.load_cert_chain(pair, password="")  # without one, OpenSSL would ask at the terminal


def _items(listed: Json) -> Iterable[Json]:
    return cast("Iterable[Json]", listed.get("items") or ())


def _platform(node: Json) -> str:
    info = node["status"]["nodeInfo"]
    return f"{info['operatingSystem']}/{info['architecture']}"


def _is_ready(node: Json) -> bool:
    conditions = node.get("status", {}).get("conditions") or ()
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
