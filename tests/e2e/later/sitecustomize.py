"""For a Python that has this folder on its PYTHONPATH, it is ten years later; for its SSL and gRPC, in C, it is not."""

import time

_AHEAD = 10 * 365 * 86_400  # seconds
_now, _now_ns = time.time, time.time_ns


def later() -> float:
    """Seconds since 1970."""
    return _now() + _AHEAD


def later_ns() -> int:
    """Nanoseconds since 1970."""
    return _now_ns() + _AHEAD * 10**9


time.time, time.time_ns = later, later_ns
