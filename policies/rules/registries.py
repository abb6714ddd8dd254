"""Who may enter a registry without being anybody."""

from collections.abc import Iterator

from policies.rule import Resource, Stack
from policies.rules.documents import allowed, anybody
from policies.rules.retention import ACR
from policies.values import at, texts

GAR_MEMBERS = (
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
    "gcp:artifactregistry/repositoryIamBinding:RepositoryIamBinding",
)
ECR_POLICIES = ("aws:ecr/repositoryPolicy:RepositoryPolicy", "aws:ecr/registryPolicy:RegistryPolicy")
ECR_PUBLIC = "aws:ecrpublic/repository:Repository"
EVERYBODY = ("allUsers", "allAuthenticatedUsers")


def registry_anonymous(resource: Resource, _: Stack) -> Iterator[str]:
    """Registries from which anybody may pull."""
    if resource.type == ACR and at(resource.inputs, "anonymousPullEnabled") is True:
        yield f"{resource.shown} has anonymousPullEnabled"
    for each in sorted({*EVERYBODY}.intersection(members(resource) if resource.type in GAR_MEMBERS else ())):
        yield f"{resource.shown} gives {at(resource.inputs, 'role')} to {each}"
    if resource.type in ECR_POLICIES:
        for statement in allowed(resource.inputs.get("policy")):
            if anybody(statement):
                yield f"{resource.shown} allows {', '.join(texts(statement.get('Action')))} to every account of AWS"
    if resource.type == ECR_PUBLIC:
        yield f"{resource.shown} is in the public gallery, where anybody may pull"


def members(resource: Resource) -> list[str]:
    """Whom a resource of Google gives a role."""
    return texts(resource.inputs.get("member")) + texts(resource.inputs.get("members"))


def registry_admin_user(resource: Resource, _: Stack) -> Iterator[str]:
    """Registries with one password for everything."""
    if at(resource.inputs, "adminUserEnabled") is True:
        yield f"{resource.shown} has adminUserEnabled"
