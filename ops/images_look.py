"""Asks registries about the pinned images, with the login that docker has for them on this machine."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from components.docker_login import docker_config, find_login
from components.errors import InvalidValueError
from ops.images import Seen, TagState
from ops.images_pins import Pin
from ops.images_versions import newest
from pulls.beside import beside
from pulls.registry.answer import Answer, Outcome, RegistryFaultError
from pulls.registry.ask import ask
from pulls.registry.login import Login
from pulls.registry.reference import parse_reference
from pulls.registry.tags import tags_of

_STEP_SECONDS = 5.0
_HUB, _HUB_LOGIN = "docker.io", "https://index.docker.io/v1/"


def look(pins: Sequence[Pin]) -> list[Seen]:
    """What the registries say, asked about all images at once; in the order of the images."""
    asked = [beside(partial(_look, each)) for each in pins]
    return [each.result() for each in asked]


def _look(pin: Pin) -> Seen:
    image = pin.image
    login = _login(parse_reference(image.repository).host)
    # Without platforms: of a list only the list itself is asked for, which counts as one pull where pulls are counted.
    answer = partial(ask, login=login, timeout=_STEP_SECONDS)
    seen = Seen(pin=pin, tag=answer(f"{image.repository}:{image.tag}"))
    if seen.tag.outcome not in (Outcome.PRESENT, Outcome.NOT_FOUND):
        return seen  # whatever else is asked for would end alike
    digest = None if seen.tag_state is TagState.AS_PINNED else answer(image.reference)
    try:
        tags = tags_of(image.repository, login=login, timeout=_STEP_SECONDS)
    except RegistryFaultError as error:
        unlisted = Answer(error.outcome, error.status, error.said, retry_after=error.retry_after)
        return Seen(pin=pin, tag=seen.tag, digest=digest, unlisted=unlisted)
    found = newest(tags, image.tag)
    later = None if found == image.tag else answer(f"{image.repository}:{found}")
    return Seen(pin=pin, tag=seen.tag, digest=digest, newest=found, newest_answer=later)


def _login(host: str) -> Login | None:
    """The machine's login for a registry; None for a stranger's way, also where only docker itself could use it."""
    try:
        found = find_login(_HUB_LOGIN if host == _HUB else host, docker_config(os.environ, Path.home()))
    except InvalidValueError:
        return None
    return None if found is None else Login(found.username, found.password)
