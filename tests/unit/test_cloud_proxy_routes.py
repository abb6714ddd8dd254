"""Where a request to the clouds' proxy goes, and what the next server is told."""

from dataclasses import replace

import pytest

from sandbox.clouds.proxy_routes import Head, Routes, needs_no_proxy, outside

FRONT = ("127.0.0.1", 4443)
BALANCER = ("10.96.0.7", 80)
ROUTES = Routes(lambda host: host.endswith(".azurecr.io"), FRONT, {"203.0.113.7": BALANCER}.get)
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


def head(text: str) -> Head:
    read = Head.read(text.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    assert read is not None
    return read


def test_a_cloud_registry_leads_to_the_front() -> None:
    route = ROUTES.of(head("CONNECT Contoso.azurecr.io:443 HTTP/1.1"))
    assert (route.address, route.first_on, route.first_back) == (FRONT, b"", ESTABLISHED)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CONNECT contoso.azurecr.io:80 HTTP/1.1", "on port 443 only"),
        ("GET http://contoso.azurecr.io/v2/ HTTP/1.1", "by HTTPS only"),
        ("GET /v2/ HTTP/1.1\nHost: contoso.azurecr.io", "no request to a proxy"),
        ("GET https://example.com/ HTTP/1.1", "no request to a proxy"),
        ("CONNECT :443 HTTP/1.1", "no request to a proxy"),
        ("CONNECT example.com:99999 HTTP/1.1", "no request to a proxy"),
        ("CONNECT [::1 HTTP/1.1", "no request to a proxy"),
    ],
)
def test_what_leads_nowhere_is_said_to(text: str, reason: str) -> None:
    route = ROUTES.of(head(text))
    assert route.address is None
    assert reason in route.said


def test_a_load_balancer_leads_to_what_it_serves_and_the_app_sees_the_name() -> None:
    request = "GET http://203.0.113.7/a?b=c HTTP/1.1\nHost: 203.0.113.7\nProxy-Connection: keep-alive\nAccept: */*"
    route = ROUTES.of(head(request))
    assert route.address == BALANCER
    expected = "GET /a?b=c HTTP/1.1\r\nHost: 203.0.113.7\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    assert route.first_on == expected.encode()
    assert route.first_back == b""
    tunnel = ROUTES.of(head("CONNECT 203.0.113.7:80 HTTP/1.1"))
    assert (tunnel.address, tunnel.first_back) == (BALANCER, ESTABLISHED)


def test_all_else_goes_there() -> None:
    assert ROUTES.of(head("CONNECT example.com:8443 HTTP/1.1")).address == ("example.com", 8443)
    assert ROUTES.of(head("CONNECT [2001:db8::1]:443 HTTP/1.1")).address == ("2001:db8::1", 443)
    route = ROUTES.of(head("GET http://example.com:8080 HTTP/1.0\nHost: example.com:8080"))
    assert route.address == ("example.com", 8080)
    assert route.first_on == b"GET / HTTP/1.0\r\nHost: example.com:8080\r\nConnection: close\r\n\r\n"


def on_this_machine(host: str) -> bool:
    return host == "127.0.0.1"


OUT = replace(
    ROUTES,
    proxies={"https": "http://me:p%40ss@proxy.corp:3128", "http": "proxy.corp"},
    direct=on_this_machine,
)


def test_a_proxy_that_leads_out_is_asked_in_our_place_with_its_login() -> None:
    route = OUT.of(head("CONNECT example.com:443 HTTP/1.1\nHost: example.com:443\nProxy-Authorization: Basic ours"))
    assert (route.address, route.first_back) == (("proxy.corp", 3128), b"")
    login = b"Proxy-Authorization: Basic bWU6cEBzcw==\r\n"
    assert route.first_on == b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n" + login + b"\r\n"
    plain = OUT.of(head("GET http://example.com/a HTTP/1.1\nHost: example.com"))
    assert plain.address == ("proxy.corp", 80)
    assert plain.first_on.startswith(b"GET http://example.com/a HTTP/1.1\r\n")
    assert "p@ss" not in repr((OUT, route))
    assert "p%40ss" not in repr(OUT)
    assert b"bWU6cEBzcw" not in repr(route).encode()


@pytest.mark.parametrize("target", ["contoso.azurecr.io:443", "203.0.113.7:80", "127.0.0.1:5050"])
def test_what_is_on_this_machine_is_not_asked_of_a_proxy(target: str) -> None:
    address = OUT.of(head(f"CONNECT {target} HTTP/1.1")).address
    assert address is not None
    assert address[0] != "proxy.corp"


@pytest.mark.parametrize(
    "data",
    [b"", b"GET\r\n\r\n", b"GET / HTTP/2\r\n\r\n", b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET / HTTP/1.1\r\nx\r\n\r\n"],
)
def test_what_is_no_request_is_not_read(data: bytes) -> None:
    assert Head.read(data) is None


def test_the_environments_proxies_lead_out_but_never_back_to_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ftp_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert outside(4444) == {}
    monkeypatch.setenv("https_proxy", "http://proxy.corp:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:4444/")
    monkeypatch.setenv("ftp_proxy", "http://proxy.corp:21")
    assert outside(4444) == {"https": "http://proxy.corp:3128"}


def test_this_machine_and_what_no_proxy_names_are_reached_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("no_proxy", ".corp")
    names = ("127.0.0.1", "localhost", "::1", "git.corp", "example.com")
    assert [needs_no_proxy(name) for name in names] == [True, True, True, True, False]
