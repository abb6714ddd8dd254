"""Why a stack counts as production, whatever its tags say of its end. Pure.

Each place by itself is enough: a stack file may be missing where this runs, a setting may have changed since the last
update, and a state knows of protection only where a resource has it.
"""

from collections.abc import Iterator, Mapping, Sequence

from ops.state import State, revealed
from pulls.kubelet.objects import Json, text

_MARK = "production"
_KEY = "profile"
"""Of the stack's tags, and of the project's settings."""
_PROTECTED = {"deletionProtection": True, "deletionPolicy": "PREVENT"}
"""Inputs by which clouds refuse to delete (pulumi-aws eks.Cluster; pulumi-gcp container.Cluster, artifactregistry)."""
_NAMED = 3


def production(
    project: str, tags: Mapping[str, str], settings: Mapping[str, str], history: Sequence[Json], state: State
) -> str | None:
    """What marks a stack as production, for a sentence; None where nothing does.

    Args:
        project: whose settings they are.
        tags: of the stack.
        settings: of its file here, by full key; empty where there is none.
        history: as `pulumi stack history --json` gives it, the newest first.
        state: of the stack.
    """
    return next(_marks(project, tags, settings, history, state), None)


def _marks(
    project: str, tags: Mapping[str, str], settings: Mapping[str, str], history: Sequence[Json], state: State
) -> Iterator[str]:
    key = f"{project}:{_KEY}"
    if tags.get(_KEY) == _MARK:
        yield f"its tag {_KEY} says so"
    if settings.get(key) == _MARK:
        yield f"its stack file says so ({key})"
    # A destroy needs no settings, so that the newest update counts.
    deployed = next((each for each in history if text(each, "kind") == "update"), Json())
    if text(deployed, "config", key, "value") == _MARK:
        yield f"its last update was one of {key} {_MARK}"
    guarded = [each.name for each in state.resources if each.protected or _is_guarded(each.inputs)]
    if guarded:
        more = f" and {len(guarded) - _NAMED} more" if len(guarded) > _NAMED else ""
        yield f"it has resources that are protected from deletion: {', '.join(guarded[:_NAMED])}{more}"


def _is_guarded(inputs: Json) -> bool:
    return any(revealed(inputs.get(key)) == value for key, value in _PROTECTED.items())
