"""What a request to a cloud's registry asks for."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clouds.access import Login
from sandbox.clouds.registry.asked import Content, Credentials, access, content, credentials, host

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/v2/web/manifests/v1", Content("web", "manifests/v1", "pull")),
        ("HEAD", f"/v2/team/web/manifests/{DIGEST}", Content("team/web", f"manifests/{DIGEST}", "pull")),
        ("GET", f"/v2/my-project/a__b/c.d/blobs/{DIGEST}", Content("my-project/a__b/c.d", f"blobs/{DIGEST}", "pull")),
        ("GET", "/v2/web/tags/list", Content("web", "tags/list", "pull")),
        ("GET", f"/v2/web/referrers/{DIGEST}", Content("web", f"referrers/{DIGEST}", "pull")),
        ("PUT", "/v2/web/manifests/v1", Content("web", "manifests/v1", "push")),
        ("DELETE", "/v2/web/manifests/v1", Content("web", "manifests/v1", "push")),
        ("POST", "/v2/web/blobs/uploads/", Content("web", "blobs/uploads/", "push")),
        ("PATCH", "/v2/web/blobs/uploads/1-2", Content("web", "blobs/uploads/1-2", "push")),
        ("GET", "/v2/web/blobs/uploads/1-2", Content("web", "blobs/uploads/1-2", "push")),
        ("GET", "/v2/blobs/blobs/manifests/v1", Content("blobs/blobs", "manifests/v1", "pull")),
    ],
)
def test_a_path_is_a_part_of_a_repository_and_reading_it_is_a_pull(method: str, path: str, found: Content) -> None:
    assert content(method, path) == found


@pytest.mark.parametrize(
    "path",
    [
        "/v2/",
        "/v2/_catalog",
        "/v2/Web/manifests/v1",
        "/v2/web/manifests/",
        "/v2/web/manifests/../../other/manifests/v1",
        "/v2/../web/manifests/v1",
        "/v2/web/blobs/uploads/..",
        "/v2/web/blobs/uploads/a/b",
        "/v2//manifests/v1",
        "/oauth2/token",
    ],
)
def test_nothing_else_is(path: str) -> None:
    assert content("GET", path) is None


@pytest.mark.parametrize(
    ("scopes", "asked"),
    [
        (["repository:web:pull"], {"web": {"pull"}}),
        (["repository:team/web:pull,push"], {"team/web": {"pull", "push"}}),
        (["repository:web:pull", "repository:base:pull"], {"web": {"pull"}, "base": {"pull"}}),
        (["repository:web:pull repository:web:push"], {"web": {"pull", "push"}}),
        (["repository:web:*"], {"web": {"pull", "push"}}),
        (["repository:web:delete"], {"web": set[str]()}),
        (["registry:catalog:*", "repository::pull", "repository:web", "nonsense"], dict[str, set[str]]()),
    ],
)
def test_scopes_are_what_is_asked_for_by_repository(scopes: list[str], asked: dict[str, set[str]]) -> None:
    assert access(scopes) == asked


@given(st.text(st.characters(exclude_characters=":", exclude_categories=["Cs"])), st.text())
def test_a_login_is_read_as_it_was_written(username: str, password: str) -> None:
    written = base64.b64encode(f"{username}:{password}".encode(errors="replace")).decode()
    password = password.encode(errors="replace").decode()
    assert credentials(f"Basic {written}") == Credentials(login=Login(username, password))


@pytest.mark.parametrize("text", ["", "Basic", "Basic ?", "Basic /w==", "Digest x", "Bearer"])
def test_what_cannot_be_read_is_no_login(text: str) -> None:
    assert credentials(text).login is None


def test_a_token_is_read_and_shown_nowhere() -> None:
    read = credentials("bearer abc")
    assert read == Credentials(token="abc")
    assert "abc" not in repr(read)
    assert "hunter2" not in repr(credentials("Basic " + base64.b64encode(b"me:hunter2").decode()))


@pytest.mark.parametrize(
    ("ns", "named", "meant"),
    [
        (None, "contoso.azurecr.io", "contoso.azurecr.io"),
        (None, "Contoso.azurecr.io:443", "contoso.azurecr.io"),
        ("contoso.azurecr.io", "127.0.0.1:4443", "contoso.azurecr.io"),
    ],
)
def test_the_registry_is_the_one_that_the_client_means(ns: str | None, named: str, meant: str) -> None:
    assert host(ns, named) == meant
