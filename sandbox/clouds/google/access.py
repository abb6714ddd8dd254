"""Who may pull from and push to Artifact Registry, by what stands in the simulated cloud."""

from collections.abc import Mapping
from typing import Literal

from sandbox.clouds.access import Action, Login, Refusal, Scene, store_of
from sandbox.clouds.accounts import DEPLOYER_GOOGLE, PROJECT
from sandbox.clouds.google.apis import is_on, off_text
from sandbox.clouds.google.identities import ARTIFACT_READERS, ARTIFACT_WRITERS, account_of, exists
from sandbox.clouds.google.image_names import Home, denied, home, is_google
from sandbox.clouds.google.nodes import DEFAULT_SCOPES, pools_of
from sandbox.clouds.google.type_tokens import CLUSTER, PROJECT_MEMBER, REPOSITORY, REPOSITORY_MEMBER
from sandbox.clouds.tokens import Claims, Tokens
from sandbox.clouds.world import Content, Thing

NOBODY = "anonymous"

_HOUR = 3600.0
_USER = "oauth2accesstoken"
_NARROW = "no-storage-scope"
"""Of a token of nodes whose scopes do not let them read registries."""
_PULL_SCOPES = frozenset(
    f"https://www.googleapis.com/auth/{each}"
    for each in ("cloud-platform", "devstorage.full_control", "devstorage.read_only", "devstorage.read_write")
)
_PERMISSIONS: Mapping[Action, str] = {"pull": "downloadArtifacts", "push": "uploadArtifacts"}
_ROLES = {
    "pull": ARTIFACT_READERS | {"roles/editor", "roles/owner", "roles/viewer"},
    "push": ARTIFACT_WRITERS | {"roles/editor", "roles/owner"},
}
_NAMELESS = "Missing image name. Pushes should be of the form docker push HOST-NAME/PROJECT-ID/REPOSITORY/IMAGE"
_EVERYBODY = ("allUsers", "allAuthenticatedUsers")


class GoogleRules:
    """Artifact Registry's doors."""

    scheme: Literal["basic", "bearer"] = "bearer"
    token_path = "/v2/token"  # noqa: S105 - a path

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def owns(self, host: str) -> bool:
        """Whether a host is `LOCATION-docker.pkg.dev`, or one of Container Registry's."""
        return is_google(host)

    def subject(self, scene: Scene, host: str, login: Login | None) -> str | Refusal:
        """The service account or person that an access token is of."""
        _ = host
        if login is None:
            return NOBODY
        claims = self._tokens.read(login.password, scene.now, given_after=scene.behaviour.given_after("google"))
        if login.username != _USER or claims is None or (claims.cloud, claims.kind) != ("google", "access"):
            return Refusal(401, "UNAUTHORIZED", "authentication failed")
        if claims.detail == _NARROW:
            return Refusal(403, "DENIED", "Request had insufficient authentication scopes.")
        return claims.subject

    def decide(self, scene: Scene, host: str, repository: str, subject: str, action: Action) -> Refusal | None:
        """By the roles that repository and project give; a repository that is not there is no secret to be told."""
        where = home(host, repository)
        if where is None:
            message = (
                "Missing image name. Pushes should be of the form docker push HOST-NAME/PROJECT-ID/REPOSITORY/IMAGE"
            )
            return Refusal(400, "NAME_INVALID", message)
        if not is_on(scene.content, where.project, "artifactregistry"):
            return Refusal(403, "DENIED", off_text(where.project, "artifactregistry"))
        thing = scene.content.find(REPOSITORY, where.resource)
        if thing is None or not _serves(thing, action) or not _may(scene, where, subject, action):
            return Refusal(403, "DENIED", _denied(where, subject, action))
        return None

    def store(self, scene: Scene, host: str, repository: str) -> str:
        """A repository's content goes with it."""
        where = home(host, repository)
        return "" if where is None else store_of(scene.content.find(REPOSITORY, where.resource))

    def node_login(self, scene: Scene, image: str) -> Login | None:
        """A token of the newest cluster's nodes, as their metadata server gives it."""
        newest = next(reversed(scene.content.of(CLUSTER)), None)
        if newest is None or not is_google(image.partition("/")[0]):
            return None
        email, scopes = _nodes(scene.content, newest)
        if not exists(scene.content, email):
            return None
        detail = _NARROW if _PULL_SCOPES.isdisjoint(scopes) else ""
        claims = Claims("google", "access", email, scene.now, scene.now + _HOUR, detail)
        return Login(_USER, self._tokens.give(claims))

    def posted(
        self, scene: Scene, host: str, path: str, form: Mapping[str, str]
    ) -> "Mapping[str, str] | Refusal | None":
        """Nothing is posted beside the registry's API."""
        _ = scene, host, path, form
        return None


def _nodes(content: Content, cluster: Thing) -> tuple[str, list[str]]:
    """E-mail address and scopes of the nodes of a cluster, of its newest pool."""
    project = str(cluster.outputs["project"])
    if cluster.inputs.get("enableAutopilot") is True:
        config = cluster.inputs.get("clusterAutoscaling", {}).get("autoProvisioningDefaults", {})
    else:
        pools = pools_of(content, cluster)
        config = pools[-1].outputs["nodeConfig"] if pools else cluster.inputs.get("nodeConfig", {})
    return account_of(config, project), config.get("oauthScopes", list(DEFAULT_SCOPES))


def _serves(repository: Thing, action: Action) -> bool:
    is_docker = repository.inputs.get("format") == "DOCKER"
    return is_docker and (action == "pull" or repository.outputs.get("mode") == "STANDARD_REPOSITORY")


def _may(scene: Scene, where: Home, subject: str, action: Action) -> bool:
    if subject == DEPLOYER_GOOGLE and where.project == PROJECT:
        return True  # its own project
    return any(
        grant.inputs["role"] in _ROLES[action]
        and _is_meant(grant.inputs["member"], subject)
        and scene.behaviour.grant_counts("google", grant.id, grant.made, scene.now)
        for grant in _grants(scene.content, where)
    )


def _grants(content: Content, where: Home) -> list[Thing]:
    on_repository = [each for each in content.of(REPOSITORY_MEMBER) if each.id.startswith(f"{where.resource}/")]
    on_project = [each for each in content.of(PROJECT_MEMBER) if each.id.startswith(f"{where.project}/")]
    return on_repository + on_project


def _is_meant(member: str, subject: str) -> bool:
    if member in _EVERYBODY:
        return member == "allUsers" or subject != NOBODY
    return member == f"serviceAccount:{subject}"


def _denied(where: Home, subject: str, action: Action) -> str:
    if subject != NOBODY:
        return denied(_PERMISSIONS[action], where.resource)
    return (
        "Unauthenticated request. Unauthenticated requests do not have permission "
        f'"artifactregistry.repositories.{_PERMISSIONS[action]}" on resource "{where.resource}" (or it may not exist)'
    )
