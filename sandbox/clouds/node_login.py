"""The nodes' image credential provider: a kubelet runs it for images of the clouds' registries. Standard library only.

    python -I -S node_login.py PORT SECRET-FILE < CredentialProviderRequest > CredentialProviderResponse

It asks the simulated clouds' service on PORT of loopback who the nodes are, as the real ones ask their machine's
metadata service; SECRET-FILE has what opens it. Its answers are the real ones': kubernetes-sigs/cloud-provider-azure
pkg/credentialprovider, kubernetes/cloud-provider-aws cmd/ecr-credential-provider, kubernetes/cloud-provider-gcp
cmd/auth-provider-gcp.
"""

import http.client
import json
import sys
import urllib.parse
from pathlib import Path

API_VERSION = "credentialprovider.kubelet.k8s.io/v1"
_SECONDS = 10
_OK, _NO_CONTENT = 200, 204
_GOOGLE = (".pkg.dev", "gcr.io")


class NoLoginError(Exception):
    """The nodes have no identity that gets a login."""


def main() -> None:
    """Answer the kubelet's request.

    Raises:
        SystemExit: the cloud's own provider fails where the nodes get no login; the kubelet then pulls as nobody.
    """
    image = str(json.load(sys.stdin)["image"])
    try:
        auth = logins(image, asked(int(sys.argv[1]), Path(sys.argv[2]), image))
    except NoLoginError as no:
        sys.exit(f"Error running credential provider plugin: {no}")
    response = {
        "apiVersion": API_VERSION,
        "kind": "CredentialProviderResponse",
        "cacheKeyType": "Registry",
        "cacheDuration": "0s",  # so that a right that was taken away is missed at the next pull
        "auth": auth,
    }
    json.dump(response, sys.stdout)


def asked(port: int, secret: Path, image: str) -> dict[str, str] | None:
    """The login that the service gives the nodes for an image; None where nothing serves clouds.

    Raises:
        NoLoginError: it gives none; of Google the provider does not fail then.
    """
    # No proxy of the environment is read here: the service is on this machine.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        path = "/node-login?image=" + urllib.parse.quote(image, safe="")
        connection.request("GET", path, headers={"Authorization": f"Bearer {secret.read_text()}"})
        answer = connection.getresponse()
        if answer.status == _NO_CONTENT and not image.partition("/")[0].endswith(_GOOGLE):
            message = f"the nodes' identity gets no login for {image}"
            raise NoLoginError(message)
        return json.loads(answer.read()) if answer.status == _OK else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def logins(image: str, login: dict[str, str] | None) -> dict[str, dict[str, str]]:
    """The response's `auth`: image pattern → login. Without a login there is none for any."""
    host = image.partition("/")[0]
    if login is None:
        return {}
    auth = {host: {"username": login["username"], "password": login["password"]}}
    if ".azurecr." in host:
        # For registries that anybody may read. The kubelet tries it after a login that was refused, and tells both.
        auth["*.azurecr.*"] = {"username": "", "password": ""}
    return auth


if __name__ == "__main__":
    main()
