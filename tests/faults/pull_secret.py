"""A pull secret that is there, in another namespace, which no kubelet looks into."""

from collections.abc import Generator
from contextlib import contextmanager

from pulls.cluster import connect_text
from tests.faults.guarded import App

_ELSEWHERE = "default"


@contextmanager
def secret_elsewhere(app: App, seed: str) -> Generator[str]:
    """Its name; with the right login for the sandbox's registry."""
    cluster = connect_text(app.project.state.kubeconfig.read_text(), "sandbox")
    name = f"login-{seed}"
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/dockerconfigjson",
        "metadata": {"name": name},
        "stringData": {".dockerconfigjson": app.logins()},
    }
    cluster.create("secrets", _ELSEWHERE, secret)
    try:
        yield name
    finally:
        cluster.delete("secrets", _ELSEWHERE, name)
