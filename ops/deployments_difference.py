"""What differs between the settings that a stack should have and those that it has, and the patch for it. Pure.

The service merges a patch into what it has: an object key by key, a list or a text as a whole, `null` removes
(pulumi/pulumi v3.274.1, httpstate/client, PatchStackDeploymentSettings). It leaves out what is empty, and adds what
is its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from pulls.kubelet.objects import Json, part, text

HIDDEN = "[secret]"
"""Stands for a value that the service does not show."""
_WHOLE = "vcs"
_KEPT = "installationId"
"""Chosen by the service, or by a person among several integrations: the file does not say it."""


@dataclass(frozen=True)
class Change:
    """One setting that changes; None stands for none."""

    path: str
    before: Any
    after: Any


def differences(wanted: Json, given: Json) -> list[Change]:
    """What changes, in the order of the keys.

    Args:
        wanted: as `wanted_settings` gives it.
        given: what the service has.
    """
    return list(_changes(_with_removals(wanted, known(given)), known(given), ""))


def patch(wanted: Json, given: Json) -> Json:
    """What to send so that the service has what is wanted; empty where it has."""
    now = known(given)
    made = _patch(_with_removals(wanted, now), now)
    if _WHOLE in made and part(now, _WHOLE).get(_KEPT):
        made[_WHOLE] = {**made[_WHOLE], _KEPT: now[_WHOLE][_KEPT]}
    return made


def kept_secrets(wanted: Json, given: Json) -> list[str]:
    """Names of secret variables that somebody set with pulumi: no file may hold them, so they stay."""
    asked = part(wanted, "operationContext", "environmentVariables")
    there = part(known(given), "operationContext", "environmentVariables")
    return sorted(name for name, value in there.items() if value == HIDDEN and name not in asked)


def known(given: Json) -> Json:
    """The service's settings in the form in which they are asked for."""
    vcs = part(given, _WHOLE) or ({"provider": "github", **part(given, "gitHub")} if part(given, "gitHub") else {})
    git, operation = part(given, "sourceContext", "git"), part(given, "operationContext")
    variables = {name: _shown(value) for name, value in part(operation, "environmentVariables").items()}
    return {
        **given,
        _WHOLE: vcs,
        "sourceContext": {
            **part(given, "sourceContext"),
            "git": {**git, "branch": text(git, "branch").removeprefix("refs/heads/")},
        },
        "executorContext": {**part(given, "executorContext"), "executorImage": _image(given)},
        "operationContext": {**operation, "environmentVariables": variables},
    }


def _image(given: Json) -> Json | None:
    image = part(given, "executorContext").get("executorImage")
    if isinstance(image, str):
        return {"reference": image} if image else None
    found = cast("Json", image) if isinstance(image, dict) else {}
    return None if found.get("isDefault") else found or None


def _shown(value: object) -> str:
    """A variable: text as it is; of an object only what says that it is no secret (apitype, SecretValue)."""
    if not isinstance(value, dict):
        return str(value)
    found = cast("Json", value)
    return text(found, "value") if found.get("isSecret") is False else HIDDEN


def _with_removals(wanted: Json, now: Json) -> Json:
    """What is wanted, and that readable variables which the file does not name go."""
    operation = part(wanted, "operationContext")
    asked = part(operation, "environmentVariables")
    there = part(now, "operationContext", "environmentVariables")
    goes = dict.fromkeys(sorted(name for name, value in there.items() if name not in asked and value != HIDDEN))
    return {**wanted, "operationContext": {**operation, "environmentVariables": {**asked, **goes}}}


def _patch(wanted: Json, now: Json) -> Json:
    made: Json = {}
    for key, value in wanted.items():
        have = now.get(key)
        if isinstance(value, dict) and key != _WHOLE:
            below = _patch(cast("Json", value), part(now, key))
            if below:
                made[key] = below
        elif not _same(cast("object", value), have):
            made[key] = value
    return made


def _changes(wanted: Json, now: Json, above: str) -> Iterator[Change]:
    for key, value in wanted.items():
        path, have = f"{above}{key}", now.get(key)
        if isinstance(value, dict):
            yield from _changes(cast("Json", value), part(now, key), f"{path}.")
            if key == _WHOLE:
                others = {each: None for each in part(now, key) if each not in value and each != _KEPT}
                yield from _changes(others, part(now, key), f"{path}.")
        elif not _same(value, have):
            yield Change(path, have, value)


def _same(wanted: object, have: object) -> bool:
    if isinstance(wanted, dict):
        asked, there = cast("Json", wanted), cast("Json", have) if isinstance(have, dict) else {}
        return all(_same(asked.get(key), there.get(key)) for key in {*asked, *there} - {_KEPT})
    return wanted == have or (_is_empty(wanted) and _is_empty(have))


def _is_empty(value: object) -> bool:
    """What the service leaves out when it answers; `0s` is an empty time."""
    return value in (None, "", False, "0s") or value in ([], {})
