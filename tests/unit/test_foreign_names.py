"""What images may be called in registries of other providers."""

import pytest

from components.platforms.registry_names import name_problems
from components.stack_file import StackFile

STACK = StackFile("prod")


@pytest.mark.parametrize(
    ("host", "repository"),
    [
        ("docker.io", "acme/web"),
        ("ghcr.io", "acme/web"),
        ("ghcr.io", "acme/shop/web"),
        ("ghcr.io", "acme-inc_x/web"),
        ("quay.io", "acme/web"),
        ("registry.gitlab.com", "acme/shop/web"),
        ("harbor.example.com:8443", "acme/web"),
        ("europe-docker.pkg.dev", "my-project/images/web"),
        ("registry.example.com", "web"),
        ("acme.azurecr.io", "web"),
    ],
)
def test_names_that_a_registry_takes(host: str, repository: str) -> None:
    assert name_problems(host, repository, None, STACK) == []


@pytest.mark.parametrize(
    ("host", "repository", "username", "must", "offered"),
    [
        ("docker.io", "web", "acme", "a user or organization and one name", "acme/web"),
        ("docker.io", "acme/shop/web", "acme", "a user or organization and one name", "acme/shop-web"),
        ("docker.io", "library/web", None, "a user or organization and one name", "acme/web"),
        ("docker.io", "acme/w", None, "a user or organization and one name", "acme/web"),
        ("ghcr.io", "web", "Acme", "an account of GitHub in lower case", "acme/web"),
        ("ghcr.io", "a.b/web", None, "an account of GitHub in lower case", "acme/web"),
        ("ghcr.io", f"{'a' * 40}/web", None, "an account of GitHub in lower case", "acme/web"),
        ("quay.io", "web", "acme+pusher", "an organization or user and a name", "acme/web"),
        ("registry.gitlab.com", "web", None, "the path of a project", "acme/web"),
        ("demo.goharbor.io", "web", "robot$acme+push", "a project and a name", "acme/web"),
        ("europe-docker.pkg.dev", "my-project/web", "_json_key", "a project, a repository", "my-project/images/web"),
    ],
)
def test_names_that_it_refuses_are_named_with_one_that_it_takes(
    host: str, repository: str, username: str | None, must: str, offered: str
) -> None:
    (problem,) = name_problems(host, repository, username, STACK)
    assert problem.path == ("image", "repository")
    assert must in problem.message
    assert problem.commands == (f"pulumi config set --path image.repository {offered} -s prod",)
    assert name_problems(host, offered, username, STACK) == []


@pytest.mark.parametrize("host", ["index.docker.io", "registry-1.docker.io", "hub.docker.com"])
def test_docker_hub_is_called_docker_io(host: str) -> None:
    (problem,) = name_problems(host, "acme/web", None, STACK)
    assert problem.path == ("registry", "host")
    assert problem.commands == ("pulumi config set --path registry.host docker.io -s prod",)
