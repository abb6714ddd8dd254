"""Whether an answer of Pulumi Cloud has the shape that the rest relies on: objects and lists where they are. Pure.

A newer service may have more; what is not there, or null, is well.
"""

from typing import cast

from pulls.kubelet.objects import Json, value

_SETTINGS = (
    ("sourceContext",),
    ("sourceContext", "git"),
    ("executorContext",),
    ("operationContext",),
    ("operationContext", "environmentVariables"),
    ("operationContext", "oidc"),
    ("operationContext", "options"),
    ("vcs",),
    ("gitHub",),
)
_SCHEDULE = (("definition",), ("definition", "request"), ("definition", "request", "operationContext"))


def are_settings(found: Json) -> bool:
    """Whether these are deployment settings."""
    return all(_is_object(found, path) for path in _SETTINGS)


def schedules_of(found: Json) -> list[Json] | None:
    """The schedules of an answer; None where it is not understood."""
    listed = _listed(found, "schedules")
    well = listed is not None and all(_is_object(each, path) for each in listed for path in _SCHEDULE)
    return listed if well else None


def are_runs(found: Json) -> bool:
    """Whether runs, their jobs and the steps of those are lists of objects."""
    runs = _listed(found, "deployments")
    jobs = None if runs is None else [_listed(each, "jobs") for each in runs]
    return jobs is not None and all(
        each is not None and all(_listed(job, "steps") is not None for job in each) for each in jobs
    )


def _is_object(of: Json, path: tuple[str, ...]) -> bool:
    """Whether each part of a path is an object, as far as it goes."""
    found = [value(of, *path[:length]) for length in range(1, len(path) + 1)]
    return all(each is None or isinstance(each, dict) for each in found)


def _listed(of: Json, key: str) -> list[Json] | None:
    found: object = of.get(key) or []
    if not isinstance(found, list):
        return None
    listed = cast("list[object]", found)
    return cast("list[Json]", listed) if all(isinstance(each, dict) for each in listed) else None
