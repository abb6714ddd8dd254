"""What a wrong `pulumi destroy`, or a replacement, would take along."""

from collections.abc import Iterator

from policies.rule import Resource, Stack
from policies.rules.pull_rights import ACR, AKS, ECR, EKS, GAR, GKE

GROUP = "azure-native:resources:ResourceGroup"
_BY_PULUMI = "nothing protects it from deletion"


def deletion_protection(resource: Resource, _: Stack) -> Iterator[str]:
    """Clusters and registries that can be deleted with all that is in them; Pulumi's `protect` counts everywhere."""
    if not resource.protect:
        fault = _fault(resource)
        if fault is not None:
            yield f"{resource.shown}: {fault}"


def _fault(resource: Resource) -> str | None:
    inputs = resource.inputs
    if resource.type in (AKS, ACR, GROUP):
        return _BY_PULUMI
    if resource.type == EKS and inputs.get("deletionProtection") in (None, False):
        return _BY_PULUMI
    if resource.type == GKE and inputs.get("deletionProtection") is False:
        return "it has deletionProtection: false"
    if resource.type == ECR and inputs.get("forceDelete") is True:
        return "it has forceDelete, and goes with all its images"
    if resource.type == GAR and inputs.get("deletionPolicy") in (None, "DELETE"):
        return "it goes with all its images"
    return None
