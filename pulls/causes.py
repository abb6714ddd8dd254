"""The catalogue: each reason for which a pod cannot get its image, with a stable code.

Codes are part of the interface: scripts, docs and tests rely on them, so they are added to and never renamed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Code(StrEnum):
    """Stable names of the causes."""

    POLICY_NEVER = "policy-never"
    NOT_LOADED = "not-loaded"
    NAME_INVALID = "name-invalid"
    NOT_FOUND = "not-found"
    PLATFORM_MISMATCH = "platform-mismatch"
    WRONG_ARCHITECTURE = "wrong-architecture"
    NO_CREDENTIALS = "no-credentials"
    CREDENTIALS_REFUSED = "credentials-refused"
    CREDENTIALS_EXPIRED = "credentials-expired"
    FORBIDDEN = "forbidden"
    PULL_SECRET_MISSING = "pull-secret-missing"  # noqa: S105
    DNS = "dns"
    UNREACHABLE = "unreachable"
    TLS_UNTRUSTED = "tls-untrusted"
    TLS_OTHER = "tls-other"
    PLAIN_HTTP = "plain-http"
    RATE_LIMITED = "rate-limited"
    REGISTRY_ERROR = "registry-error"
    INTERRUPTED = "interrupted"
    NODE_QPS = "node-qps"
    DISK_FULL = "disk-full"
    RUNTIME_BROKEN = "runtime-broken"
    MANIFEST_UNSUPPORTED = "manifest-unsupported"
    SIGNATURE_REFUSED = "signature-refused"
    ADMISSION_DENIED = "admission-denied"
    UNKNOWN = "unknown"


class Class(StrEnum):
    """What waiting does to a cause."""

    PERMANENT = "permanent"
    """Stays until somebody changes something."""
    TRANSIENT = "transient"
    """May pass by itself; the kubelet tries again."""
    PROPAGATING = "propagating"
    """Passes when a right was granted just now; permanent once the cloud's propagation window is over."""


@dataclass(frozen=True)
class Cause:
    """One entry of the catalogue.

    Attributes:
        code: its stable name.
        kind: what waiting does; None for unknown.
        meaning: one sentence on what is wrong.
        seen: a text as a node shows it.
        verify: a command that shows whether it is cured; fields as in `pulls.fixes.Fix`.
        lasts: a transient cause that is permanent when it stays for longer than a few tries.
    """

    code: Code
    kind: Class | None
    meaning: str
    seen: str
    verify: str = (
        "kubectl -n {namespace} get events --field-selector involvedObject.name={pod} --sort-by=.lastTimestamp"
    )
    lasts: bool = False


_HOST = "kubectl debug node/{node} -it --image=busybox --profile=sysadmin -- chroot /host"
# Of every pod, as the new ones have other names, and of every kind: `rollout status` knows no CronJob.
_NEW_PODS = "kubectl -n {namespace} get events --field-selector involvedObject.kind=Pod --sort-by=.lastTimestamp"
# By the kubelet: `crictl pull` has neither its credential provider nor the pod's secrets.
_PULL = "kubectl -n {namespace} delete pod {pod} && sleep 20 && " + _NEW_PODS
_CAUSES = (
    Cause(
        Code.POLICY_NEVER,
        Class.PERMANENT,
        "The pull policy is Never and the image is not on the node.",
        'Container image "web:1" is not present with pull policy of Never',
        _NEW_PODS,
    ),
    Cause(
        Code.NOT_LOADED,
        Class.PERMANENT,
        "The image is in no registry, and it was not loaded into the node.",
        'failed to resolve reference "loaded.invalid/web:1": failed to do request: Head '
        '"https://loaded.invalid/v2/web/manifests/1": dial tcp: lookup loaded.invalid: no such host',
        _NEW_PODS,
    ),
    Cause(
        Code.NAME_INVALID,
        Class.PERMANENT,
        "The image reference does not parse: upper case, a scheme, `<none>` or a stray character.",
        'Failed to apply default image tag "Team/Web:1": couldn\'t parse image name "Team/Web:1": invalid reference '
        "format: repository name (Team/Web) must be lowercase",
        _NEW_PODS,
    ),
    Cause(
        Code.NOT_FOUND,
        Class.PERMANENT,
        "The registry answered that it has no such repository, tag or digest.",
        'failed to resolve reference "registry.example.com/web:9": registry.example.com/web:9: not found',
        "docker buildx imagetools inspect {image}",
    ),
    Cause(
        Code.PLATFORM_MISMATCH,
        Class.PERMANENT,
        "The image has no manifest for the operating system and architecture of the node.",
        'failed to pull and unpack image "registry.example.com/web:1": no match for platform in manifest: not found',
        _NEW_PODS,
    ),
    Cause(
        Code.WRONG_ARCHITECTURE,
        Class.PERMANENT,
        "The image was pulled, but its program is for another architecture than the node's.",
        "exec /app: exec format error",
        "kubectl get node {node} -o jsonpath='{{.status.nodeInfo.operatingSystem}}/{{.status.nodeInfo.architecture}}'",
    ),
    Cause(
        Code.NO_CREDENTIALS,
        Class.PROPAGATING,
        "The registry wants a login and the node sent none, or the repository is missing and the registry hides it.",
        "pull access denied, repository does not exist or may require authorization: authorization failed: "
        "no basic auth credentials",
        _PULL,
    ),
    Cause(
        Code.CREDENTIALS_REFUSED,
        Class.PROPAGATING,
        "Credentials were sent and the registry refused them.",
        "failed to authorize: failed to fetch oauth token: unexpected status from GET request to "
        "https://registry.example.com/oauth2/token: 401 Unauthorized",
        _PULL,
    ),
    Cause(
        Code.CREDENTIALS_EXPIRED,
        Class.PERMANENT,
        "The token or secret that was sent has expired.",
        "denied: Your authorization token has expired. Reauthenticate and try again.",
        _PULL,
    ),
    Cause(
        Code.FORBIDDEN,
        Class.PROPAGATING,
        "The registry knows who asks and does not allow it: a role, a repository policy or a firewall.",
        "unexpected status from HEAD request to https://registry.example.com/v2/web/manifests/1: 403 Forbidden",
        _PULL,
    ),
    Cause(
        Code.PULL_SECRET_MISSING,
        Class.PERMANENT,
        "The pull secret that the pod names does not exist in its namespace.",
        "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
        "kubectl -n {namespace} get secret {secret}",
    ),
    Cause(
        Code.DNS,
        Class.TRANSIENT,
        "The node cannot resolve the registry's name.",
        "dial tcp: lookup registry.example.com on 10.0.0.10:53: no such host",
        "kubectl debug node/{node} -it --image=busybox -- nslookup {registry_host}",
        lasts=True,
    ),
    Cause(
        Code.UNREACHABLE,
        Class.TRANSIENT,
        "The node gets no answer from the registry: refused, timed out, no route, or a proxy in between fails.",
        "dial tcp 203.0.113.7:443: i/o timeout",
        _HOST + " curl -ksSI -m 10 https://{registry_host}:{registry_port}/v2/",
        lasts=True,
    ),
    Cause(
        Code.TLS_UNTRUSTED,
        Class.PERMANENT,
        "The node does not trust who signed the registry's certificate.",
        "tls: failed to verify certificate: x509: certificate signed by unknown authority",
        _PULL,
    ),
    Cause(
        Code.TLS_OTHER,
        Class.PERMANENT,
        "The registry's certificate has another name or has expired, or both sides find no common TLS version.",
        "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
        "openssl s_client -connect {registry_host}:{registry_port} -servername {registry_host} </dev/null",
    ),
    Cause(
        Code.PLAIN_HTTP,
        Class.PERMANENT,
        "The registry speaks HTTP and the node HTTPS, or the reverse.",
        "http: server gave HTTP response to HTTPS client",
        "curl -sSI -m 10 http://{registry}/v2/",
    ),
    Cause(
        Code.RATE_LIMITED,
        Class.TRANSIENT,
        "The registry limits how often this address or account may pull.",
        "429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.",
    ),
    Cause(
        Code.REGISTRY_ERROR,
        Class.TRANSIENT,
        "The registry itself failed: a 5xx, or an answer that is none.",
        "unexpected status from HEAD request to https://registry.example.com/v2/web/manifests/1: "
        "503 Service Unavailable",
        "curl -sSI -m 10 https://{registry_host}:{registry_port}/v2/",
    ),
    Cause(
        Code.INTERRUPTED,
        Class.TRANSIENT,
        "The transfer of the image broke in the middle.",
        "failed to copy: read tcp 10.0.0.4:41312->203.0.113.7:443: read: connection reset by peer",
    ),
    Cause(
        Code.NODE_QPS,
        Class.TRANSIENT,
        "The kubelet holds the pull back: more pulls at once than it is set to start.",
        "pull QPS exceeded",
    ),
    Cause(
        Code.DISK_FULL,
        Class.PERMANENT,
        "The node's disk is full, or the node is under disk pressure.",
        "failed to extract layer: write /var/lib/containerd/…: no space left on device",
        "kubectl get node {node} -o jsonpath='{{.status.conditions[?(@.type==\"DiskPressure\")].status}}'",
    ),
    Cause(
        Code.RUNTIME_BROKEN,
        Class.TRANSIENT,
        "The node's container runtime does not answer, or its image store is damaged.",
        'Failed to inspect image "registry.example.com/web:1": rpc error: code = Unavailable desc = connection error',
        "kubectl describe node {node}",  # no debug pod: without its runtime a node starts none
        lasts=True,
    ),
    Cause(
        Code.MANIFEST_UNSUPPORTED,
        Class.PERMANENT,
        "The image is of a kind that the runtime does not take, or its content does not match its digest.",
        'media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported',
        _NEW_PODS,
    ),
    Cause(
        Code.SIGNATURE_REFUSED,
        Class.PERMANENT,
        "The node's signature policy or image verifier refused the image.",
        "SignatureValidationFailed: Source image rejected: A signature was required, but no signature exists",
        "cosign verify --key {key} {image}",
    ),
    Cause(
        Code.ADMISSION_DENIED,
        Class.PERMANENT,
        "The cluster made no pod: an admission policy refused it.",
        'Error creating: admission webhook "validation.gatekeeper.sh" denied the request: image is not allowed',
        "kubectl -n {namespace} get events --field-selector reason=FailedCreate --sort-by=.lastTimestamp",
    ),
    Cause(Code.UNKNOWN, None, "None of the known causes; the text is shown as it is.", ""),
)
CATALOGUE: Mapping[Code, Cause] = MappingProxyType({each.code: each for each in _CAUSES})
"""Every code and its entry."""
