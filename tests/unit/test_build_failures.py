"""What people are told of a failed build. The lines are what Go and the kernel really print."""

from pathlib import Path

import pytest

from sandbox.build_failures import explain

_DISK = "go: writing stat cache: write /home/me/go/pkg/mod/cache/x: no space left on device"
_SUM = "verifying example.com/m@v1.0.0: checksum mismatch"
_KILLED = "k8s.io/api/core/v1: /usr/local/go/pkg/tool/linux_amd64/compile: signal: killed"
_COMPILER = "./main.go:3:15: undefined: undefinedWord"


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        (_DISK, "the disk is full; free some space (Go's own caches: /the/cache)"),
        (_SUM, "type: go clean -modcache"),
        (_KILLED, "for want of memory"),
        ("fork/exec /usr/local/go/pkg/tool/compile: cannot allocate memory", "for want of memory"),
        (_COMPILER, "the compiler's last words are above"),
    ],
)
def test_the_cause_is_read_from_the_output_with_what_to_do(line: str, advice: str) -> None:
    assert advice in _explain(line)


@pytest.mark.parametrize(
    "line",
    [
        'go: m@v1: Get "https://p/m": dial tcp 127.0.0.1:9: connect: connection refused',
        'go: m@v1: Get "https://p/m": dial tcp: lookup p on 10.0.0.1:53: no such host',
        'go: m@v1: Get "https://p/m": proxyconnect tcp: EOF',
        'go: m@v1: Get "https://p/m": net/http: TLS handshake timeout',
        "go: m@v1: read tcp 10.0.0.1:1->10.0.0.2:443: read: connection reset by peer",
        "go: m@v1: read tcp 10.0.0.1:1->10.0.0.2:443: i/o timeout",
        "go: m@v1: module lookup disabled by GOPROXY=off",
        "go: m@v1: reading https://p/m: 502 Bad Gateway",
        "go: m@v1: reading https://p/m: 503 Service Unavailable",
    ],
)
def test_every_way_in_which_a_network_fails_leads_to_the_proxy(line: str) -> None:
    assert "Go modules cannot be downloaded (GOPROXY=https://p)" in _explain(line)


def test_a_full_disk_is_named_even_when_the_network_fails_too() -> None:
    message = _explain("dial tcp: connection refused", _DISK)
    assert "the disk is full" in message
    assert "cannot be downloaded" not in message


def test_a_cause_is_found_though_it_is_not_among_the_last_lines() -> None:
    message = _explain(_KILLED, *(f"line {number}" for number in range(40)))
    assert "for want of memory" in message
    assert "signal: killed" not in message


def test_the_message_has_the_tool_the_last_lines_the_cause_and_the_log_in_this_order() -> None:
    message = _explain(*(f"line {number}" for number in range(40)), _COMPILER).splitlines()
    assert message[0] == "Traefik 3.6.12 could not be built:"
    assert message[1:16] == [*(f"  line {number}" for number in range(26, 40)), f"  {_COMPILER}"]
    assert message[16].startswith("the compiler's last words are above")
    assert message[17:] == ["the whole log: /the/log"]


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("https://me:s3cret@p.test/go", "https://p.test/go"),
        ("https://s3cret@p.test", "https://p.test"),
        ("https://me:s3c@ret@p.test", "https://p.test"),
        ("https://me:s3cret@p.test,https://you:s3cret@q.test|direct", "https://p.test,https://q.test|direct"),
        ("me:s3cret@p.test|you:s3cret@q.test", "p.test|q.test"),
        ("https://p.test/a@b,off", "https://p.test/a@b,off"),
    ],
)
def test_logins_of_module_proxies_are_not_shown(proxy: str, shown: str) -> None:
    assert f"(GOPROXY={shown})" in _explain("dial tcp: no such host", proxy=proxy)


def test_a_login_in_what_go_printed_is_not_shown_and_versions_are() -> None:
    message = _explain('m@v1.0.0: Get "https://me:s3cret@p.test/m/@v/v1.mod": dial tcp: no such host')
    assert 'm@v1.0.0: Get "https://p.test/m/@v/v1.mod"' in message


def _explain(*lines: str, proxy: str = "https://p") -> str:
    return explain("Traefik 3.6.12", lines, log=Path("/the/log"), proxy=proxy, build_cache=Path("/the/cache"))
