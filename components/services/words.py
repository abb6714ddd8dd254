"""Words of a stack file that only the services beside the app have: a model, an address, an image by digest.

A validator gives the value back, or raises `InvalidValueError` with what is wrong and, where possible, what was meant.
"""

import re
from typing import Annotated

from pydantic import AfterValidator

from components.errors import InvalidValueError
from components.references import check_reference

_PART = r"[a-zA-Z0-9_][-._a-zA-Z0-9]{0,79}"
_MODEL = re.compile(rf"(?:(?:{_PART}(?::[0-9]{{1,5}})?/)?{_PART}/)?{_PART}(?::{_PART})?", re.ASCII)
"""`[[host/]namespace/]model[:tag]` (ollama/ollama:types/model/name.go)."""
_PAGE = re.compile(r"(?:https?://)?(?:www\.)?ollama\.com/(?:library/)?")
_ADDRESS = re.compile(
    r"https?://(?:\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9](?:[-.a-zA-Z0-9]*[a-zA-Z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?:/[-._~%/a-zA-Z0-9]*)?"
)
_LAST_PORT = 65_535


def check_model(text: str) -> str:
    """The name of a model as `ollama pull` takes it, as it is."""
    if _MODEL.fullmatch(text):
        return text
    cleaned = re.sub(r"\s+", "-", _PAGE.sub("", text.strip()).strip("/"))
    reason = f"{text!r} is not the name of a model: it must be like llama3, llama3:8b or hf.co/team/model:Q4_K_M"
    raise InvalidValueError(reason, cleaned if cleaned != text and _MODEL.fullmatch(cleaned) else None)


def check_address(text: str) -> str:
    """Where a service answers, `http://host:port` or `https://host`, as it is."""
    if _is_address(text):
        return text
    with_scheme = f"http://{text.strip().lstrip('/')}"
    reason = f"{text!r} is not an address: it must be like http://host:port or https://host, without user and query"
    raise InvalidValueError(reason, with_scheme if "://" not in text and _is_address(with_scheme) else None)


def check_image(text: str) -> str:
    """An image of somebody else, `host/path@sha256:…`; a tag before the digest is dropped."""
    return check_reference(text)


def _is_address(text: str) -> bool:
    found = _ADDRESS.fullmatch(text)
    return found is not None and (found["port"] is None or 0 < int(found["port"]) <= _LAST_PORT)


ModelName = Annotated[str, AfterValidator(check_model)]
Address = Annotated[str, AfterValidator(check_address)]
ImageByDigest = Annotated[str, AfterValidator(check_image)]
