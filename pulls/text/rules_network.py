"""Phrases of what happened between the node and the registry before there was an answer, or in the middle of one."""

from pulls.causes import Code
from pulls.text.rules import END, REF, URL, Rule, status

_REQUEST = rf"\b(?:head|get|post) [\"']?{URL}\.{{0,3}}[\"']*: "  # a URL may be shortened

PLAIN = (
    Rule(
        Code.UNREACHABLE,
        r"\bproxyconnect tcp: tls: first record\b",
        "golang/go:src/net/http/transport.go: it is the proxy that speaks plain HTTP",
    ),
    Rule(
        Code.PLAIN_HTTP,
        r"\bserver gave HTTP resp|\bhttp: server gave\b|\boversized record received\b"
        r"|\bclient sent an HTTP request to an HTTPS server\b",
        "golang/go:src/net/http/transport.go, server.go",
    ),
    Rule(
        Code.PLAIN_HTTP,
        r"\bfirst record does not look like a TLS handshake\b"
        r"|\bmalformed HTTP response [\"']*\\+x15\\+x03",
        "golang/go:src/crypto/tls/conn.go; a TLS alert read as HTTP",
    ),
    Rule(Code.PLAIN_HTTP, r"\bplain HTTP request was sent to HTTPS\b", "nginx"),
    Rule(Code.PLAIN_HTTP, r"\b(?:wrong version number|SSL routines::?\S* ?http request)\b", "openssl"),
)

NAME_SYSTEM = (
    Rule(Code.INTERRUPTED, r"\boperation was canceled\b", "golang/go:src/net/net.go: the caller gave up"),
    Rule(
        Code.DNS,
        rf"\b(?:dial (?:tcp|udp)[46]?|tcp): lookup\b|\blookup {REF}(?: on {REF})?: (?!.*context canceled)"
        rf"|\bno such host\b|\bserver misbehaving\b"
        r"|\b(?:could not|couldn't|cannot|unable to|failed to) resolve (?:the )?(?:host|hostname|proxy|dns)\b"
        r"|\bname or service not known\b|\btemporary failure in name resolution\b"
        r"|\bno answer from DNS server\b|\bENOTFOUND\b",
        "golang/go:src/net/dnsclient*.go, net.go; getaddrinfo(3)",
    ),
)

TLS = (
    Rule(Code.UNREACHABLE, r"\bTLS handshake timeout\b", "golang/go:src/net/http/transport.go"),
    Rule(
        Code.TLS_UNTRUSTED,
        r"\bcertificate signed \w+ unknown auth|\bself(?:-| )signed certificate\b"
        r"|\bcertificate is not trusted\b|\bno roots provided\b"
        r"|\bunable to get local issuer certificate\b|\bcertificate is not authorized to sign other\b"
        r"|\bunable to verify the first certificate\b",
        "golang/go:src/crypto/x509/verify.go; openssl",
    ),
    Rule(
        Code.TLS_OTHER,
        r"\bx509: ?\S+|\bcertificate (?:has expired|is not yet valid|is valid for|relies on legacy)\b"
        r"|\bcannot validate certificate for\b|\bremote error: tls: ?\S+|\btls: (?!use of closed"
        r"|bad record|first record)\w|\bfailed to verify certificate\b"
        r"|\bcertificate verify failed\b|\b(?:tls|ssl)v\d+ alert\b"
        r"|\btls: (?:handshake failure|protocol version not supported|server selected unsupported|unrecognized name"
        r"|no supported versions|internal error|bad certificate|invalid signature|server chose"
        r"|illegal parameter|failed to parse)\b",
        "golang/go:src/crypto/tls, src/crypto/x509",
    ),
)

PROXY = (
    Rule(
        Code.UNREACHABLE,
        r"\bproxyconnect tcp\b|\bproxy authentication required\b|\bproxy CONNECT\b|\bsocks connect\b",
        "golang/go:src/net/http/transport.go; the proxy, not the registry",
    ),
    Rule(
        Code.UNREACHABLE,
        _REQUEST + r"(?:service unavailable|bad gateway|gateway time-?out|unknown status code"
        r"|(?-i:Forbidden|Not Found|Bad Request|Method Not Allowed|Internal Server Error))" + END,
        "golang/go:src/net/http/transport.go, dialConn: the proxy's words for a refused CONNECT, without a number",
    ),
)

BROKEN_REQUEST = (
    Rule(
        Code.UNREACHABLE,
        _REQUEST + r".{0,200}?(?:(?<!unexpected\x20)\bEOF|connection reset by peer|forcibly closed|broken pipe"
        r"|use of closed network connection"
        r"|server closed idle connection)",
        "golang/go:src/net/http: no response came",
    ),
)

TRANSFER = (
    Rule(
        Code.INTERRUPTED,
        r"\bunexpected EOF\b|\bwhile reading body\b|\bshort read: expected\b|\bGOAWAY\b|\bstream error: stream ID\b"
        r"|\bhttp2: client connection lost\b|\bbecause of no progress (?:for|in)\b|\bwriter has been reset\b"
        r"|\bbad record MAC\b|\bhttp2: response body closed\b|\bstream terminated by RST_STREAM\b",
        "golang/go:src/io, net/http; containerd/containerd:core/content; kubernetes dockershim",
    ),
    Rule(
        Code.INTERRUPTED,
        r"\bcontext cancell?ed\b|\bpull cancell?ed\b|\brequest canceled(?! (?:while waiting|\(client\.timeout))",
        "golang/go:src/context; runtimes whose pull was given up",
    ),
    Rule(
        Code.INTERRUPTED,
        r"\b(?:failed to copy|copy failed|happened during read|error (?:writing|storing) blob[^:]*|reading blob \S+"
        r"|download failed after attempts=\d+|extract\w* layer\b[^:]*): "
        r"(?!httpRead(?:er)?Seeker)(?:(?!\bdial )[^\u00a7]){0,200}?(?:\bEOF\b|connection reset by peer|broken pipe"
        r"|i/o timeout|connection timed out|network is unreachable|software caused connection abort"
        r"|context deadline exceeded|closed network connection|forcibly closed)",
        "containerd/containerd:core/content/helpers.go; containers/image:docker/body_reader.go; moby/moby:distribution",
    ),
)

UNREACHABLE = (
    Rule(
        Code.UNREACHABLE,
        r"\bconnection refused\b|\bno route to host\b|\bnetwork is unreachable\b|\bhost is (?:down"
        r"|unreachable)\b|\bi/o timeout\b"
        r"|\b(?:connection|operation) timed out\b|\bClient\.Timeout exceeded\b"
        r"|\brequest canceled while waiting for connection\b"
        r"|\bcontext deadline exceeded\b|\bconnect: (?:permission denied|operation not permitted"
        r"|cannot assign requested address)\b"
        r"|\bcan(?:'t|not) assign requested address\b|\btimeout awaiting response headers\b"
        r"|\bconnection timeout\b",
        "golang/go:src/net, src/net/http, src/syscall",
    ),
    Rule(
        Code.UNREACHABLE,
        r"\bactively refused it\b|\bconnected party did not properly respond\b|\bunreachable (?:host|network)\b",
        "Windows WSAECONNREFUSED, WSAETIMEDOUT, WSAEHOSTUNREACH",
    ),
    Rule(
        Code.UNREACHABLE,
        r"\bregistry is unavailable\b|\bRegistryUnavailable\b",
        "kubernetes/kubernetes:pkg/kubelet/images",
    ),
    Rule(Code.UNREACHABLE, status("408", "request time-?out"), "RFC 9110"),
    Rule(
        Code.UNREACHABLE,
        r"\bpinging (?:container|docker) registry\b[^\u00a7]*\u00a7+\"*: (?:EOF|read)\b|\bconnection reset by peer\b",
        "containers/image:docker/docker_client.go",
    ),
)
