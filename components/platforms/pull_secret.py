"""The text of a pull secret, `kubernetes.io/dockerconfigjson`: what a kubelet logs in to a registry with. Pure."""

import base64
import json

from components.docker_login import Login

DOCKER_HUB = "docker.io"
"""How an image reference names Docker Hub (distribution/reference, normalize.go)."""
_INDEX = "https://index.docker.io/v1/"
"""How lists of logins name it: docker's (moby/moby registry/config.go, IndexServer), and the kubelet's, whose entry for
images of docker.io is index.docker.io (kubernetes/kubernetes pkg/credentialprovider/keyring.go, defaultRegistryKey)."""


def login_key(host: str) -> str:
    """The key of a registry in a list of logins.

    Args:
        host: `host[:port]`, as it stands in an image reference.
    """
    return _INDEX if host == DOCKER_HUB else host


def docker_config_json(host: str, login: Login) -> str:
    """The text of a pull secret for one registry.

    Args:
        host: `host[:port]`, as it stands in an image reference.
        login: by which the kubelet pulls.
    """
    auth = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
    entry = {"username": login.username, "password": login.password, "auth": auth}
    return json.dumps({"auths": {login_key(host): entry}}, sort_keys=True)
