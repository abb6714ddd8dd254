"""The name by which commands find the stack that the program runs for."""

import pulumi

_NONE = "organization"
"""What Pulumi says of a backend that has no organizations, such as a bucket (pulumi v3.274, pkg/backend/diy)."""


def stack_name() -> str:
    """Such as `aks`, or `acme/aks` where it has an organization: the name alone would be one of the usual one."""
    organization, name = pulumi.get_organization(), pulumi.get_stack()
    return f"{organization}/{name}" if organization not in (None, "", _NONE) else name
