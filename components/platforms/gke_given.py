"""A right to pull that the nodes have already, found out before it is given once more.

Google takes the same right twice without a word, and keeps one of it: the stack that goes first would take it from the
other (`google_artifact_registry_repository_iam_member` removes the member, whoever added it). Azure refuses the second
one itself, as RoleAssignmentExists.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.errors import ConfigError
from components.stack_file import Problem, StackFile

_ATTACH = ("registry", "attachPull")
_POLICY = "gcp:artifactregistry/getRepositoryIamPolicy:getRepositoryIamPolicy"
_PLACE = ("location", "project", "repository")


def unless_given(opts: pulumi.ResourceOptions, stack: StackFile) -> pulumi.ResourceOptions:
    """The options of a right on a repository, with which only a right that is new is made.

    Args:
        opts: with the provider.
        stack: whose key is named in the refusal.
    """

    async def look(args: pulumi.ResourceHookArgs) -> None:
        wanted: Mapping[str, Any] = args.new_inputs or {}
        place = {key: wanted[key] for key in _PLACE}
        try:
            found = await pulumi.runtime.invoke_async(_POLICY, place, pulumi.InvokeOptions(provider=opts.provider))
        except Exception:  # the SDK raises nothing narrower
            return  # whoever may not look may not give either, and Google then says why
        if has_role(str(found["policyData"]), wanted["role"], wanted["member"]):
            raise ConfigError(_refusal(wanted, stack))

    # Of a right that this stack gave in an earlier run there is nothing to create, so nobody looks.
    hook = pulumi.ResourceHook("nodes-pull-is-new", look)
    hooks = pulumi.ResourceHookBinding(before_create=[hook])
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(hooks=hooks))


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


def _refusal(wanted: Mapping[str, Any], stack: StackFile) -> str:
    reason = (
        f"{wanted['member']} has {wanted['role']} on the repository {wanted['repository']} already, from another "
        "stack or by hand. Google keeps one such right, and this stack would take it from all when it is destroyed; "
        "with attachPull false it leaves it as it is"
    )
    return f"{stack.name}\n{Problem(_ATTACH, reason, (stack.set(_ATTACH, value=False),))}"
