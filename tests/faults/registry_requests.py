"""A request to a registry, read from its URL and headers."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

Login = tuple[str, str]

_CONTENT = re.compile(r"/v2/(?P<repository>.+)/(?P<part>manifests|blobs)/(?P<reference>[^/]+)")


class Part(StrEnum):
    """What of a registry a request is for."""

    PING = "ping"
    MANIFESTS = "manifests"
    BLOBS = "blobs"
    TOKEN = "token"
    OTHER = "other"


@dataclass(frozen=True)
class Request:
    """One request.

    `host` is the registry that the client means: `ns` of containerd's mirrors (containerd/containerd v2.3.4:
    core/remotes/docker/resolver.go, addNamespace), the `service` of a token request, else the Host header. So Docker
    Hub is `docker.io` behind a mirror, `registry-1.docker.io` without.
    `login` is what was sent as Basic login or, for an OAuth token, in the form; `bearer` is the token that was sent.
    """

    method: str
    path: str
    part: Part
    host: str
    ns: str | None = None
    repository: str = ""
    reference: str = ""
    login: Login | None = None
    bearer: str | None = None

    @property
    def had_authorization(self) -> bool:
        """Whether it came with credentials of any kind."""
        return self.login is not None or self.bearer is not None


def read_request(method: str, target: str, headers: Mapping[str, str], form: str = "") -> Request:
    """The request with this request line, headers (names in lower case) and body of a form."""
    url = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    fields = query | {name: values[-1] for name, values in parse_qs(form).items()}
    part, repository, reference = _place(url.path, fields.get("scope", ""))
    ns = query.get("ns")
    service = fields.get("service") if part is Part.TOKEN else None
    login, bearer = _credentials(headers.get("authorization", ""))
    return Request(
        method=method,
        path=url.path,
        part=part,
        host=ns or service or headers.get("host", ""),
        ns=ns,
        repository=repository,
        reference=reference,
        login=login or _form_login(fields if part is Part.TOKEN else {}),
        bearer=bearer,
    )


def _place(path: str, scope: str) -> tuple[Part, str, str]:
    """Part, repository and reference; the repository of a token request is in its scope, `repository:<it>:pull`."""
    if path in ("/v2", "/v2/"):
        return Part.PING, "", ""
    if content := _CONTENT.fullmatch(path):
        return Part(content["part"]), content["repository"], content["reference"]
    if path.endswith("/token"):
        return Part.TOKEN, scope.removeprefix("repository:").rpartition(":")[0], ""
    return Part.OTHER, "", ""


def _credentials(authorization: str) -> tuple[Login | None, str | None]:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return None, value
    if scheme.lower() != "basic":
        return None, None
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ("", ""), None
    return (user, password), None


def _form_login(fields: Mapping[str, str]) -> Login | None:
    """The login in a POST for an OAuth token (containerd v2.3.4: core/remotes/docker/auth/fetch.go)."""
    if "password" in fields:
        return fields.get("username", ""), fields["password"]
    return ("", fields["refresh_token"]) if "refresh_token" in fields else None
