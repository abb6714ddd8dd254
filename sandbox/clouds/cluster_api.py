"""The sandbox's API server, as the simulated clouds speak to it: as an administrator of its own name."""

import ssl
from typing import Any, cast

import httpx

from sandbox.certificates import Authority
from sandbox.errors import SandboxError

_SECONDS = 10.0
_NOT_FOUND = 404
_FAILED = 400


class ClusterApi:
    """Requests to it.

    Raises, from each: SandboxError where it does not answer or refuses.
    """

    def __init__(self, url: str, authority: Authority) -> None:
        certificate, key = authority.issue("clouds", "sandbox-clouds", organization="system:masters")
        context = ssl.create_default_context(cafile=str(authority.certificate_file))
        context.load_cert_chain(certificate, key)
        # trust_env: a shell of the clouds sets a proxy, which is not for the cluster.
        self._client = httpx.Client(base_url=url, verify=context, trust_env=False, timeout=_SECONDS)

    def items(self, path: str) -> list[dict[str, Any]]:
        """The objects of a list."""
        return cast("list[dict[str, Any]]", self._ask("GET", path)["items"])

    def create(self, path: str, body: object) -> dict[str, Any]:
        """Create an object, or ask by one."""
        return self._ask("POST", path, json=body)

    def merge(self, path: str, body: object) -> None:
        """Change fields of an object; one that is gone is left alone."""
        self._ask("PATCH", path, json=body, headers={"Content-Type": "application/merge-patch+json"})

    def delete(self, path: str) -> None:
        """Remove an object; one that is gone is fine."""
        self._ask("DELETE", path)

    def close(self) -> None:
        """End its connections."""
        self._client.close()

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, **more)
        except httpx.HTTPError as error:
            message = f"the sandbox's cluster does not answer {method} {path}: {error}"
            raise SandboxError(message) from error
        if answer.status_code == _NOT_FOUND and method != "POST":
            return {"items": []}
        if answer.status_code >= _FAILED:
            message = f"the sandbox's cluster refuses {method} {path}: {answer.status_code} {answer.text[:200]}"
            raise SandboxError(message)
        return cast("dict[str, Any]", answer.json())
