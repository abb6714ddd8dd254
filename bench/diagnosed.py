"""Faults of manifests, nodes and policies, found by `ops diagnose` in what runs in a cluster."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from bench.ground import fault_ground
from tests.faults.cluster_faults import CLUSTER_FAULTS, ClusterFault
from tests.faults.diagnosed import Diagnosed, diagnose_until, new_ground
from tests.faults.right import found_first, is_right


@dataclass(frozen=True)
class Found:
    """One fault."""

    fault: ClusterFault
    diagnosed: Diagnosed

    @property
    def found(self) -> str:
        """All that was found, the cause first."""
        return found_first(self.fault.code, self.diagnosed.codes)

    @property
    def right(self) -> bool:
        """Whether the cause is found, and no other cause of a pull beside it."""
        return is_right(self.fault.code, self.diagnosed.codes)


def diagnose_all() -> Iterator[Found]:
    """Each in a namespace of its own, one after the other."""
    with fault_ground() as (app, place):
        for fault in CLUSTER_FAULTS:
            with new_ground(app, place) as ground, fault.inject(ground, secrets.token_hex(4)) as workload:
                yield Found(fault, diagnose_until(ground, workload, fault.code))
