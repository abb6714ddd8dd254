"""Who may pull from and push to Amazon ECR, by what stands in the simulated AWS.

Texts: those that users posted of ECR's answers, and docs.aws.amazon.com AmazonECR/latest/userguide/common-errors.
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from sandbox.clouds.access import Action, Login, Refusal, Scene, store_of
from sandbox.clouds.accounts import ACCOUNT, DEPLOYER_AWS
from sandbox.clouds.aws.nodes import node_role
from sandbox.clouds.aws.place import Place, registry_of
from sandbox.clouds.aws.policies import (
    Statement,
    allowed,
    for_principal,
    identity_statements,
    repository_statements,
    role_by_arn,
)
from sandbox.clouds.aws.type_tokens import REPOSITORY
from sandbox.clouds.tokens import Claims, Tokens
from sandbox.clouds.world import Thing

TOKEN_KIND = "ecr"  # noqa: S105 - a kind of token
LIFE = 12 * 3600.0
"""Seconds that a token of ECR is good for."""
_USER = "AWS"
_EVERYTHING: tuple[Statement, ...] = ({"Effect": "Allow", "Action": "*", "Resource": "*"},)
_ACTIONS: Mapping[Action, tuple[str, ...]] = {
    "pull": ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
    "push": (
        "ecr:BatchCheckLayerAvailability",
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
        "ecr:PutImage",
    ),
}
_SESSION = "i-0123456789abcdef0"
_ADMINISTRATOR = ":role/OrganizationAccountAccessRole"
"""AWS Organizations makes it in each account of an organization, with AdministratorAccess
(docs.aws.amazon.com organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role)."""


class AwsRules:
    """ECR's doors."""

    scheme: Literal["basic", "bearer"] = "basic"
    token_path = ""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def owns(self, host: str) -> bool:
        """Whether a host is an account's ECR in some region."""
        return registry_of(host) is not None

    def subject(self, scene: Scene, host: str, login: Login | None) -> str | Refusal:
        """The identity that a token was given to; a token is good for every account's registry."""
        _ = host
        if login is None:
            return Refusal(401, "", "Not Authorized")
        text = login.password
        # Read as if nothing ever ended, as ECR tells a token that is over from one that never was.
        claims = self._tokens.read(text, 0.0)
        if login.username != _USER or claims is None or (claims.cloud, claims.kind) != ("aws", TOKEN_KIND):
            return Refusal(400, "DENIED", "The security token included in the request is invalid.")
        if self._tokens.read(text, scene.now, given_after=scene.behaviour.given_after("aws")) is None:
            return Refusal(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.")
        return claims.subject

    def decide(self, scene: Scene, host: str, repository: str, subject: str, action: Action) -> Refusal | None:
        """A right is judged before existence, as IAM is asked before ECR."""
        place = registry_of(host)
        if place is None:
            return Refusal(404, "NAME_UNKNOWN", f"{host} is no registry of ECR")
        arn = place.arn("ecr", f"repository/{repository}")
        for each in _ACTIONS[action]:
            if (why := self._why_not(scene, place, repository, subject, each)) is not None:
                who = _session(subject)
                text = f"User: {who} is not authorized to perform: {each} on resource: {arn} because {why}"
                return Refusal(403, "DENIED", text)
        if _repository(scene, place, repository) is None:
            text = f"The repository with name '{repository}' does not exist in the registry with id '{place.account}'"
            return Refusal(404, "NAME_UNKNOWN", text)
        return None

    def store(self, scene: Scene, host: str, repository: str) -> str:
        """A repository's content goes with it."""
        place = registry_of(host)
        return "" if place is None else store_of(_repository(scene, place, repository))

    def node_login(self, scene: Scene, image: str) -> Login | None:
        """A token, if the role of the newest cluster's nodes may get one; else nothing, as ecr-credential-provider."""
        place, role = registry_of(image.partition("/")[0]), node_role(scene.content)
        if place is None or role is None:
            return None
        if not allowed(_of_identity(scene, role), "ecr:GetAuthorizationToken", "*"):
            return None
        return Login(_USER, ecr_token(self._tokens, role, scene.now))

    def posted(
        self, scene: Scene, host: str, path: str, form: Mapping[str, str]
    ) -> "Mapping[str, str] | Refusal | None":
        """ECR has no such pages."""
        _ = scene, host, path, form
        return None

    def _why_not(self, scene: Scene, place: Place, repository: str, subject: str, action: str) -> str | None:
        arn = place.arn("ecr", f"repository/{repository}")
        own = allowed(_of_identity(scene, subject), action, arn)
        there = repository_statements(scene.content, place.account, place.region, repository, _counts(scene))
        granted = allowed(for_principal(there, subject), action, arn)
        if own is False or granted is False:
            return f"an explicit deny in {'an identity' if own is False else 'a resource'}-based policy"
        is_same = subject.split(":")[4] == place.account
        if own is None and not (is_same and granted):
            return f"no identity-based policy allows the {action} action"
        if granted is None and not is_same:
            return f"no resource-based policy allows the {action} action"
        return None


def ecr_token(tokens: Tokens, subject: str, now: float) -> str:
    """What GetAuthorizationToken gives an identity."""
    return tokens.give(Claims(cloud="aws", kind=TOKEN_KIND, subject=subject, given=now, expires=now + LIFE))


def _of_identity(scene: Scene, subject: str) -> list[Statement]:
    is_administrator = subject.endswith(_ADMINISTRATOR) and role_by_arn(scene.content, subject) is not None
    if subject == DEPLOYER_AWS or is_administrator:
        return list(_EVERYTHING)
    return identity_statements(scene.content, subject, _counts(scene))


def _counts(scene: Scene) -> Callable[[Thing], bool]:
    return lambda right: scene.behaviour.grant_counts("aws", right.id, right.made, scene.now)


def _repository(scene: Scene, place: Place, repository: str) -> Thing | None:
    for each in scene.content.of(REPOSITORY):
        is_there = each.outputs.get("region") == place.region
        is_owned = str(each.outputs.get("registryId", ACCOUNT)) == place.account
        if each.inputs.get("name") == repository and is_there and is_owned:
            return each
    return None


def _session(subject: str) -> str:
    """As a node with a role is called in messages."""
    found = re.fullmatch(r"arn:(?P<partition>[^:]+):iam::(?P<account>\d+):role/(.*/)?(?P<name>[^/]+)", subject)
    if found is None:
        return subject
    return f"arn:{found['partition']}:sts::{found['account']}:assumed-role/{found['name']}/{_SESSION}"
