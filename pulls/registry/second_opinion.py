"""Asking the registry about a refused image with the login that the pod has."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from pulls.cluster import Cluster, ClusterError
from pulls.kubelet.node_classes import node_classes
from pulls.loaded import is_loaded
from pulls.registry.ask import Answer, Login, ask, login_of

_SECONDS = 1.0
"""For one step; twice that for all. A refused update must not wait long for a registry that says nothing."""


def second_opinion(cluster: Cluster, namespace: str, pod_spec: Mapping[str, Any], image: str) -> Answer | None:
    """What the registry says of an image, asked from here with the pod's own pull secrets, for the nodes it may go to.

    A pod that names none gets those of its service account when it is made.

    Returns:
        None when the image is no reference or in no registry, and when the pod's secrets may not be read: an answer to
        a stranger would only confuse.
    """
    if is_loaded(image):
        return None
    try:
        login = login_for(cluster, namespace, pod_spec, image)
        return ask(image, login=login, node_platforms=_platforms(cluster, pod_spec), timeout=_SECONDS)
    except (ClusterError, ValueError):  # no reference, or a secret that no kubelet could read either
        return None


def login_for(cluster: Cluster, namespace: str, pod_spec: Mapping[str, Any], image: str) -> Login | None:
    """The login that a pod's pull secrets, or those of its service account, have for an image.

    Raises:
        ClusterError: a secret may not be read.
    """
    names = _names(pod_spec) or _of_account(cluster, namespace, pod_spec)
    return _login(cluster, namespace, names, image)


def _names(holder: Mapping[str, Any]) -> list[str]:
    return [str(each["name"]) for each in holder.get("imagePullSecrets") or () if each.get("name")]


def _of_account(cluster: Cluster, namespace: str, pod_spec: Mapping[str, Any]) -> list[str]:
    try:
        return _names(cluster.get("serviceaccounts", namespace, pod_spec.get("serviceAccountName") or "default"))
    except ClusterError:  # whoever looks at an app need not be allowed to look at accounts
        return []


def _platforms(cluster: Cluster, pod_spec: Mapping[str, Any]) -> list[str]:
    try:
        nodes = cluster.list("nodes")
    except ClusterError:  # whoever looks at an app need not be allowed to look at nodes
        return []
    return sorted({each.platform for each in node_classes(nodes, pod_spec) if each.platform})


def _login(cluster: Cluster, namespace: str, names: Sequence[str], image: str) -> Login | None:
    for name in names:
        try:
            secret = cluster.get("secrets", namespace, name)
        except ClusterError as error:
            if error.status == _GONE:
                continue
            raise
        data: Mapping[str, str] = secret.get("data") or {}
        for key in (_OLD, ".dockerconfigjson"):
            text = base64.b64decode(data.get(key) or "").decode(errors="replace")
            login = login_of(text, image, old=key == _OLD)
            if login is not None:
                return login
    return None


_GONE = 404
_OLD = ".dockercfg"
"""Key of a secret of the type `kubernetes.io/dockercfg`, as the kubelet reads it (pkg/credentialprovider/secrets)."""
