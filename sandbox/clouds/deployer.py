"""Tokens of the deployer for the sandbox's cluster: a service account's, short-lived, and void when asked for."""

from sandbox.clouds.cluster_api import ClusterApi

NAME, NAMESPACE = "simulated-deployer", "kube-system"
_PATH = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts"
_LIFE = 900
"""Seconds: what EKS gives (aws/aws-cli awscli/customizations/eks/get_token.py, 14 minutes), and within what an API
server gives, which is ten minutes at least."""


def token(api: ClusterApi) -> tuple[str, str]:
    """A token, and when it ends, in RFC 3339.

    Raises:
        SandboxError: the cluster does not give one.
    """
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": _LIFE}}
    status = api.create(f"{_PATH}/{NAME}/token", request)["status"]
    return status["token"], status["expirationTimestamp"]


def expire(api: ClusterApi) -> None:
    """Make all tokens void: they are bound to the account, which is made anew.

    For ten seconds the API server may still take one that it has taken before (TokenSuccessCacheTTL in
    pkg/kubeapiserver/options/authentication.go).

    Raises:
        SandboxError: the cluster refuses.
    """
    api.delete(f"{_PATH}/{NAME}")
    api.create(_PATH, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": NAME}})
