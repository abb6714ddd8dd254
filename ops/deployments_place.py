"""Where Pulumi Cloud is, and the token for it: from the environment, as pulumi takes them."""

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from ops.checks.project import Project
from ops.deployments_file import DeploymentsError
from ops.deployments_refusals import bad_token, in_clear, no_token, other_backend
from ops.deployments_service import Service
from pulls.registry.reference import is_loopback

_CLOUD = "https://api.pulumi.com"


def place(project: Project, environment: Mapping[str, str]) -> Service:
    """The service.

    Args:
        project: that may say where its state lies.
        environment: PULUMI_BACKEND_URL, which comes first, and PULUMI_ACCESS_TOKEN.

    Raises:
        DeploymentsError: the state lies elsewhere, or there is no token that can be sent.
    """
    url = _address(environment.get("PULUMI_BACKEND_URL") or project.backend or _CLOUD)
    token = environment.get("PULUMI_ACCESS_TOKEN", "").strip()
    if not token:
        raise DeploymentsError(no_token())
    if not token.isascii() or not token.isprintable() or " " in token:
        raise DeploymentsError(bad_token())
    return Service(url, token)


def _address(given: str) -> str:
    parts = urlsplit(given)
    host = parts.netloc.rpartition("@")[2]  # a login in it is nobody's business
    url = urlunsplit((parts.scheme, host, "", "", ""))
    if parts.scheme not in ("http", "https"):
        raise DeploymentsError(other_backend(url if host else given.partition("?")[0]))
    if parts.scheme == "http" and not is_loopback(host):
        raise DeploymentsError(in_clear(url))
    return url
