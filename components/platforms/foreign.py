"""A registry of another provider, from which a cloud's nodes pull with a login: Docker Hub, GHCR, Quay, Harbor.

The same login pushes from this machine and pulls on the nodes, where a Secret keeps it for as long as the app runs. So
a login that ends within hours is refused: it would work until the first new node.
"""

from collections.abc import Callable

import pulumi

from components.docker_login import Login, own_helper
from components.errors import InvalidValueError
from components.platforms.contract import PullGrant, PullKind, Registry, Target
from components.platforms.image_digest import digest_problems
from components.platforms.matching import registry_kind, registry_mismatch
from components.platforms.pull_secret import docker_config_json, login_key
from components.platforms.push_refusals import explain_pushes
from components.platforms.registry_answer import refuses_login
from components.platforms.registry_login import (
    RegistryUser,
    login_commands,
    logins_of_machine,
    registry_login,
    stack_login,
)
from components.platforms.registry_names import name_problems
from components.settings import Secrets
from components.settings_foreign import SHORT_LIVED, ForeignRegistry
from components.settings_models import ImageSettings
from components.stack_file import Problem, StackFile, StackFileError

_REGISTRY = ("registry",)
_HELPERS = {
    "ecr-login": SHORT_LIVED["AWS"],
    "gcloud": SHORT_LIVED["oauth2accesstoken"],
    "gcr": SHORT_LIVED["oauth2accesstoken"],
    "acr-env": SHORT_LIVED["00000000-0000-0000-0000-000000000000"],
}
"""Credential helpers that make a token at each call (awslabs/amazon-ecr-credential-helper, `gcloud auth
configure-docker`, GoogleCloudPlatform/docker-credential-gcr, chrismellard/docker-credential-acr-env)."""
_OF_A_JOB = "ghs_"
"""How tokens of GitHub apps begin, such as the one that a workflow's job has (github.blog, new token formats)."""


def check_foreign(
    registry: ForeignRegistry, image: ImageSettings, secrets: Secrets, stack: StackFile, target: Target
) -> Callable[[], tuple[Registry, PullGrant]]:
    """Look at a registry and its login, and ask the registry whether it takes that.

    Args:
        registry: of the stack file.
        image: that is pushed to it, or is there.
        secrets: of the stack file.
        stack: names it and the commands in errors.
        target: whose nodes pull.

    Returns:
        what gives the registry and the right to pull; it registers nothing, and lets images that are registered later
        explain a push that is refused.

    Raises:
        StackFileError: there is no login, or one that ends soon, or the registry does not take it or such a name. A
            registry that gives no answer here is no mistake of a stack file.
    """
    problems = _place_problems(registry, target, stack)
    problems += name_problems(registry.host, image.repository, registry.username, stack)
    problems += digest_problems(image, registry.host, stack)
    login = None
    try:
        login = lasting_login(registry, secrets, stack, target)
        if login is None:
            problems.append(_missing(registry, stack))
    except StackFileError as refusal:
        problems += refusal.problems
    # Now, as a push comes after the minutes that a new cluster takes.
    if not problems and login is not None and (reason := refuses_login(registry.host, login)) is not None:
        problems.append(_refused(registry, reason, stack))
    if problems or login is None:
        raise stack.refusal(problems)

    def give() -> tuple[Registry, PullGrant]:
        explain_pushes(registry, image.repository, login.username, stack)
        return _registry(registry.host, login), login_grant(registry.host, login)

    return give


def lasting_login(registry: RegistryUser, secrets: Secrets, stack: StackFile, target: Target) -> Login | None:
    """The login for a registry that a pull secret may hold; None if there is none anywhere.

    Raises:
        StackFileError: it ends soon, half of it is missing, or this machine's logins cannot be read.
    """
    asks_machine = registry.username is None and secrets.registry_password is None
    helper = _helper(registry, stack) if asks_machine else None
    if helper in _HELPERS:
        reason = f"the credential helper {helper} gives tokens of {_HELPERS[helper]}"
        raise _ends(reason, registry, stack, target)
    login = registry_login(registry, secrets, stack)
    if login is None:
        return None
    if login.username in SHORT_LIVED:
        reason = f"the docker login for {registry.host} is a token of {SHORT_LIVED[login.username]}"
        raise _ends(reason, registry, stack, target)
    if login.password.startswith(_OF_A_JOB):
        reason = f"the password for {registry.host} is a token of a GitHub app, which ends within the hour"
        raise _ends(reason, registry, stack, target)
    return login


def _missing(registry: RegistryUser, stack: StackFile) -> Problem:
    reason = f"there is no login for {registry.host}, neither in the stack file nor of docker on this machine"
    return Problem(_REGISTRY, reason, login_commands(registry, stack))


def _refused(registry: RegistryUser, reason: str, stack: StackFile) -> Problem:
    if registry.username is None:
        return Problem(_REGISTRY, reason, login_commands(registry, stack))
    return Problem(("registryPassword",), reason, (stack.set_secret(("registryPassword",)),))


def _helper(registry: RegistryUser, stack: StackFile) -> str | None:
    try:
        return own_helper(login_key(registry.host), logins_of_machine())
    except InvalidValueError as error:
        raise stack.refusal([Problem(_REGISTRY, str(error), login_commands(registry, stack))]) from error


def _ends(what: str, registry: RegistryUser, stack: StackFile, target: Target) -> StackFileError:
    reason = f"{what}: pulls would fail with the first new node after that; a pull secret needs a login that lasts"
    kind = registry_kind(registry.host)
    if kind is target:
        own = stack.set(("registry", "mode"), "existing")
        return stack.refusal([Problem(_REGISTRY, reason, (f"{own}  # nodes of {target} pull as themselves there",))])
    if kind is Target.EKS:
        reason += "; ECR has none: nodes of the target eks only can pull from it, as themselves"
        host = stack.set(("registry", "host"), "<host>")
        return stack.refusal([Problem(_REGISTRY, reason, (f"{host}  # another registry",))])
    lasting = {
        Target.AKS: "az acr token create -r {} -n <user> --scope-map _repositories_push  # a login that lasts",
        Target.GKE: "gcloud iam service-accounts keys create key.json --iam-account <account>  # for user _json_key",
    }
    first = (lasting[kind].format(registry.host.partition(".")[0]),) if kind is not None and kind in lasting else ()
    return stack.refusal([Problem(_REGISTRY, reason, (*first, stack_login(registry, stack)))])


def _place_problems(registry: ForeignRegistry, target: Target, stack: StackFile) -> list[Problem]:
    # Whose it is decides nothing beyond that: with a login, any node may pull from any cloud's.
    reason = registry_mismatch(target, registry.host, login=True)
    return [] if reason is None else [Problem(_REGISTRY, reason, (stack.set(("registry", "host"), "ghcr.io"),))]


def _registry(host: str, login: Login) -> Registry:
    return Registry(server=host, prefix=host, username=login.username, password=pulumi.Output.secret(login.password))


def login_grant(host: str, login: Login) -> PullGrant:
    """The right to pull of whoever has a login, as a secret in the cluster."""
    return PullGrant(
        kind=PullKind.PULL_SECRET,
        identity=login.username,
        role="login",
        resource=host,
        pull_secret=pulumi.Output.secret(docker_config_json(host, login)),
    )
