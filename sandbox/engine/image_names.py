"""Names of images: fully qualified ones, and the registry that they belong to.

Follows `getRegistryAddrFromImage` and `getRegistryAddrForAuth` of pulumi-docker's `provider/image.go`, and
the grammar of github.com/distribution/reference, which that uses.
"""

import re

from sandbox.engine.image_inputs import ImageError

DOCKER_HUB = "https://index.docker.io/v1/"
"""The name of Docker Hub in lists of logins."""

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_NAME = re.compile(
    rf"(?P<domain>{_DOMAIN})/(?P<path>{_PART}(?:/{_PART})*)"
    r"(?::(?P<tag>[\w][\w.-]{0,127}))?(?P<digest>@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?",
    re.ASCII,
)
_NOT_QUALIFIED = (
    '"{name}": {reason}.\nThis resource requires all image names to be fully qualified.\n'
    "For example, if you are attempting to push to Dockerhub, prefix your image name with `docker.io`:\n\n"
    "`docker.io/repository/image:tag`"
)


def repository(name: str) -> str:
    """A fully qualified name without its tag and digest."""
    match = _NAME.fullmatch(name)
    return f"{match['domain']}/{match['path']}" if match else name


def registry_of_name(name: str) -> str:
    """The registry in a fully qualified name.

    Raises:
        ImageError: the name is not fully qualified.
    """
    match = _NAME.fullmatch(name)
    reason = "repository name must be canonical"
    if match is None:
        lower = _NAME.fullmatch(name.lower())
        reason = "invalid reference format"
        if lower is not None and lower["path"] not in name:
            reason += ": repository name must be lowercase"
        elif lower is None and re.fullmatch(rf"{_PART}(?::[\w.-]+)?", name):
            reason = "repository name must be canonical"
    elif _is_canonical(match["domain"], match["path"]):
        return match["domain"]
    raise ImageError(_NOT_QUALIFIED.format(name=name, reason=reason))


def login_server(server: str, name: str) -> str:
    """The key of the registry in a list of logins; `server` is the program's `registry.server`, often empty.

    Raises:
        ImageError: no server was given, and the name is not fully qualified.
    """
    host = server.split("://", 1)[-1].split("/", 1)[0] if server else registry_of_name(name)
    return DOCKER_HUB if host in ("index.docker.io", "docker.io", "registry-1.docker.io") else host


def _is_canonical(domain: str, path: str) -> bool:
    """Whether writing the name in full leaves it as it is."""
    looks_like_a_host = "." in domain or ":" in domain or domain == "localhost" or domain != domain.lower()
    if not looks_like_a_host or domain == "index.docker.io":
        return False
    return domain != "docker.io" or "/" in path
