"""Whether a member of a repository of Artifact Registry may pull from it already.

Google keeps one such right however often it is given (`google_artifact_registry_repository_iam_member` removes the
member, whoever added it). Azure refuses the second one itself, as RoleAssignmentExists.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from components.platforms.given_already import Json, Question

_PLACE = ("location", "project", "repository")
_GIVE = (
    "gcloud artifacts repositories add-iam-policy-binding {repository} --location={location} --project={project} "
    "--member={member} --role={role}"
)


def has_role(policy: str, role: str, member: str) -> bool:
    """Whether an IAM policy gives a member a role, under no condition.

    Args:
        policy: as JSON (cloud.google.com/iam/docs/reference/rest/v1/Policy).
        role: such as `roles/artifactregistry.reader`.
        member: such as `serviceAccount:nodes@my-project.iam.gserviceaccount.com`.
    """
    bindings: Sequence[Mapping[str, Any]] = json.loads(policy or "{}").get("bindings") or ()
    return any(
        each.get("role") == role and member in (each.get("members") or ()) and not each.get("condition")
        for each in bindings
    )


def _twice(wanted: Json, found: Json) -> str | None:
    if not has_role(str(found["policyData"]), wanted["role"], wanted["member"]):
        return None
    return (
        f"{wanted['member']} has {wanted['role']} on the repository {wanted['repository']} already, from another "
        "stack or by hand. Google keeps one such right, and this stack would take it from all when it is destroyed; "
        "with attachPull false it leaves it as it is"
    )


READER_IS_NEW = Question(
    function="gcp:artifactregistry/getRepositoryIamPolicy:getRepositoryIamPolicy",
    asks=lambda wanted: {key: wanted[key] for key in _PLACE},
    twice=_twice,
    by_hand=_GIVE.format_map,
    key=("registry", "attachPull"),
)
