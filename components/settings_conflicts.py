"""What is wrong between the keys of one object, each of which is right by itself."""

from collections.abc import Sequence

from components.errors import InvalidValueError
from components.stack_file import Path

Mend = tuple[Path, object]
"""Keys from the object down, and the value that they should have; None for none."""


class ConflictError(InvalidValueError):
    """Values of one object that do not go together, with the changes of which all together mend it."""

    def __init__(self, reason: str, *mends: Mend) -> None:
        super().__init__(reason)
        self.mends: Sequence[Mend] = mends
