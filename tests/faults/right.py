"""When a fault counts as found: one rule for the tests and for what is published. Pure."""

from collections.abc import Collection

from pulls.causes import Code


def is_right(expected: str, found: Collection[str]) -> bool:
    """Whether the cause is found, and no other cause of a pull beside it.

    What is no pull's cause, such as a container that has not started, may well be seen beside it.
    """
    return expected in found and {*found} & {str(each) for each in Code} <= {expected}


def found_first(expected: str, found: Collection[str]) -> str:
    """All that was found as a table shows it, the cause first."""
    return ", ".join(sorted(found, key=lambda each: (each != expected, each))) or "none"
