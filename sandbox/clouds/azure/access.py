"""Who may pull from and push to Azure container registries, by what stands in the simulated Azure."""

from collections.abc import Mapping
from typing import Literal

from sandbox.clouds.access import Action, Login, Refusal, Scene, store_of
from sandbox.clouds.accounts import TENANT
from sandbox.clouds.azure.rights import may
from sandbox.clouds.azure.type_tokens import CLUSTER, REGISTRY
from sandbox.clouds.tokens import Claims, Tokens
from sandbox.clouds.world import Content, Thing

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Also the user name that goes with a token."""
AUDIENCE = "https://containerregistry.azure.net"
_AUDIENCES = (AUDIENCE, "https://management.azure.com", "https://management.azure.com/")
"""Of Entra's tokens that a registry takes; those of Resource Manager unless that is turned off."""

_THREE_HOURS = 3 * 3600.0
_DOMAINS = (".azurecr.io", ".azurecr.cn", ".azurecr.us")
# Azure/acr issue 841; the same for what is not there, for what is refused, and for nobody.
_NO = Refusal(
    401, "UNAUTHORIZED", "authentication required, visit https://aka.ms/acr/authorization for more information."
)
_BAD_TOKEN = Refusal(401, "UNAUTHORIZED", "Invalid clientid or client secret.")


class AzureRules:
    """Azure container registries' doors."""

    scheme: Literal["basic", "bearer"] = "bearer"
    token_path = "/oauth2/token"  # noqa: S105 - a path

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def owns(self, host: str) -> bool:
        """Whether a host is `<name>.azurecr.io`, or its like in China and for the US government."""
        return host.endswith(_DOMAINS)

    def subject(self, scene: Scene, host: str, login: Login | None) -> str | Refusal:
        """The object id that a registry's own token is of; Entra's tokens are no passwords."""
        if login is None:
            return NOBODY
        claims = self._tokens.read(login.password, scene.now, given_after=scene.behaviour.given_after("azure"))
        # The form that asks with a token alone has no user name.
        if login.username not in (NOBODY, "") or claims is None:
            return _BAD_TOKEN
        if (claims.cloud, claims.kind, claims.detail) != ("azure", "refresh", host):
            return _BAD_TOKEN
        return claims.subject

    def decide(self, scene: Scene, host: str, repository: str, subject: str, action: Action) -> Refusal | None:
        """By the roles on the registry; whether it is there at all is nobody's business who may not enter."""
        registry = _registry(scene.content, host)
        if registry is None:
            return _NO
        if subject == NOBODY:
            is_open = action == "pull" and registry.inputs.get("anonymousPullEnabled") is True
            return None if is_open else _NO
        return None if may(scene, registry, subject, action, repository) else _NO

    def store(self, scene: Scene, host: str, repository: str) -> str:
        """A registry's content goes with it."""
        _ = repository
        return store_of(_registry(scene.content, host))

    def node_login(self, scene: Scene, image: str) -> Login | None:
        """The registry's token for the kubelet identity of the newest cluster.

        As acr-credential-provider gets it: a token of the node's identity, exchanged at the registry
        (kubernetes-sigs/cloud-provider-azure pkg/credentialprovider/azure_credentials.go). Where the registry gives
        none, the kubelet pulls as nobody.
        """
        host = image.partition("/")[0]
        newest = next(reversed(scene.content.of(CLUSTER)), None)
        kubelet = None if newest is None else _kubelet(newest)
        if kubelet is None or not self.owns(host):
            return None
        given = self._exchanged(scene, host, kubelet)
        return None if isinstance(given, Refusal) else Login(NOBODY, given)

    def posted(
        self, scene: Scene, host: str, path: str, form: Mapping[str, str]
    ) -> "Mapping[str, str] | Refusal | None":
        """`/oauth2/exchange`: a token of Entra for one of the registry (azure.github.io/acr/AAD-OAuth.html)."""
        if path != "/oauth2/exchange":
            return None
        since = scene.behaviour.given_after("azure")
        claims = self._tokens.read(form.get("access_token", ""), scene.now, given_after=since)
        is_of_entra = claims is not None and (claims.cloud, claims.kind) == ("azure", "access")
        if form.get("grant_type") != "access_token" or form.get("service") != host:
            return Refusal(400, "UNSUPPORTED", "grant_type and service must be access_token and this registry.")
        if claims is None or not is_of_entra or claims.detail not in _AUDIENCES or form.get("tenant") != TENANT:
            return _BAD_TOKEN
        given = self._exchanged(scene, host, claims.subject)
        return given if isinstance(given, Refusal) else {"refresh_token": given}

    def _exchanged(self, scene: Scene, host: str, subject: str) -> str | Refusal:
        registry = _registry(scene.content, host)
        if registry is None or not may(scene, registry, subject, "pull", None):
            return _NO
        return self._tokens.give(Claims("azure", "refresh", subject, scene.now, scene.now + _THREE_HOURS, host))


def _kubelet(cluster: Thing) -> str | None:
    """Object id of a cluster's kubelets; None for one that logs in as a service principal."""
    identity = cluster.outputs.get("identityProfile", {}).get("kubeletidentity")
    return None if identity is None else str(identity["objectId"])


def _registry(content: Content, host: str) -> Thing | None:
    return next((each for each in content.of(REGISTRY) if each.outputs["loginServer"] == host), None)
