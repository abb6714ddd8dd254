"""The login that `docker login` left on this machine for a registry.

Follows docker's order: a credential helper for that host, then the credential store, then the file itself
(docker/cli, cli/config/configfile/file.go).
"""

import base64
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from components.errors import InvalidValueError

_HELPER_SECONDS = 10
_NO_LOGIN = "credentials not found in native keychain"
_FIELDS = frozenset({"auth", "username", "password", "identitytoken"})
_IDENTITY_TOKEN = "<token>"  # noqa: S105 - the user name by which helpers mark a refresh token


@dataclass(frozen=True)
class Login:
    """A user and a password."""

    username: str
    password: str = field(repr=False)


def docker_config(environment: Mapping[str, str], home: Path) -> Path:
    """Docker's configuration file: in `$DOCKER_CONFIG`, else in `~/.docker`."""
    folder = environment.get("DOCKER_CONFIG", "")
    return (Path(folder) if folder else home / ".docker") / "config.json"


def find_login(host: str, file: Path) -> Login | None:
    """The machine's login for a registry, or None.

    Args:
        host: `host[:port]`; of Docker Hub `https://index.docker.io/v1/`, as docker calls it there.
        file: docker's configuration.

    Raises:
        InvalidValueError: the file cannot be read, a helper fails, or the login only works in docker.
    """
    config = _read(file)
    helper = _helpers(config, file).get(host, config.get("credsStore"))
    found = _from_helper(str(helper), host) if helper else None
    return found if found is not None else _from_file(config, host, file)


def own_helper(host: str, file: Path) -> str | None:
    """The credential helper that docker asks for this one registry, such as `ecr-login`.

    Raises:
        InvalidValueError: the file cannot be read.
    """
    name = _helpers(_read(file), file).get(host)
    return str(name) if name else None


def _helpers(config: dict[str, Any], file: Path) -> dict[str, Any]:
    return _mapping(config.get("credHelpers"), "credHelpers", file)


def _read(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        reason = f"cannot read docker's logins in {file}: {error}"
        raise InvalidValueError(reason) from error
    return cast("dict[str, Any]", document) if isinstance(document, dict) else {}


def _from_helper(name: str, host: str) -> Login | None:
    command = f"docker-credential-{name}"
    try:
        answer = subprocess.run(
            [command, "get"], input=host, capture_output=True, text=True, timeout=_HELPER_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = f"docker's credential helper {command} does not work: {error}"
        raise InvalidValueError(reason) from error
    if answer.returncode != 0:
        if _NO_LOGIN in answer.stdout:
            return None
        reason = f"docker's credential helper {command} failed: {(answer.stdout or answer.stderr).strip()}"
        raise InvalidValueError(reason)
    return _parse_answer(answer.stdout, command, host)


def _parse_answer(text: str, command: str, host: str) -> Login:
    try:
        entry = json.loads(text)
        login = Login(str(entry["Username"]), str(entry["Secret"]))
    except (ValueError, KeyError, TypeError) as error:
        reason = f"docker's credential helper {command} gave no login that could be read"
        raise InvalidValueError(reason) from error
    if login.username == _IDENTITY_TOKEN:
        raise _only_docker(host)
    return login


def _from_file(config: dict[str, Any], host: str, file: Path) -> Login | None:
    entries = _mapping(config.get("auths"), "auths", file)
    key = next((each for each in entries if _host_of(each) == _host_of(host)), None)
    if key is None:
        return None
    entry = _entry(key, entries[key], file)
    if entry.get("identitytoken"):
        raise _only_docker(host)
    if entry.get("username") and entry.get("password"):
        return Login(entry["username"], entry["password"])
    if not entry.get("auth"):
        return None
    return _decoded(entry["auth"], key, file)


def _decoded(auth: str, key: str, file: Path) -> Login:
    try:
        # As strict as docker (configfile/file.go, decodeAuth): Python would skip what is not base64.
        text = base64.b64decode(auth.replace("\n", "").replace("\r", ""), validate=True).decode()
    except ValueError:  # no base64, or no UTF-8 in it
        text = ""
    username, colon, password = text.partition(":")
    password = password.strip("\0")
    if not (colon and username and password):
        where = f"auths.{key}.auth"
        # Not chained: the cause would show what was read.
        raise _misshapen(where, "user:password in base64, as `docker login` writes it", file) from None
    return Login(username, password)


def _entry(key: str, value: object, file: Path) -> dict[str, str]:
    entry = {name: each for name, each in _mapping(value, f"auths.{key}", file).items() if each is not None}
    for name in _FIELDS & entry.keys():
        if not isinstance(entry[name], str):
            where = f"auths.{key}.{name}"
            raise _misshapen(where, "text", file)
    return cast("dict[str, str]", entry)


def _mapping(value: object, where: str, file: Path) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _misshapen(where, "an object", file)
    return cast("dict[str, Any]", value)


def _misshapen(where: str, wanted: str, file: Path) -> InvalidValueError:
    # Without the value: what stands in the wrong place may be a password.
    return InvalidValueError(f"cannot read docker's logins in {file}: {where} must be {wanted}")


def _host_of(key: str) -> str:
    # `docker login` writes the bare host; older versions and helpers write https://host/v1/.
    return key.removeprefix("https://").removeprefix("http://").split("/")[0]


def _only_docker(host: str) -> InvalidValueError:
    reason = f"the docker login for {host} is a token that only docker itself can use"
    return InvalidValueError(reason)
