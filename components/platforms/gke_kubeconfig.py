"""The kubeconfig of a GKE cluster: holds no credential, as a plug-in fetches a short-lived one each time. Pure."""

import json

_PLUGIN = "gke-gcloud-auth-plugin"
_HINT = "gcloud components install gke-gcloud-auth-plugin, or the package google-cloud-cli-gke-gcloud-auth-plugin"


def address(
    endpoint: str | None, authority: str | None, public_name: str | None, *, private: bool
) -> tuple[str, str | None]:
    """Host and authority of an API server; by its DNS name where its address is private and the name is not.

    Args:
        endpoint: its address.
        authority: of the certificate under that, PEM in base64.
        public_name: its DNS name, if that takes requests from outside.
        private: whether the address takes none.
    """
    if public_name and (private or not endpoint):
        return public_name, None
    return endpoint or "", authority


def kubeconfig(name: str, endpoint: str, authority: str | None) -> str:
    """A kubeconfig with one context, as JSON, which is YAML too.

    Args:
        name: of the context.
        endpoint: host of the API server, with a port if it is not 443.
        authority: PEM in base64; None where a public authority signs (DNS endpoints).
    """
    cluster = {"server": f"https://{endpoint}"}
    if authority is not None:
        cluster["certificate-authority-data"] = authority
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": _PLUGIN,
        # The login of Google's provider, where the plug-in alone would take gcloud's, which may be another one
        # (kubernetes/cloud-provider-gcp, cmd/gke-gcloud-auth-plugin).
        "args": ["--use_application_default_credentials=true"],
        "provideClusterInfo": True,
        "interactiveMode": "Never",
        "installHint": _HINT,
    }
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [{"name": name, "cluster": cluster}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "users": [{"name": name, "user": {"exec": plugin}}],
    }
    return json.dumps(document)
