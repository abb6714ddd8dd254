"""The login that a pull secret gives for an image, found as the kubelet finds it.

kubernetes/kubernetes v1.34, pkg/credentialprovider: keyring.go (Add, URLsMatch, Lookup) and config.go.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import cast

from pulls.registry.reference import split_port

_HUB_KEY = "index.docker.io"
_HUB_NAMES = ("docker.io", _HUB_KEY)
_FIELDS = ("username", "password", "auth")
_REFRESH_USERS = frozenset({"00000000-0000-0000-0000-000000000000", "<token>"})


@dataclass(frozen=True)
class Login:
    """A user and a password, or a user name that marks the password as a refresh token."""

    username: str
    password: str = field(repr=False)

    @property
    def is_refresh_token(self) -> bool:
        """Whether the password is an OAuth refresh token.

        `<token>` marks one in docker's credential helpers (docker/cli, cli/config/credentials/native_store.go), the
        nil GUID in Azure's registries (Azure/acr, docs/AAD-OAuth.md).
        """
        return self.username in _REFRESH_USERS


def login_of(docker_config: str, image: str, *, old: bool = False) -> Login | None:
    """The login for an image in the text of a `kubernetes.io/dockerconfigjson` secret, or of an old one.

    The most specific key wins. Keys may have a scheme, a path, and globs in the labels of the host name.
    The kubelet knows no identity tokens and drops a secret in which one entry cannot be read; both give None here too.

    Args:
        docker_config: the decoded value of `.dockerconfigjson`, or of `.dockercfg`.
        image: `host[:port]`, `host[:port]/path` or a whole reference.
        old: whether it is of `kubernetes.io/dockercfg`, which has the entries without `auths` around them.
    """
    keyring = _keyring(docker_config, old=old)
    for key in sorted(keyring, reverse=True):
        if _matches(key, image) and keyring[key].password:
            return keyring[key]
    found = keyring.get(_HUB_KEY) if _is_on_hub(image) else None
    return found if found is not None and found.password else None


def _keyring(text: str, *, old: bool) -> dict[str, Login]:
    try:
        document: object = json.loads(text)
        auths = _mapping(document if old else _mapping(document).get("auths"))
        entries = {key: _entry(_mapping(value)) for key, value in auths.items()}
    except (ValueError, TypeError, RecursionError):
        return {}
    keyring: dict[str, Login] = {}
    for location, login in entries.items():
        keyring.setdefault(_key(location), login)
    return keyring


def _mapping(value: object) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError
    return cast("dict[str, object]", value)


def _entry(entry: Mapping[str, object]) -> Login:
    texts = {name: entry.get(name) or "" for name in _FIELDS}
    if not all(isinstance(each, str) for each in texts.values()):
        raise TypeError
    username, password, auth = (str(texts[name]) for name in _FIELDS)
    return _decoded(auth) if auth else Login(username, password)


def _decoded(auth: str) -> Login:
    # With or without padding (config.go, decodeDockerConfigFieldAuth).
    bare = "".join(auth.split()).rstrip("=")
    text = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode()
    username, colon, password = text.partition(":")
    if not colon:
        raise ValueError
    return Login(username, password)


def _key(location: str) -> str:
    host, slash, rest = location.removeprefix("https://").removeprefix("http://").partition("/")
    path = slash + rest
    if path.startswith(("/v1/", "/v2/")):
        path = path[3:]
    return host if path in ("", "/") else host + path


def _matches(key: str, image: str) -> bool:
    (key_host, key_path), (host, path) = _parts(key), _parts(image)
    (key_name, key_port), (name, port) = split_port(key_host), split_port(host)
    key_labels, labels = key_name.split("."), name.split(".")
    return (
        key_port == port
        and len(key_labels) == len(labels)
        and path.startswith(key_path)
        and all(map(fnmatchcase, labels, key_labels))
    )


def _parts(text: str) -> tuple[str, str]:
    host, slash, rest = text.partition("/")
    return host, slash + rest


def _is_on_hub(image: str) -> bool:
    # keyring.go, isDefaultRegistryMatch; but a lone name with a dot or a port is a host here, not an image.
    host, _ = _parts(image)
    return host in _HUB_NAMES or (bool(host) and not any(each in host for each in ".:"))
