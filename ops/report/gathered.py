"""All that a report is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops.good_versions import Update
from ops.stack import Stack
from ops.stack_finding import Finding
from ops.status import Status
from ops.verify import Verification
from pulls.diagnosis import Diagnosis


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """One look at a stack."""

    status: Status
    verification: Verification
    findings: Sequence[Finding]
    """What is wrong or not known, each once."""
    diagnoses: Sequence[Diagnosis] = ()
    """Why pods do not come up."""
    updates: Sequence[Update] = ()
    """The newest first."""
    preview: str = ""
    """What `pulumi preview` says is left to do; empty where it was not asked."""

    @property
    def stack(self) -> Stack:
        """Whose."""
        return self.status.stack
