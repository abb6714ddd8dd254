"""How registries of other providers are reached and what they say: Docker Hub, GHCR, Quay, and a Harbor of one's own.

All four give tokens (distribution/distribution: docs/content/spec/auth/token.md). Their words and statuses are those
that users posted:

- Docker Hub: docs.docker.com/reference/api/registry/auth; a token without the right is refused by the registry itself
  (`denied: requested access to the resource is denied`, docker/build-push-action issue 853).
- GHCR: 401 at the token for nobody (openai/tunnel-client issue 75), 403 `denied: denied` for a wrong password
  (mcuadros/ofelia pull request 202), 403 `permission_denied: write_package` for an account without that right
  (Snowfork/snowbridge pull request 1272).
- Quay: `/v2/auth`; `unauthorized: access to the requested resource is not authorized` (operator-sdk issue 1337).
- Harbor: `/service/token` with the service `harbor-registry` (docker/build-push-action issue 923), `unauthorized:
  authentication required` for a wrong password (goharbor/harbor issue 3756), and `unauthorized to access repository`
  (goharbor/harbor issue 21373).
"""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.clouds.access import Action, Refusal

_UNAUTHORIZED, _FORBIDDEN = 401, 403


@dataclass(frozen=True)
class Product:
    """One of them."""

    name: str
    """Whose tokens they are."""
    host: str
    """How the names of its images begin; empty for a host of one's own, with or without a port."""
    token_path: str
    service: str
    """What its tokens are for."""
    wrong_login: Refusal
    denied: Callable[[str, Action], Refusal]
    """What it says to whoever may not do this in a repository, or where there is no such repository."""
    nobody: Refusal | None = None
    """What its token service says to whoever does not log in; None where there is a token that is for nothing."""
    token_host: str | None = None
    """Where its token service is, if elsewhere."""
    aliases: tuple[str, ...] = ()
    """Further hosts that serve it."""

    def is_of(self, registry: str) -> bool:
        """Whether a registry is of this kind: a host that is no other's is a Harbor."""
        return registry == self.host if self.host else registry not in {each.host for each in PRODUCTS}

    def hosts(self, registry: str) -> frozenset[str]:
        """All names by which a registry of this kind is asked; a token is asked for by that of its service."""
        return frozenset((registry, registry.partition(":")[0], self.service, *self.aliases))


def _unauthorized(message: str) -> Refusal:
    return Refusal(_UNAUTHORIZED, "UNAUTHORIZED", message)


def _denied(message: str) -> Refusal:
    return Refusal(_FORBIDDEN, "DENIED", message)


def _of_ghcr(_repository: str, action: Action) -> Refusal:
    return _denied(f"permission_denied: {'read' if action == 'pull' else 'write'}_package")


def _of_harbor(repository: str, action: Action) -> Refusal:
    said = f"unauthorized to access repository: {repository}, action: {action}"
    return _unauthorized(f"{said}: {said}")


PRODUCTS = (
    Product(
        name="docker-hub",
        host="docker.io",
        token_path="/token",  # noqa: S106 - a path
        service="registry.docker.io",
        wrong_login=_unauthorized("incorrect username or password"),
        denied=lambda _repository, _action: _unauthorized("authentication required"),
        token_host="auth.docker.io",  # noqa: S106 - a host
        aliases=("registry-1.docker.io", "index.docker.io", "auth.docker.io"),
    ),
    Product(
        name="ghcr",
        host="ghcr.io",
        token_path="/token",  # noqa: S106 - a path
        service="ghcr.io",
        wrong_login=_denied("denied"),
        denied=_of_ghcr,
        nobody=_unauthorized("authentication required"),
    ),
    Product(
        name="quay",
        host="quay.io",
        token_path="/v2/auth",  # noqa: S106 - a path
        service="quay.io",
        wrong_login=_unauthorized("Invalid Username or Password"),
        denied=lambda _repository, _action: _unauthorized("access to the requested resource is not authorized"),
    ),
    Product(
        name="harbor",
        host="",
        token_path="/service/token",  # noqa: S106 - a path
        service="harbor-registry",
        wrong_login=_unauthorized("authentication required"),
        denied=_of_harbor,
    ),
)
