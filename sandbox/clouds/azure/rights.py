"""Who may do what in a registry, by the roles that stand in the simulated Azure.

Roles by the two modes: learn.microsoft.com azure/container-registry/container-registry-rbac-abac-repository-permissions
and container-registry-rbac-built-in-roles-overview; ids: azure/role-based-access-control/built-in-roles.
"""

import re
from collections.abc import Mapping
from typing import Literal

from sandbox.clouds.access import Action, Scene
from sandbox.clouds.accounts import DEPLOYER_AZURE, SUBSCRIPTION
from sandbox.clouds.azure.arm import covers
from sandbox.clouds.azure.type_tokens import ROLE_ASSIGNMENT
from sandbox.clouds.world import Thing

Mode = Literal["LegacyRegistryPermissions", "AbacRepositoryPermissions"]

_OWNER, _CONTRIBUTOR = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "b24988ac-6180-42a0-ab88-20f7382dd24c"
_READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
_ACR_PULL, _ACR_PUSH = "7f951dda-4ed3-4680-a7ca-43fe172d538d", "8311e382-0749-4cb8-b61a-304f252e45ec"
_REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
_REPOSITORY_WRITER = "2a1e307c-b015-4ebd-883e-5b7698a07328"
_REPOSITORY_CONTRIBUTOR = "2efddaa5-3f1f-4df3-97df-af3f13818f4c"
CLUSTER_ADMIN = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"

_ROLES: Mapping[tuple[Mode, Action], frozenset[str]] = {
    ("LegacyRegistryPermissions", "pull"): frozenset({_ACR_PULL, _ACR_PUSH, _OWNER, _CONTRIBUTOR, _READER}),
    ("LegacyRegistryPermissions", "push"): frozenset({_ACR_PUSH, _OWNER, _CONTRIBUTOR}),
    # Here the roles of above give nothing, not even to whoever made the registry.
    ("AbacRepositoryPermissions", "pull"): frozenset({_REPOSITORY_READER, _REPOSITORY_WRITER, _REPOSITORY_CONTRIBUTOR}),
    ("AbacRepositoryPermissions", "push"): frozenset({_REPOSITORY_WRITER, _REPOSITORY_CONTRIBUTOR}),
}
_WITHOUT_CONTENT = (
    "c2f4ef07-c644-48eb-af81-4b1b4947fb11",  # AcrDelete
    "6cef56e8-d556-48e5-a04f-b8e64114680f",  # AcrImageSigner
    "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",  # Container Registry Repository Catalog Lister
    "4d97b98b-1d4f-4787-a291-c67834d212e7",  # Network Contributor
)
KNOWN_ROLES = frozenset({CLUSTER_ADMIN, *_WITHOUT_CONTENT}).union(*_ROLES.values())

_NAME = re.compile(
    r"repositories:name\]\s+(StringEqualsIgnoreCase|StringEquals|StringStartsWithIgnoreCase|StringStartsWith)\s+'([^']*)'"
)


def mode_of(registry: Thing) -> Mode:
    """How a registry gives rights; without a word, by whole registries."""
    return registry.outputs.get("roleAssignmentMode", "LegacyRegistryPermissions")


def may(scene: Scene, registry: Thing, subject: str, action: Action, repository: str | None) -> bool:
    """Whether somebody may pull from or push to a repository.

    Args:
        scene: the moment.
        registry: whose.
        subject: an object id.
        action: what.
        repository: its path; None for any one.
    """
    if subject == DEPLOYER_AZURE and covers(f"/subscriptions/{SUBSCRIPTION}", registry.id):
        # By a role on the subscription, which a registry that was just made does not know at once.
        return scene.behaviour.grant_counts("azure", registry.id, registry.made, scene.now)
    roles = _ROLES[mode_of(registry), action]
    return any(
        each.inputs["principalId"] == subject
        and str(each.inputs["roleDefinitionId"]).rpartition("/")[2].lower() in roles
        and covers(str(each.inputs["scope"]), registry.id)
        and _meets(each.inputs.get("condition"), repository)
        and scene.behaviour.grant_counts("azure", each.id, each.made, scene.now)
        for each in scene.content.of(ROLE_ASSIGNMENT)
    )


def _meets(condition: object, repository: str | None) -> bool:
    """Whether a repository is one that a condition names; a condition that is not understood is not met."""
    if not condition or repository is None:
        return True
    for operator, name in _NAME.findall(str(condition)):
        one, other = (repository.lower(), name.lower()) if operator.endswith("IgnoreCase") else (repository, name)
        if one == other or ("StartsWith" in operator and one.startswith(other)):
            return True
    return False
