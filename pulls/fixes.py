"""What cures a cause, for each target."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from pulls.causes import Code
from pulls.fix.anywhere import ANYWHERE, LOCAL
from pulls.fix.clouds import AKS, EKS, GKE
from pulls.fix.command import Fix


class Target(StrEnum):
    """Where the cluster runs, or `any` for a cluster or registry that is none of ours."""

    AKS = "aks"
    EKS = "eks"
    GKE = "gke"
    LOCAL = "local"
    ANY = "any"


_OWN: Mapping[Target, Mapping[Code, tuple[Fix, ...]]] = MappingProxyType(
    {Target.AKS: AKS, Target.EKS: EKS, Target.GKE: GKE, Target.LOCAL: LOCAL}
)


def fixes_for(code: Code, target: Target) -> tuple[Fix, ...]:
    """What cures a cause on a target, the likeliest first; what is for any cluster comes last. Empty for unknown."""
    return (*_OWN.get(target, {}).get(code, ()), *ANYWHERE.get(code, ()))
