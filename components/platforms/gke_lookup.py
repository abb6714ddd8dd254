"""A question to Google Cloud, and what its refusals mean for a stack file."""

import re
from collections.abc import Callable
from typing import TypeVar

from components.platforms import lookup
from components.stack_file import Problem, StackFile

Found = TypeVar("Found")

_MISSING = re.compile(r"\bnot found\b|\bError 404\b", re.IGNORECASE)
_API_OFF = re.compile(r"has not been used in project|SERVICE_DISABLED|is disabled\b")
_API_NAME = re.compile(r"\b([a-z]+)\.googleapis\.com\b")
_NO_LOGIN = re.compile(r"could not find default credentials|No credentials loaded|invalid_grant|invalid_rapt|reauth")
_FORBIDDEN = re.compile(r"\bError 403\b|PERMISSION_DENIED")
_LONGEST = 400


def look(ask: Callable[[], Found], missing: Problem, stack: StackFile) -> Found:
    """What a question gives.

    Args:
        ask: a plain function of the SDK.
        missing: what is wrong with the stack file when there is no such thing.
        stack: names the file.

    Raises:
        ConfigError: there is none, or it cannot be asked.
    """
    return lookup.look(ask, lambda text: refused(text, missing), stack)


def refused(text: str, missing: Problem) -> Problem:
    """What a refusal means.

    Args:
        text: of the provider.
        missing: what is wrong when it means that there is no such thing.
    """
    said = re.sub(r"\s+", " ", text)[:_LONGEST]
    if _NO_LOGIN.search(text):
        reason = f"Google Cloud has no login of yours, or one that is over: {said}"
        return Problem(missing.path, reason, ("gcloud auth application-default login",))
    if _API_OFF.search(text):
        return Problem(missing.path, f"an API that it takes is off: {said}", (_turn_on(text),))
    if _MISSING.search(text):
        return missing
    if _FORBIDDEN.search(text):
        return Problem(missing.path, f"you may not look it up: {said}", missing.commands)
    return Problem(missing.path, f"could not be looked up: {said}", missing.commands)


def _turn_on(text: str) -> str:
    # The first such name in Google's text is a link to the console.
    names = [each for each in _API_NAME.findall(text) if each not in ("console", "type")]
    project = re.search(r"\bproject[ =/]([-a-z0-9.:]+)", text)
    flag = f" --project={project[1].rstrip('.')}" if project else ""
    return f"gcloud services enable {names[0] if names else 'container'}.googleapis.com{flag}"
