"""Which names registries outside of this stack's cloud take for an image, by their hosts. Pure.

A push under another name fails with `denied` or `not found`, which says nothing of the name.
"""

import re
from dataclasses import dataclass

from components.stack_file import Problem, StackFile

_IMAGE = ("image", "repository")
_HOST = ("registry", "host")
_HUB_HOSTS = ("index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com")
"""Hosts of Docker Hub by which nobody names an image."""


@dataclass(frozen=True)
class NameRule:
    """What the repositories of a registry are called."""

    host: str
    """Pattern of its host."""
    called: str
    name: str
    """Pattern of `image.repository`, which is a path of lower-case names already."""
    must: str


_RULES = (
    # docs.docker.com/docker-hub/repos/create: a namespace, and 2 to 255 characters of name; library is Docker's own.
    NameRule(
        r"docker\.io",
        "Docker Hub",
        r"(?!library/)[a-z0-9][a-z0-9_-]{1,254}/[^/]{2,255}",
        "a user or organization and one name of 2 characters or more, such as acme/web",
    ),
    # docs.github.com/packages: ghcr.io/NAMESPACE/IMAGE_NAME, where the namespace is an account.
    NameRule(
        r"ghcr\.io",
        "GitHub's registry",
        r"(?=[^/]{1,39}/)[a-z0-9]+([-_][a-z0-9]+)*/.+",
        "an account of GitHub in lower case and a name, such as acme/web",
    ),
    # docs.quay.io: quay.io/NAMESPACE/REPOSITORY.
    NameRule(r"quay\.io", "Quay", r"[^/]{2,255}/.+", "an organization or user and a name, such as acme/web"),
    # docs.gitlab.com/user/packages/container_registry: the path of the project, and names below it.
    NameRule(r"registry\.gitlab\.com", "GitLab's registry", r"[^/]+/.+", "the path of a project, such as acme/web"),
    # docs.cloud.google.com/artifact-registry/docs/docker/names: project, repository and image.
    NameRule(
        r"[-a-z0-9]+-docker\.pkg\.dev",
        "Artifact Registry",
        r"[a-z][^/]*/[^/]+/.+",
        "a project, a repository and a name, such as my-project/images/web",
    ),
    # goharbor.io/docs, working-with-projects: HARBOR/PROJECT/REPOSITORY.
    NameRule(r"([^.]+\.)*[^.]*harbor[^.]*\..+", "Harbor", r"[^/]+/.+", "a project and a name, such as acme/web"),
)


def name_problems(host: str, repository: str, username: str | None, stack: StackFile) -> list[Problem]:
    """Whether a registry takes images of this name.

    Args:
        host: of the registry, `host[:port]`.
        repository: path of the image in it.
        username: of the login; its own namespace is offered.
        stack: whose commands are offered.
    """
    if host in _HUB_HOSTS:
        return [Problem(_HOST, f"{host} is Docker Hub, which names of images call docker.io", (_use_hub(stack),))]
    rule = next((each for each in _RULES if re.fullmatch(each.host, re.sub(r":\d+$", "", host))), None)
    if rule is None or re.fullmatch(rule.name, repository):
        return []
    offered = stack.set(_IMAGE, _offered(rule, repository, username))
    return [Problem(_IMAGE, f"{repository!r} is no name for {rule.called}: it must be {rule.must}", (offered,))]


def _use_hub(stack: StackFile) -> str:
    return stack.set(_HOST, "docker.io")


def _offered(rule: NameRule, repository: str, username: str | None) -> str:
    # Robots: `acme+pusher` on Quay, `robot$acme+pusher` on Harbor.
    owner = (username or "").lower().removeprefix("robot$").partition("+")[0]
    first, _, rest = repository.partition("/")
    candidates = (f"{first}/{rest.replace('/', '-')}", f"{owner}/{repository}") if owner else ()
    return next((each for each in candidates if re.fullmatch(rule.name, each)), rule.must.rpartition(" ")[2])
