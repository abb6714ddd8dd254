"""Times as people say them. Pure."""

_STEPS = ((60, 1, "s"), (3600, 60, "min"), (86_400 * 2, 3600, "h"), (float("inf"), 86_400, "d"))
"""Below so many seconds → one unit has so many seconds, its name."""


def lasted(seconds: float | None) -> str:
    """`12 s`, `3 min`, `5 h`, `12 d`; `-` where nobody knows."""
    if seconds is None:
        return "-"
    below, unit, name = next(each for each in _STEPS if seconds < each[0])
    _ = below
    return f"{int(seconds // unit)} {name}"
