"""Faults that no update of ours can bring about, found by `ops diagnose` in what runs in a cluster."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from bench.ground import fault_ground
from pulls.causes import Code
from tests.faults.cluster_faults import CLUSTER_FAULTS, ClusterFault
from tests.faults.diagnosed import Diagnosed, diagnose_until, new_ground


@dataclass(frozen=True)
class Found:
    """One fault."""

    fault: ClusterFault
    diagnosed: Diagnosed

    @property
    def found(self) -> str:
        """All that was found, the cause first."""
        codes = self.diagnosed.codes
        return ", ".join(sorted(codes, key=lambda each: (each != self.fault.code, each))) or "none"

    @property
    def right(self) -> bool:
        """Whether the cause is found, and no other cause of a pull beside it."""
        codes = self.diagnosed.codes
        return self.fault.code in codes and codes & {str(each) for each in Code} <= {self.fault.code}


def diagnose_all() -> Iterator[Found]:
    """Each in a namespace of its own, one after the other."""
    with fault_ground() as (app, place):
        for fault in CLUSTER_FAULTS:
            with new_ground(app, place) as ground, fault.inject(ground, secrets.token_hex(4)) as workload:
                yield Found(fault, diagnose_until(ground, workload, fault.code))
