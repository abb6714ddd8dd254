"""One `pulumi up` of the app under fault: what it deploys, and what it said and when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.e2e.project import Spoken
from tests.faults.faults import Fault
from tests.faults.place import Injected
from tests.faults.said import codes_in


@dataclass
class Update(Spoken):
    """What one `pulumi up` did."""

    first_error: float | None = None
    """When a pod of the new version, or of its rehearsal, first showed what is wrong."""

    @property
    def codes(self) -> set[str]:
        """All that was named as the cause."""
        return {code for _, line in self.lines for code in codes_in(line)}

    def named(self, code: str) -> float | None:
        """When a line first named it."""
        return next((moment for moment, line in self.lines if code in codes_in(line)), None)


@dataclass(frozen=True)
class NextVersion:
    """What an update deploys."""

    image: str
    """Its reference."""
    login: str = ""
    """A dockerconfigjson beside the sandbox's own."""
    more: Mapping[str, str] = field(default_factory=dict[str, str])
    """Further keys of the program's configuration."""


def of_registry(fault: Fault, injected: Injected) -> NextVersion:
    """The next version that meets a fault of a registry."""
    more = {"pullSecrets": json.dumps(list(fault.pull_secrets))} if fault.pull_secrets else {}
    seconds = {"seconds": str(fault.seconds), "freshSeconds": str(fault.fresh_seconds)}
    return NextVersion(injected.reference, injected.pull_secret, {**seconds, **more})
