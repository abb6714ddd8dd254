"""A docker configuration for one build: the user's logins and the program's, and gone afterwards.

The user's own configuration is read and never written. The program's login comes before the user's, as in
`getRegistryAuth` of pulumi-docker's `provider/image.go`.
"""

import base64
import json
import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sandbox.engine.image_inputs import ImageError, Registry
from sandbox.engine.image_names import login_server

_KEPT = ("auths", "credsStore", "credHelpers", "HttpHeaders", "proxies")


def half_login(registry: Registry) -> str:
    """What to tell the user when only half of a login was given; empty when there is nothing to tell."""
    if registry.password and not registry.username:
        return "username was not set, although password was; using host credentials file"
    if registry.username and not registry.password:
        return "password was not set, although username was; using host credentials file"
    return ""


@contextmanager
def configuration(registry: Registry, image: str, environment: Mapping[str, str]) -> Generator[dict[str, str]]:
    """The environment by which docker uses the logins; the folder (mode 0700) lives as long as the block.

    Raises:
        ImageError: the user's configuration cannot be read.
    """
    home = Path(environment.get("DOCKER_CONFIG") or Path(environment.get("HOME", "~")).expanduser() / ".docker")
    with tempfile.TemporaryDirectory(prefix="docker-login-") as name:
        folder = Path(name)
        settings = with_login(_users(home / "config.json"), registry, image)
        with os.fdopen(os.open(folder / "config.json", os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(settings, file)
        if (home / "cli-plugins").is_dir():  # BuildKit's client lives there in a user's own installation
            (folder / "cli-plugins").symlink_to((home / "cli-plugins").resolve())
        yield {"DOCKER_CONFIG": name}


def with_login(users: Mapping[str, object], registry: Registry, image: str) -> dict[str, object]:
    """The user's settings for docker, with the program's login in them."""
    settings = {key: value for key, value in users.items() if key in _KEPT}
    if not registry.username or not registry.password:
        return settings
    server = login_server(registry.server, image)
    login = base64.b64encode(f"{registry.username}:{registry.password}".encode()).decode()
    # An empty helper: for this registry docker reads the file, whatever store the user keeps logins in.
    return {
        **settings,
        "auths": {**_mapping(settings.get("auths")), server: {"auth": login}},
        "credHelpers": {**_mapping(settings.get("credHelpers")), server: ""},
    }


def _users(file: Path) -> Mapping[str, object]:
    try:
        return _mapping(json.loads(file.read_text()))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        message = f"docker's configuration {file} cannot be read: {error}"
        raise ImageError(message) from error


def _mapping(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
