"""How a node reads an image reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulls.registry.reference import ImageReference, InvalidReference, is_loopback, parse_reference

DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("image", "host", "path", "wanted"),
    [
        ("nginx", "docker.io", "library/nginx", "latest"),
        ("nginx:1.27", "docker.io", "library/nginx", "1.27"),
        ("team/web:1", "docker.io", "team/web", "1"),
        ("docker.io/nginx", "docker.io", "library/nginx", "latest"),
        ("index.docker.io/team/web", "docker.io", "team/web", "latest"),
        ("localhost/web", "localhost", "web", "latest"),
        ("web:5000/app", "web:5000", "app", "latest"),
        ("WEB/app", "WEB", "app", "latest"),
        ("[::1]:5000/app:2", "[::1]:5000", "app", "2"),
        ("registry.example.com/a/b__c/d-e.f:V_1.0-x", "registry.example.com", "a/b__c/d-e.f", "V_1.0-x"),
        (f"registry.example.com:443/a@{DIGEST}", "registry.example.com:443", "a", DIGEST),
        (f"registry.example.com/a:1@{DIGEST}", "registry.example.com", "a", DIGEST),
    ],
)
def test_a_reference_has_a_host_a_path_and_a_tag_or_digest(image: str, host: str, path: str, wanted: str) -> None:
    found = parse_reference(image)
    assert (found.host, found.path, found.wanted) == (host, path, wanted)
    assert found.repository == f"{host}/{path}"


def test_docker_hub_is_served_by_another_host() -> None:
    assert parse_reference("nginx").registry == "registry-1.docker.io"
    assert parse_reference("quay.io/a").registry == "quay.io"


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("", "empty"),
        ("registry.example.com/", "empty"),
        ("registry.example.com//web", "character"),
        ("registry.example.com/Web", "lower case"),
        ("https://registry.example.com/web", "scheme"),
        ("<none>@<none>", "not tagged or not pushed"),
        ("registry.example.com/web:1\n", "white space"),
        ("registry.example.com/web:", "tag"),
        (f"registry.example.com/web:{'x' * 129}", "tag"),
        ("registry.example.com/web@sha256:abc", "sha256"),
        (f"registry.example.com/web@md5:{'a' * 32}", "sha256"),
        ("registry.example.com:99999/web", "port"),
        ("-x.example.com/web", "host"),
        (f"{'a' * 64}.example.com/web", "DNS"),
        (f"registry.example.com/{'a' * 256}", "too long"),
        ("registry.example.com/../web", "character"),
    ],
)
def test_what_is_no_reference_is_refused_with_the_reason(image: str, why: str) -> None:
    with pytest.raises(InvalidReference, match=why):
        parse_reference(image)


def test_a_password_in_what_is_no_reference_is_not_repeated() -> None:
    with pytest.raises(InvalidReference) as refused:
        parse_reference("https://puller:hunter2@registry.example.com/web")
    assert "hunter2" not in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_is_a_reference_or_is_refused(image: str) -> None:
    try:
        found = parse_reference(image)
    except InvalidReference:
        return
    assert parse_reference(str_of(found)) == found


def str_of(reference: ImageReference) -> str:
    mark = f"@{reference.digest}" if reference.digest else f":{reference.tag}"
    return f"{reference.repository}{mark}"


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:5000", "127.8.9.1", "[::1]:80", "a.localhost:80", "LOCALHOST."]
)
def test_names_of_this_machine_are_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example.com", "10.0.0.1", "notlocalhost", "[::2]:5000", "128.0.0.1:1"])
def test_other_names_are_not(host: str) -> None:
    assert not is_loopback(host)
