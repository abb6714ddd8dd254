"""The figure of the comment on a pull request."""

import time

from bench.results import Result, result
from tests.unit.pr_comment_events import many, rendered

_RESOURCES = 500


def comment(runs: int) -> Result:
    """A preview in which 500 Deployments change, three properties each: read, and made into the comment."""
    data = many(_RESOURCES)
    seconds: list[float] = []
    length = 0
    for _ in range(runs):
        started = time.monotonic()
        length = len(rendered(data))
        seconds.append(time.monotonic() - started)
    name = f"the comment on a pull request, {_RESOURCES} changed resources"
    return result(name, "≤ 1 s", seconds, f"{length:,} characters, of 60,000 at most; without the start of Python")
