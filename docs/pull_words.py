"""Words by which a person finds the cause of a text, for docs/pull-failures.md.

They come from the phrases of pulls/text/rules_*.py, which name who writes each.
"""

from pulls.causes import Code

NO_PULL = (
    "probe failed",
    "restarting failed container",
    "failed calling webhook",
    "failed to setup network for sandbox",
    "plugin type=",
    "MountVolume",
    "Unable to connect to the server",
    "Error: INSTALLATION FAILED",
    "Error: UPGRADE FAILED",
    "/sys/fs/cgroup",
    "NodeHasNoDiskPressure",
    "Insufficient cpu",
    "Insufficient memory",
)
"""Words of texts that are not about an image, although the words of a cause may follow."""

WORDS: tuple[tuple[Code, tuple[str, ...]], ...] = (
    (Code.ADMISSION_DENIED, ("admission webhook … denied the request", "violates PodSecurity")),
    (
        Code.ADMISSION_DENIED,
        ("ValidatingAdmissionPolicy … denied request", "unable to validate against any … security"),
    ),
    (Code.WRONG_ARCHITECTURE, ("exec format error",)),
    (Code.NOT_LOADED, ("loaded.invalid",)),
    (Code.POLICY_NEVER, ("ErrImageNeverPull", "is not present with pull policy of Never")),
    (Code.PULL_SECRET_MISSING, ("FailedToRetrieveImagePullSecret", "Unable to retrieve … pull secret")),
    (Code.NODE_QPS, ("pull QPS exceeded",)),
    (
        Code.SIGNATURE_REFUSED,
        ("SignatureValidationFailed", "Source image rejected", "image verifier … blocked pull of"),
    ),
    (
        Code.DISK_FULL,
        ("no space left on device", "DiskPressure", "disk-pressure", "low on resource: ephemeral-storage"),
    ),
    (
        Code.NAME_INVALID,
        ("InvalidImageName", "couldn't parse image", "invalid reference format", "did not resolve to an alias"),
    ),
    (Code.NAME_INVALID, ("returns ambiguous list", "to pull an unqualified image")),
    (Code.FORBIDDEN, ("because it's blocked", "denied: Permission denied for")),
    (
        Code.PLATFORM_MISMATCH,
        ("no match for platform in manifest", "no matching manifest for", "no image found in … for architecture"),
    ),
    (Code.PLATFORM_MISMATCH, ("cannot be used on this platform", "does not match the specified platform")),
    (
        Code.MANIFEST_UNSUPPORTED,
        ("is no longer supported", "unsupported media type", "unexpected media type", "unexpected commit digest"),
    ),
    (
        Code.MANIFEST_UNSUPPORTED,
        ("rejecting … byte manifest", "invalid tar header", "missing signature key", "OCI index found, but"),
    ),
    (Code.MANIFEST_UNSUPPORTED, ("failed size validation", "verification failed for digest", "Digest did not match")),
    (Code.MANIFEST_UNSUPPORTED, ("Schema 1 images have been deprecated",)),
    (
        Code.RUNTIME_BROKEN,
        ("ImageInspectError", "Failed to inspect image", "dial unix", "Cannot connect to the Docker daemon"),
    ),
    (
        Code.RUNTIME_BROKEN,
        (
            "blob … expected at",
            "parent snapshot … does not exist",
            "content digest … not found",
            "missing parent … bucket",
        ),
    ),
    (Code.RUNTIME_BROKEN, ("input/output error",)),
    (Code.UNREACHABLE, ("proxyconnect tcp: tls: first record",)),
    (
        Code.PLAIN_HTTP,
        ("server gave HTTP response to HTTPS client", "first record does not look like a TLS handshake"),
    ),
    (Code.PLAIN_HTTP, ("Client sent an HTTP request to an HTTPS server", "oversized record received")),
    (Code.DNS, ("dial tcp: lookup", "no such host", "server misbehaving")),
    (Code.UNREACHABLE, ("TLS handshake timeout",)),
    (Code.TLS_UNTRUSTED, ("certificate signed … unknown authority", "self-signed certificate", "no roots provided")),
    (Code.TLS_OTHER, ("x509:", "remote error: tls:")),
    (Code.UNREACHABLE, ("proxyconnect tcp",)),
    (Code.RATE_LIMITED, ("429 Too Many Requests", "toomanyrequests", "too many requests", "Quota exceeded for quota")),
    (
        Code.CREDENTIALS_EXPIRED,
        ("token has expired", "ExpiredTokenException", "secret keys for app … are expired"),
    ),
    (Code.NO_CREDENTIALS, ("no basic auth credentials",)),
    (Code.FORBIDDEN, ("is not authorized to perform:",)),
    (
        Code.CREDENTIALS_REFUSED,
        ("failed to fetch oauth token … 401", "requesting bearer token … 401", "unable to retrieve auth token"),
    ),
    (
        Code.CREDENTIALS_REFUSED,
        ("incorrect username or password", "unauthorized: Invalid credentials", "HTTP Basic: Access denied"),
    ),
    (
        Code.CREDENTIALS_REFUSED,
        ("server message: invalid_token", "Invalid client secret", "login attempt to … failed with status"),
    ),
    (Code.NO_CREDENTIALS, ("failed to fetch anonymous token … 401",)),
    (
        Code.FORBIDDEN,
        ("403 Forbidden", "HTTP 403 response", "denied: client with IP", "permission_denied", "denied: denied"),
    ),
    (
        Code.NO_CREDENTIALS,
        ("pull access denied", "requested access to the resource is denied", "unauthorized: authentication required"),
    ),
    (Code.NO_CREDENTIALS, ("401 Unauthorized", "unauthorized: access to the requested resource", "no pull access")),
    (Code.NOT_FOUND, ("content at … not found", "from remote: not found")),
    (Code.INTERRUPTED, ("happened during read", "because of no progress", "while reading body")),
    (Code.INTERRUPTED, ("unexpected EOF", "context canceled", "stream error: stream ID")),
    (Code.INTERRUPTED, ("failed to copy: read", "Error writing blob")),
    (
        Code.REGISTRY_ERROR,
        ("500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"),
    ),
    (Code.UNREACHABLE, ("i/o timeout", "connection refused", "no route to host", "network is unreachable")),
    (
        Code.UNREACHABLE,
        (
            "context deadline exceeded",
            "Client.Timeout exceeded",
            "connection reset by peer",
            "RegistryUnavailable",
            "connection timed out",
        ),
    ),
    (Code.NOT_FOUND, ("manifest unknown", "name unknown", "NAME_UNKNOWN", "404 Not Found")),
    (Code.NOT_FOUND, ("image … not found", "repository … not found", "failed to resolve reference … not found")),
    (Code.REGISTRY_ERROR, ("looking for beginning of value", "no scope specified")),
    (Code.UNKNOWN, ("Back-off pulling image", "Error: ErrImagePull", "Error: ImagePullBackOff")),
)
"""Cause and words, in reading order: the first whose words a text has names its cause. `…` stands for any words."""
