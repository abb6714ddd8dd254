"""The shape of the file of suppressions; loaded only where the file has one."""

import datetime as dt
from typing import Annotated, cast

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from policies.suppression import Suppression

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]
"""A word is none."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _File(_Strict):
    suppressions: list[object]


class _Entry(_Strict):
    code: _Text
    resource: _Text
    reason: _Reason
    until: dt.date
    stack: _Text | None = None


def checked(content: object) -> tuple[list[Suppression], list[str]]:
    """The good entries of a file, and what is wrong with the others, one sentence for each mistake."""
    found: list[Suppression] = []
    try:
        entries = _File.model_validate(content).suppressions
    except ValidationError as error:
        return found, _sentences(error, "the file")
    wrong: list[str] = []
    for number, given in enumerate(entries):
        where = f"suppressions[{number}]"
        try:
            entry = _Entry.model_validate(given)
        except ValidationError as error:
            wrong += _sentences(error, where)
            if isinstance(given, dict) and isinstance(code := cast("dict[object, object]", given).get("code"), str):
                # For its code, which may be wrong too; it is not used otherwise.
                found.append(Suppression(where, code, "", "", dt.date.min))
        else:
            found.append(Suppression(where, entry.code, entry.resource, entry.reason, entry.until, entry.stack))
    return found, wrong


def _sentences(error: ValidationError, where: str) -> list[str]:
    return [": ".join([where, *map(str, each["loc"]), each["msg"].lower()]) for each in error.errors()]
