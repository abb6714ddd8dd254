"""The user's own docker logins, for the docker configuration that the sandbox brings.

The sandbox's shell has a DOCKER_CONFIG of its own, so that the user's file is never written. What is in there must
still work: a registry of the user's own takes the machine's docker login.
"""

import base64
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import cast

_TEXTS = ("auth", "username", "password", "identitytoken")


def users_file(environment: Mapping[str, str], home: Path, own: Path) -> Path:
    """The user's configuration: in `$DOCKER_CONFIG` unless that is the sandbox's own folder, else in `~/.docker`."""
    folder = environment.get("DOCKER_CONFIG", "")
    return (Path(folder) if folder and Path(folder) != own else home / ".docker") / "config.json"


def read(file: Path) -> tuple[dict[str, object], str]:
    """The logins of a configuration (`auths`, `credHelpers`, `credsStore`), and why some or all are left out.

    One entry that docker cannot read makes it refuse the whole file, the sandbox's own login with it. A helper that is
    not there ends every pull of a base image, also of a public one.
    """
    try:
        config = _logins(json.loads(file.read_bytes()))
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError) as error:
        return {}, f"docker's logins in {file} are not used: {error}; mend the file, then type: make up"
    helpers = cast("dict[str, str]", config.get("credHelpers", {}))
    missing = {each for each in (*helpers.values(), config.get("credsStore")) if each and not _is_there(str(each))}
    if not missing:
        return config, ""
    config["credHelpers"] = {host: helper for host, helper in helpers.items() if helper not in missing}
    if config.get("credsStore") in missing:
        del config["credsStore"]
    programs = ", ".join(sorted(f"docker-credential-{each}" for each in missing))
    return config, f"the docker logins that {file} leaves to {programs} are not used, as that is not on PATH"


def _is_there(helper: str) -> bool:
    return shutil.which(f"docker-credential-{helper}") is not None


def current_context(file: Path) -> str:
    """The docker context that `docker context use` wrote into a configuration; empty for the default one."""
    try:
        name: object = _mapping(json.loads(file.read_bytes()), "the file").get("currentContext")
    except (OSError, ValueError):
        return ""
    return name if isinstance(name, str) else ""


def with_login(users: Mapping[str, object], host: str, auth: str) -> dict[str, object]:
    """The user's logins and one more, which wins.

    Args:
        users: what `read` gave.
        host: of the registry, with its port.
        auth: user and password in base64, as docker writes them.
    """
    auths = {name: entry for name, entry in _mapping(users.get("auths"), "auths").items() if name != host}
    helpers = _mapping(users.get("credHelpers"), "credHelpers")
    # An empty helper: for this registry docker reads the file, whatever store the user keeps logins in.
    own = {"credHelpers": {**helpers, host: ""}} if helpers or "credsStore" in users else {}
    return {**users, **own, "auths": {**auths, host: {"auth": auth}}}


def _logins(document: object) -> dict[str, object]:
    config = _mapping(document, "the file")
    auths = {name: _entry(name, entry) for name, entry in _mapping(config.get("auths"), "auths").items()}
    helpers = _mapping(config.get("credHelpers"), "credHelpers")
    for name, helper in helpers.items():
        _text(helper, f"credHelpers.{name}")
    store = _text(config.get("credsStore"), "credsStore")
    # A helper leaves empty entries behind, which say nothing.
    found = {"auths": {name: each for name, each in auths.items() if each}, "credHelpers": helpers, "credsStore": store}
    return {key: value for key, value in found.items() if value}


def _entry(name: str, value: object) -> dict[str, object]:
    entry = _mapping(value, f"auths.{name}")
    texts = {key: _text(entry.get(key), f"auths.{name}.{key}") for key in _TEXTS}
    if texts["auth"] and not _is_login(texts["auth"]):
        reason = f"auths.{name}.auth must be user:password in base64, as `docker login` writes it"
        raise ValueError(reason)
    return entry


def _is_login(auth: str) -> bool:
    try:
        user, colon, _ = base64.b64decode(auth.replace("\n", "").replace("\r", ""), validate=True).partition(b":")
    except ValueError:
        return False
    return bool(user and colon)


def _mapping(value: object, where: str) -> dict[str, object]:
    # Errors show no value: what stands in the wrong place may be a password.
    if not isinstance(value, dict | None):
        reason = f"{where} must be an object"
        raise ValueError(reason)
    return cast("dict[str, object]", value or {})


def _text(value: object, where: str) -> str:
    if not isinstance(value, str | None):
        reason = f"{where} must be text"
        raise ValueError(reason)
    return value or ""
