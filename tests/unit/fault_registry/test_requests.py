"""What a request is for, read from its path."""

import pytest

from tests.faults.registry_requests import Part, read_request


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/v2/", (Part.PING, "", "")),
        ("/v2", (Part.PING, "", "")),
        ("/v2/web/manifests/v1", (Part.MANIFESTS, "web", "v1")),
        ("/v2/acme/apps/web/blobs/sha256:1", (Part.BLOBS, "acme/apps/web", "sha256:1")),
        ("/v2/a/manifests/b/blobs/c", (Part.BLOBS, "a/manifests/b", "c")),
        ("/v2/a/blobs/b/manifests/c", (Part.MANIFESTS, "a/blobs/b", "c")),
        ("/v2/a/token/manifests/token", (Part.MANIFESTS, "a/token", "token")),
        ("/token?scope=repository:acme/apps/web:pull", (Part.TOKEN, "acme/apps/web", "")),
        ("/v2/token?scope=repository:host:5000/web:pull", (Part.TOKEN, "host:5000/web", "")),
        ("/oauth2/token", (Part.TOKEN, "", "")),
        ("/v2/web/blobs/uploads/", (Part.OTHER, "", "")),
        ("/", (Part.OTHER, "", "")),
    ],
)
def test_a_path_says_what_is_asked_for(path: str, place: tuple[Part, str, str]) -> None:
    request = read_request("GET", path, {})
    assert (request.part, request.repository, request.reference) == place


@pytest.mark.parametrize(
    ("header", "login", "bearer"),
    [
        ("", None, None),
        ("Basic dTpwOnc=", ("u", "p:w"), None),
        ("basic dTpwOnc=", ("u", "p:w"), None),
        ("Basic ***", ("", ""), None),
        ("Basic /w==", ("", ""), None),
        ("Bearer abc", None, "abc"),
        ("Negotiate abc", None, None),
    ],
)
def test_credentials_are_read_from_the_header(header: str, login: tuple[str, str] | None, bearer: str | None) -> None:
    request = read_request("GET", "/v2/web/manifests/v1", {"authorization": header})
    assert (request.login, request.bearer) == (login, bearer)
    assert request.had_authorization is (login is not None or bearer is not None)
