"""Stacks and what the file says of them, as values."""

from typing import Any

from components.platforms.contract import Target
from ops.deployments_model import DeploymentsFile, StackDeployments
from ops.deployments_stack import DeployedStack
from ops.deployments_wanted import wanted_settings
from tests.unit.deployments_place import LOGINS, settings

DAILY = {"schedule": "0 5 * * *", "remediate": True}
ALL: dict[str, Any] = {
    "previews": False, "push": True, "drift": DAILY, "runnerPool": "pool-1", "image": "acme/runner@sha256:1",
    "variables": {"A": "b"},
}  # fmt: skip
"""Every key that is no login."""


def stack_of(target: str, *, builds: bool = False) -> DeployedStack:
    return DeployedStack(
        organization="acme", project="web", name=target, target=Target(target), builds=(("image",),) if builds else ()
    )


def own_of(target: str, **changes: Any) -> StackDeployments:
    return StackDeployments.model_validate({"login": LOGINS.get(target, {}), **changes})


def wanted(target: str, *, builds: bool = False, **changes: Any) -> dict[str, Any]:
    file = DeploymentsFile.model_validate(settings(**{target: {"login": LOGINS.get(target, {}), **changes}}))
    own = file.stacks[target]
    assert own is not None
    return wanted_settings(file, stack_of(target, builds=builds), own)
