"""Talking to a cluster's API server: plain JSON objects in and out, with the login of a kubeconfig."""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeGuard, cast

import yaml

from pulls.login_program import logged_errors, no_login

Object = dict[str, Any]
"""A Kubernetes object as `kubectl get --output json` shows it."""

_GROUPS = {
    "pods": "/api/v1",
    "events": "/api/v1",
    "nodes": "/api/v1",
    "secrets": "/api/v1",
    "namespaces": "/api/v1",
    "serviceaccounts": "/api/v1",
    "services": "/api/v1",
    "deployments": "/apis/apps/v1",
    "replicasets": "/apis/apps/v1",
    "statefulsets": "/apis/apps/v1",
    "daemonsets": "/apis/apps/v1",
    "jobs": "/apis/batch/v1",
    "cronjobs": "/apis/batch/v1",
    "storageclasses": "/apis/storage.k8s.io/v1",
    "ingresses": "/apis/networking.k8s.io/v1",
    "ingressclasses": "/apis/networking.k8s.io/v1",
    "endpointslices": "/apis/discovery.k8s.io/v1",
}
_CLUSTER_WIDE = ("nodes", "namespaces", "storageclasses", "ingressclasses")
_SECONDS = (3.0, 15.0)
"""To connect, and to answer."""


class ClusterError(Exception):
    """The cluster refused a request or did not answer; says what was asked and why not."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status
        """Of HTTP; 0 when there was no answer."""


class Cluster(Protocol):
    """What is asked of a cluster."""

    def get(self, kind: str, namespace: str, name: str) -> Object:
        """One object; `kind` in the plural, such as `pods`."""
        ...

    def list(self, kind: str, namespace: str = "", *, labels: str = "", fields: str = "") -> list[Object]:
        """Objects by label and field selectors; without a namespace, of all of them."""
        ...

    def create(self, kind: str, namespace: str, body: Object, *, dry_run: bool = False) -> Object:
        """Make an object; with `dry_run`, only ask whether it could be made."""
        ...

    def delete(self, kind: str, namespace: str, name: str) -> None:
        """Remove an object at once; one that is gone already is fine."""
        ...

    def logs(self, namespace: str, pod: str, container: str, *, lines: int, previous: bool) -> str:
        """The last lines that a container wrote; nothing where there are none."""
        ...


class ApiCluster:
    """A cluster through its API server."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def get(self, kind: str, namespace: str, name: str) -> Object:
        """See `Cluster`.

        Raises:
            ClusterError: refused, or no answer.
        """
        return self._object("GET", _path(kind, namespace, name))

    def list(self, kind: str, namespace: str = "", *, labels: str = "", fields: str = "") -> list[Object]:
        """See `Cluster`.

        Raises:
            ClusterError: refused, no answer, or one that is no list of objects.
        """
        path = _path(kind, namespace)
        found = self._object("GET", path, {"labelSelector": labels, "fieldSelector": fields}).get("items")
        if not _is_objects(found):  # nothing would be wrong in it
            message = f"what answers GET {path} is no API server: the answer is no Kubernetes list"
            raise ClusterError(message)
        return found

    def read(self, path: str) -> Object:
        """What the API server answers at a path, such as `/apis/apps/v1`.

        Raises:
            ClusterError: refused, or no answer.
        """
        return self._object("GET", path)

    def post(self, path: str, body: Object) -> Object:
        """What the API server answers to an object that is sent to a path, such as a review of rights.

        Raises:
            ClusterError: refused, or no answer.
        """
        return self._object("POST", path, body=body)

    def create(self, kind: str, namespace: str, body: Object, *, dry_run: bool = False) -> Object:
        """See `Cluster`.

        Raises:
            ClusterError: refused, or no answer.
        """
        query = {"dryRun": "All"} if dry_run else {}
        return self._object("POST", _path(kind, namespace), query, body)

    def delete(self, kind: str, namespace: str, name: str) -> None:
        """See `Cluster`.

        Raises:
            ClusterError: refused, or no answer.
        """
        options: Object = {"gracePeriodSeconds": 0, "propagationPolicy": "Background"}
        try:
            self._ask("DELETE", _path(kind, namespace, name), body=options)
        except ClusterError as error:
            if error.status != _GONE:
                raise

    def logs(self, namespace: str, pod: str, container: str, *, lines: int, previous: bool) -> str:
        """See `Cluster`."""
        query = {"container": container, "tailLines": str(lines), "previous": "true" if previous else ""}
        try:
            return self._ask("GET", f"{_path('pods', namespace, pod)}/log", query)
        except ClusterError:
            return ""

    def _object(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Object | None = None
    ) -> Object:
        text = self._ask(method, path, query, body)
        try:
            return dict(json.loads(text))
        except (ValueError, TypeError) as error:  # a proxy's or a login page
            message = f"what answers {method} {path} is no API server: {' '.join(text.split())[:100]}"
            raise ClusterError(message) from error

    def _ask(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Object | None = None) -> str:
        given = [(name, value) for name, value in (query or {}).items() if value]
        headers = {"Accept": "application/json, */*", "Content-Type": "application/json"}
        try:
            request = self._client.param_serialize(
                method, path, query_params=given, header_params=headers, body=body, auth_settings=["BearerToken"]
            )
            answer = self._client.call_api(*request[:4], _request_timeout=_SECONDS)
            text = (answer.read() or b"").decode(errors="replace")
        except Exception as error:  # the library's own, urllib3's, an exec plug-in's: all mean no answer
            message = f"the cluster does not answer {method} {path}: {_words(error)}"
            raise ClusterError(message) from error
        if answer.status >= _BAD:
            message = f"the cluster refuses {method} {path}: {_reason(text)}"
            raise ClusterError(message, answer.status)
        return text


_BAD, _GONE = 400, 404


def connect_text(kubeconfig: str, context: str | None = None) -> ApiCluster:
    """The cluster of a kubeconfig given as text, JSON or YAML.

    Raises:
        ClusterError: it is no kubeconfig, has no such context, or its login program gives no login.
    """
    try:
        document = yaml.safe_load(kubeconfig)
    except yaml.YAMLError as error:
        message = "the kubeconfig is neither JSON nor YAML"
        raise ClusterError(message) from error
    return _connect("new_client_from_config_dict", config_dict=document, context=context)


def connect(context: str | None = None, kubeconfig: Path | None = None) -> ApiCluster:
    """The cluster of a context in a kubeconfig file; without them, what kubectl would take.

    Raises:
        ClusterError: there is no kubeconfig, no such context, or its login program gives no login.
    """
    file = None if kubeconfig is None else str(kubeconfig)
    return _connect("new_client_from_config", config_file=file, context=context)


def _connect(function: str, **options: Any) -> ApiCluster:
    # Imported here: it takes half a second, which a run that asks no cluster need not wait for.
    config: Any = import_module("kubernetes.config")
    configuration: Any = import_module("kubernetes.client").Configuration()
    # Whoever asks decides how often: three tries of a silent server would be a minute.
    configuration.retries = False
    try:
        with logged_errors() as logged:
            client = getattr(config, function)(**options, client_configuration=configuration, persist_config=False)
    except Exception as error:  # its own exception, yaml's, or a KeyError of half a kubeconfig
        message = f"the kubeconfig cannot be used: {_words(error)}"
        raise ClusterError(message) from error
    if logged:
        raise ClusterError(no_login(logged[-1]))
    return ApiCluster(client)


def _path(kind: str, namespace: str, name: str = "") -> str:
    inside = f"/namespaces/{namespace}" if namespace and kind not in _CLUSTER_WIDE else ""
    return f"{_GROUPS[kind]}{inside}/{kind}{f'/{name}' if name else ''}"


def _is_objects(value: object) -> TypeGuard[list[Object]]:
    return isinstance(value, list) and all(isinstance(each, dict) for each in cast("list[object]", value))


def _reason(text: str) -> str:
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text.strip()[:300]


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
