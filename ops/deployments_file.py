"""Reads deployments/settings.yaml; every mistake in it is told at once, and none quotes what may be a secret."""

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from components.secret_like import secret_kind
from components.settings_fields import names_at
from components.stack_file import Path as Keys
from components.stack_file import Problem, path_text
from ops.deployments_model import DeploymentsFile

FILE = "deployments/settings.yaml"
"""Below the project's folder."""


class DeploymentsError(Exception):
    """Deployments cannot be set; one message: what, where, and what to type."""


def refusal(problems: Iterable[Problem]) -> DeploymentsError:
    """All mistakes of the file in one error."""
    listed = tuple(problems)
    count = "1 mistake" if len(listed) == 1 else f"{len(listed)} mistakes"
    return DeploymentsError("\n".join([f"{FILE}: {count}, nothing was changed", *map(str, listed)]))


def read_file(folder: Path) -> DeploymentsFile:
    """What the file of a project says.

    Raises:
        DeploymentsError: there is none, or it is wrong.
    """
    try:
        document: object = yaml.safe_load((folder / FILE).read_text())
    except FileNotFoundError:
        message = f"there is no {FILE} in {folder}; docs/pulumi-deployments.md has what belongs into it"
        raise DeploymentsError(message) from None
    except OSError as error:
        message = f"{folder / FILE} cannot be read: {error.strerror}; type: ls -l {FILE}"
        raise DeploymentsError(message) from None
    except (ValueError, yaml.YAMLError) as error:
        place = getattr(error, "problem_mark", None)
        where = f", line {place.line + 1}" if place is not None else ""
        raise DeploymentsError(f"{FILE} is no YAML{where}; edit it") from None  # noqa: EM102 - one sentence
    try:
        return DeploymentsFile.model_validate(document)
    except ValidationError as error:
        raise refusal(map(_problem, error.errors(include_url=False))) from None


def _problem(error: ErrorDetails) -> Problem:
    path = error["loc"]
    if error["type"] == "extra_forbidden":
        return Problem(path, f"is no such key{_meant(path, DeploymentsFile)}", (f"edit {FILE}",))
    if error["type"] == "missing":
        return Problem(path, "is missing", (f"edit {FILE}",))
    text = str(error.get("ctx", {}).get("error") or error["msg"].replace("Input should be", "must be"))
    value: object = error["input"]
    if isinstance(value, str) and secret_kind("", value) is not None:
        text = "looks like a secret, which this file must not hold"
    return Problem(path or ("(the file)",), text, (f"edit {FILE}",))


def _meant(path: Keys, model: type[BaseModel]) -> str:
    known = names_at(model, path[:-1])
    close: Sequence[str] = difflib.get_close_matches(str(path[-1]), known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known)}" if known else ""


def key_text(path: Keys) -> str:
    """A key of the file, for a sentence."""
    return f"{path_text(path)} in {FILE}"
