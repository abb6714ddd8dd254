"""The kubeconfig of an EKS cluster, without a token: one is over after 15 minutes, and stays in the state. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class EksLogin:
    """How `aws eks get-token` logs in (awsdocs/amazon-eks-user-guide, create-kubeconfig)."""

    region: str
    role_arn: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


def kubeconfig(name: str, endpoint: str, authority: str, login: EksLogin) -> str:
    """One context, named as the cluster.

    Args:
        name: of the cluster.
        endpoint: URL of its API server.
        authority: its certificate, PEM in base64.
        login: whose token is asked for.
    """
    arguments = ["eks", "get-token", "--cluster-name", name, "--region", login.region, "--output", "json"]
    if login.role_arn is not None:
        arguments += ["--role-arn", login.role_arn]
    command = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": arguments,
        "env": [{"name": key, "value": value} for key, value in login.environment.items()],
        "interactiveMode": "IfAvailable",
        "provideClusterInfo": False,
        "installHint": "aws, 2.12.3 or newer, gives the token: https://docs.aws.amazon.com/cli/latest/userguide/",
    }
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "clusters": [{"name": name, "cluster": {"server": endpoint, "certificate-authority-data": authority}}],
        "users": [{"name": name, "user": {"exec": command}}],
    }
    return json.dumps(document)
