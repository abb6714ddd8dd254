"""One finding that is let be. Pure."""

import datetime as dt
from dataclasses import dataclass

from policies.rule import Resource


@dataclass(frozen=True)
class Suppression:
    """An entry of the file."""

    where: str
    """In the file: `suppressions[0]`."""
    code: str
    resource: str
    """Its name in the program, or its URN."""
    reason: str
    until: dt.date
    """The last day on which it holds, by UTC."""
    stack: str | None = None
    """None for any."""

    def covers(self, code: str, resource: Resource, stack: str) -> bool:
        """Whether it is about a finding, on whatever day."""
        return (
            self.code == code
            and self.resource in (resource.name, resource.urn)
            and (self.stack is None or self.stack == stack)
        )

    def ended(self, today: dt.date) -> bool:
        """Whether its last day is over."""
        return today > self.until
