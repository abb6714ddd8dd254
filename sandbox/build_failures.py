"""Why a Go build failed, told from its output, for the person who has to act."""

import re
from collections.abc import Sequence
from pathlib import Path

_LAST_LINES = 15

_NETWORK = (
    "dial tcp", "no such host", "i/o timeout", "connection refused", "connection reset", "proxyconnect",
    "tls handshake timeout", "network is unreachable", "temporary failure in name resolution",
    "module lookup disabled", "bad gateway", "service unavailable",
)  # fmt: skip
# The part before the @ of a URL. Go takes GOPROXY's entries without `https://` too, so there it may also come first.
_LOGIN = re.compile(r"(?<=://)[^/\s\"|]*@")
_LOGIN_OF_PROXY = re.compile(r"(^|[,|]|://)[^/,|]*@")


def explain(label: str, lines: Sequence[str], *, log: Path, proxy: str, build_cache: Path) -> str:
    """The whole message for a failed build.

    Args:
        label: the tool, for example `Traefik 3.6.12`.
        lines: everything that the build printed.
        log: where the same lines lie.
        proxy: GOPROXY, where modules come from; logins in it, and in URLs of `lines`, are left out.
        build_cache: GOCACHE.
    """
    text = "\n".join(lines).lower()
    shown = _LOGIN_OF_PROXY.sub(r"\1", proxy)
    if "no space left on device" in text:
        cause = f"the disk is full; free some space (Go's own caches: {build_cache}), then try again"
    elif "checksum mismatch" in text:
        cause = (
            "a downloaded module is not the one that go.sum names; type: go clean -modcache, then try again, "
            "and do not trust the module proxy if it happens again"
        )
    elif "signal: killed" in text or "cannot allocate memory" in text:
        cause = "the compiler was killed, most likely for want of memory; end other programs, then try again"
    elif any(mark in text for mark in _NETWORK):
        cause = (
            f"Go modules cannot be downloaded (GOPROXY={shown}); check the network, or point GOPROXY and HTTPS_PROXY "
            "to what this network offers, then try again: what was downloaded is kept"
        )
    else:
        cause = "the compiler's last words are above; what was compiled is kept, so trying again starts there"
    excerpt = "\n".join(f"  {_LOGIN.sub('', line)}" for line in lines[-_LAST_LINES:])
    return f"{label} could not be built:\n{excerpt}\n{cause}\nthe whole log: {log}"
