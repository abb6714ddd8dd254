"""Whether a role of nodes has the policy to pull already.

IAM attaches a policy that is attached without a word, and detaches it from everybody (AWS IAM API, AttachRolePolicy).
"""

from components.platforms.given_already import Json, Question


def _twice(wanted: Json, found: Json) -> str | None:
    policy = str(wanted["policyArn"])
    if all(each["policyArn"] != policy for each in found["attachedPolicies"]):
        return None
    return (
        f"the role {wanted['role']} has {policy.rpartition('/')[2]} already, from another stack or by hand. AWS keeps "
        "one of it, and this stack would take it from all when it is destroyed; with attachPull false it leaves it as "
        "it is"
    )


POLICY_IS_NEW = Question(
    function="aws:iam/getRolePolicyAttachments:getRolePolicyAttachments",
    asks=lambda wanted: {"roleName": wanted["role"]},
    twice=_twice,
    by_hand=lambda wanted: (
        f"aws iam attach-role-policy --role-name {wanted['role']} --policy-arn {wanted['policyArn']}"
    ),
    key=("cluster", "attachPull"),
)
