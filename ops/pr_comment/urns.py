"""What a URN says of a resource. Pure."""

from ops.state import urn_parts


def type_in(urn: str) -> str:
    """Its type, without those of its parents."""
    return urn_parts(urn)[2].rpartition("$")[2]


def name_in(urn: str) -> str:
    """Its name in the program."""
    return urn_parts(urn)[3]
