"""What each word of a stack file may look like, and what is offered in place of one that may not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from components import domain
from components.domain import as_text
from components.errors import InvalidValueError

DIGEST = "sha256:" + "0123456789abcdef" * 4
TYPES = {
    name: TypeAdapter[Any](getattr(domain, name))
    for name in (
        "AppName",
        "Bytes",
        "Cidr",
        "ContainerPath",
        "Cores",
        "Digest",
        "DnsLabel",
        "FileName",
        "HostName",
        "Memory",
        "NamespaceName",
        "Port",
        "RegistryHost",
        "RepositoryPath",
        "Seconds",
        "Text",
        "UrlPath",
        "VariableName",
    )
}


def refused(kind: str, value: object) -> InvalidValueError:
    with pytest.raises(ValidationError) as caught:
        TYPES[kind].validate_python(value)
    error = caught.value.errors()[0].get("ctx", {}).get("error")
    assert isinstance(error, InvalidValueError)
    return error


def answer(kind: str, text: str) -> str | None:
    """The value itself when it passes, else what is offered for it."""
    try:
        return TYPES[kind].validate_python(text)
    except ValidationError as error:
        return error.errors()[0].get("ctx", {})["error"].suggestion


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("DnsLabel", "a" * 63),
        ("NamespaceName", "kubernetes-apps"),
        ("Port", 1),
        ("Port", 65535),
        ("RepositoryPath", "team/web_api/a__b/c--d.e"),
        ("RepositoryPath", "my.web"),
        ("RegistryHost", "localhost"),
        ("RegistryHost", "me.azurecr.io"),
        ("RegistryHost", "registry:5000"),
        ("Digest", DIGEST),
        ("Digest", f"127.0.0.1:5050/web@{DIGEST}"),
        ("UrlPath", "/healthz?full=1"),
        ("ContainerPath", "/var/lib/data"),
        ("ContainerPath", "/tmp/cache"),  # noqa: S108 - in the container
        ("Cidr", "10.0.0.0/8"),
        ("Cidr", "2001:db8::/32"),
        ("VariableName", "MAX_TOKENS"),
        ("VariableName", "Logging.Level-x"),
        ("FileName", ".2026_01.conf"),
        ("Seconds", 0),
    ],
)
def test_a_usual_value_passes_as_it_is(kind: str, value: object) -> None:
    assert TYPES[kind].validate_python(value) == value


@pytest.mark.parametrize(
    ("kind", "value", "reason", "suggestion"),
    [
        ("DnsLabel", "My Web!", "'My Web!' is not a Kubernetes name", "my-web"),
        ("DnsLabel", "a.b", "dots are not allowed", "a-b"),
        ("DnsLabel", "a" * 70, "longer than 63 characters", "a" * 63),
        ("DnsLabel", "a" * 62 + "_b", "longer than 63 characters", "a" * 62),
        ("DnsLabel", "__", "must be letters", None),
        ("NamespaceName", "default", "the app gets a namespace to itself", None),
        ("NamespaceName", "kube-public", "the app gets a namespace to itself", None),
        ("NamespaceName", "Apps", "is not a Kubernetes name", "apps"),
        ("Port", 0, "they run from 1 to 65535", None),
        ("Port", 65536, "they run from 1 to 65535", None),
        ("RepositoryPath", "Team/Web:1.2", "without a registry, tag or digest", "team/web"),
        ("RepositoryPath", f"web@{DIGEST}", "without a registry, tag or digest", "web"),
        ("RepositoryPath", "/web/", "without a registry, tag or digest", "web"),
        ("RepositoryPath", "a//b", "without a registry, tag or digest", None),
        ("RepositoryPath", "gcr.io/my-project/web", "it begins with a registry", "my-project/web"),
        ("RepositoryPath", "localhost:5000/x", "it begins with a registry", "x"),
        ("RepositoryPath", "localhost/x", "it begins with a registry", "x"),
        ("RepositoryPath", "https://contoso.azurecr.io/Web:1", "it begins with a registry", "web"),
        ("RepositoryPath", f"me.io:5000/web:1@{DIGEST}", "it begins with a registry", "web"),
        ("RepositoryPath", "https://gcr.io", "it begins with a registry", None),
        ("RepositoryPath", "a.b/c.d/web", "it begins with a registry", None),
        ("RegistryHost", "https://me.azurecr.io/v2/", "without scheme and path", "me.azurecr.io"),
        ("RegistryHost", "registry", "docker takes 'registry' for a path", "registry:5000"),
        ("RegistryHost", "a b", "without scheme and path", None),
        ("RegistryHost", "localhost:", "without scheme and path", "localhost"),
        ("RegistryHost", "", "without scheme and path", None),
        ("RegistryHost", "me.azurecr.io:", "without scheme and path", "me.azurecr.io"),
        ("RegistryHost", "localhost:0", "they run from 1 to 65535", None),
        ("RegistryHost", "localhost:65536", "65536 is not a port", None),
        ("RegistryHost", "a..b:5000", "must be letters, digits and dashes", None),
        ("RegistryHost", f"{'a' * 64}.io", "longer than 63 characters", None),
        ("Digest", DIGEST[:-1], "64 hexadecimal digits", None),
        ("Digest", DIGEST.upper(), "64 hexadecimal digits", None),
        ("Digest", f"a b@{DIGEST}", "64 hexadecimal digits", None),
        ("UrlPath", "healthz", "it must start with /", "/healthz"),
        ("UrlPath", "/a b", "no spaces", None),
        ("ContainerPath", "data", "it must be like /data", None),
        ("ContainerPath", "/data/", "it must be like /data", None),
        ("ContainerPath", "/data/../etc", "it must be like /data", None),
        ("ContainerPath", "/tmp", "/tmp is there already", None),  # noqa: S108 - in the container
        ("ContainerPath", "/data/.", "it must be like /data", None),
        ("ContainerPath", "/proc/x", "/proc is the kernel's own", None),
        ("Cidr", "10.0.0.1/8", "has host bits set", "10.0.0.0/8"),
        ("Cidr", "192.168.1.5/24", "has host bits set", "192.168.1.0/24"),
        ("Cidr", "10.0.0.1/99", "is not a range of addresses", None),
        ("Cidr", "everywhere", "is not a range of addresses", None),
        ("VariableName", "1ST", "is not a variable name", None),
        ("VariableName", "A=B", "is not a variable name", None),
        ("FileName", "a/b", "is not a file name", None),
        ("AppName", "2web", "", "web"),
        ("HostName", "a_b", "is not a host name", "a-b"),
    ],
)
def test_another_value_is_refused_with_a_reason(kind: str, value: object, reason: str, suggestion: str | None) -> None:
    error = refused(kind, value)
    assert reason in str(error)
    assert error.suggestion == suggestion


@pytest.mark.parametrize("kind", ["AppName", "DnsLabel", "NamespaceName", "RegistryHost", "RepositoryPath", "UrlPath"])
@given(text=st.one_of(st.text(max_size=70), st.text("abzAZ019-_./: @", max_size=70)))
def test_what_is_offered_is_always_accepted(kind: str, text: str) -> None:
    offer = answer(kind, text)
    assert offer is None or answer(kind, offer) == offer


@pytest.mark.parametrize(
    ("kind", "value", "suggestion"),
    [
        ("NamespaceName", "Default", None),
        ("NamespaceName", "Kube_System", None),
        ("RegistryHost", "http://registry/", "registry:5000"),
        ("UrlPath", "/caf\u00e9", None),
    ],
)
def test_what_would_be_refused_in_its_turn_is_not_offered(kind: str, value: str, suggestion: str | None) -> None:
    assert refused(kind, value).suggestion == suggestion


@pytest.mark.parametrize(("value", "text"), [(4, "4"), (-1, "-1"), (True, "true"), (False, "false"), ("x", "x")])
def test_numbers_and_booleans_become_the_text_they_were_written_as(value: object, text: str) -> None:
    assert as_text(value) == text
    assert TYPES["Text"].validate_python(value) == text


@pytest.mark.parametrize("value", [None, ["a"], {"a": "b"}])
def test_nothing_else_becomes_text(value: object) -> None:
    assert as_text(value) is value
