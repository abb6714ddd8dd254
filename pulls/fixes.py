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
PULL_SECRET = "pull-secret"  # noqa: S105 - a kind of grant
_OF_LOGIN = (
    Code.NO_CREDENTIALS,
    Code.CREDENTIALS_REFUSED,
    Code.CREDENTIALS_EXPIRED,
    Code.FORBIDDEN,
    Code.PULL_SECRET_MISSING,
)
_OF_REGISTRY = (Code.NOT_FOUND, Code.DNS, Code.UNREACHABLE)


def fixes_for(code: Code, target: Target) -> tuple[Fix, ...]:
    """What cures a cause on a target, the likeliest first; what is for any cluster comes last. Empty for unknown."""
    return (*_OWN.get(target, {}).get(code, ()), *ANYWHERE.get(code, ()))


def cured_at(code: Code, target: Target, grant: str) -> Target:
    """The target whose fixes cure a cause.

    Args:
        code: the cause.
        target: where the cluster runs.
        grant: kind of the right to pull, as in `evidence.Grant`; empty if it is not known. With a `pull-secret` the
            registry is not the cloud's: neither its rights nor its commands for registries are of use.
    """
    if grant != PULL_SECRET or target is Target.LOCAL:
        return target
    if code in _OF_LOGIN:
        return Target.LOCAL  # whose stack makes its pull secret of the same two keys
    return Target.ANY if code in _OF_REGISTRY else target
