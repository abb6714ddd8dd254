"""Phrases about the node and the cluster: no registry was asked, or its answer was not what failed."""

from pulls.causes import Code
from pulls.text.rules import REF, Rule

ADMISSION = (
    Rule(
        Code.ADMISSION_DENIED,
        r"\badmission webhook \S+ denied the request\b|\bdenied the request: ",
        "kubernetes/kubernetes:apiserver webhook/mutating",
    ),
    Rule(Code.ADMISSION_DENIED, r"\bviolates PodSecurity\b", "kubernetes/kubernetes:pod-security-admission/admission"),
    Rule(
        Code.ADMISSION_DENIED,
        r"\bValidatingAdmissionPolicy\b.{0,300}\bdenied (?:the )?request\b",
        "kubernetes/kubernetes:apiserver policy/validating",
    ),
    Rule(
        Code.ADMISSION_DENIED, r"\bunable to validate against any (?:security context constraint|pod security policy)"
    ),
    Rule(
        Code.ADMISSION_DENIED,
        r"\bno providers available to validate pod|\bPodSecurityPolicy: unable to admit\b",
        "openshift, PodSecurityPolicy",
    ),
    Rule(
        Code.ADMISSION_DENIED,
        r"\bimage policy web\w+ backend denied one or more images\b|\bimages rejected by webhook backend\b",
        "kubernetes/kubernetes:plugin/pkg/admission/imagepolicy",
    ),
    Rule(
        Code.ADMISSION_DENIED,
        r"\bthis image is prohibited by policy\b",
        "openshift/apiserver-library-go:pkg/admission/imagepolicy",
    ),
    Rule(Code.ADMISSION_DENIED, r"\bdenied by (?:binary ?authorization|(?:\S+ )?(?:policy|policies))\b", "GKE"),
    Rule(Code.ADMISSION_DENIED, r"\badmission (?:controller|policy|plugin)\b.{0,120}\b(?:denied|rejected)\b"),
)

KUBELET = (
    Rule(
        Code.WRONG_ARCHITECTURE,
        r"\bexec format error\b|\brosetta error: failed to open elf\b|\bqemu-\w+: could not open\b",
        "ENOEXEC, from execve(2)",
    ),
    Rule(
        Code.POLICY_NEVER, r"\bis not present with pull policy of Never\b", "kubernetes/kubernetes:pkg/kubelet/images"
    ),
    Rule(
        Code.POLICY_NEVER,
        r"(?-i:\bErrImageNeverPull\b)",
        "kubernetes/kubernetes:pkg/kubelet/images/types.go",
    ),
    Rule(
        Code.PULL_SECRET_MISSING,
        r"\bunable to retrieve (?:some image pull secrets|pull secret)\b|\bFailedToRetrieveImagePullSecret\b",
        "kubernetes/kubernetes:pkg/kubelet/kubelet_pods.go",
    ),
    Rule(Code.NODE_QPS, r"\bpull QPS exceeded\b", "kubernetes/kubernetes:pkg/kubelet/images/helpers.go"),
    Rule(
        Code.SIGNATURE_REFUSED,
        r"\bSignatureValidationFailed\b|\bsignature validation failed\b|\bsource image rejected\b"
        r"|\ba signature was required, but no signature exists|\b(?:is|are) rejected by policy\b"
        r"|\bverification policy requirements must not be empty\b"
        r"|\bnone of the signatures were accepted\b|\bsignature for (?:identity"
        r"|digest) \S+ (?:is not accepted|does not match)",
        "containers/image:signature/policy_eval*.go, copy/single.go",
    ),
    Rule(
        Code.SIGNATURE_REFUSED,
        r"\bcryptographic signature verification\b|\binvalid GPG signature\b|\bunexpected GPG signature count\b"
        r"|\bkey not found for key ID \S+ in signature\b|\bsignature by key \S+ (?:of \S+ )?is not accepted\b"
        r"|\bsignature expired on\b|\bsignature for docker digest \S+ does not match\b"
        r"|\bdocker reference \S+ (?:does not match|in signature)\b|\bno public keys imported\b"
        r"|\bRekor ?SET\b|\bunexpected Fulcio OIDC issuer\b|\bFulcio certificate (?:has|is)\b"
        r"|\brequired email \S+ not found\b|\bunexpected subject hostname\b|\bunrecognized signature format\b"
        r"|\bver\w{3,6} leaf certificate failed\b|\binvalid signature when validating\b",
        "containers/image:signature/simple.go, signature/fulcio_cert.go, signature/internal; sigstore/sigstore",
    ),
    Rule(
        Code.SIGNATURE_REFUSED,
        r"\bimage verifier \S+ blocked pull of\b|\bblocking pull of \S+ with digest\b"
        r"|\bsecurity validate failed: validate image failed\b",
        "containerd/containerd:core/transfer/local/pull.go, confidential-containers/image-rs",
    ),
    Rule(
        Code.SIGNATURE_REFUSED,
        r"\bno valid trust data\b|\bremote trust data does not exist\b"
        r"|\btrust data (?:unavailable|expired|missing|mismatch)\b|\bpath to a trusted root\b|\b(?:no matching"
        r"|invalid) signatures?:? ?(?:found|$)|\bimage is not signed (?:in|by)\b",
        "docker content trust, sigstore/cosign, goharbor/harbor:src/server/middleware",
    ),
)

DISK = (
    Rule(Code.DISK_FULL, r"\bno space left on device\b|\bdisk quota exceeded\b|\bENOSPC\b", "ENOSPC, EDQUOT"),
    Rule(Code.DISK_FULL, r"\bnot enough space on the disk\b", "Windows ERROR_DISK_FULL"),
    Rule(
        Code.DISK_FULL,
        r"\bnode had condition: ?\[DiskPressure|\bDiskPressure\b(?! (?:False|is false))|\bfree (?:data"
        r"|metadata) blocks which is less than minimum\b|\blow on resource: (?:ephemeral-storage"
        r"|inodes|imagefs|nodefs)"
        r"|\battempting to reclaim (?:ephemeral-storage|inodes|imagefs|nodefs|containerfs)\b"
        r"|\bfailed to garbage collect required amount of images\b|\bfree disk space failed\b",
        "kubernetes/kubernetes:pkg/kubelet/eviction/helpers.go, pkg/kubelet/images/image_gc_manager.go",
    ),
)

SCHEDULING = (
    Rule(
        Code.DISK_FULL,
        r"\bnodes are available: \d+ node\(s\) had (?:untolerated )?(?:taints? )?\{?\S*disk(?:-| )pressure\S*(?: ?\})?"
        r"(?:, that the pod didn't tolerate)?(?:\.|$)",
        "kubernetes/kubernetes:pkg/scheduler; only when it is the one reason for every node",
    ),
)

RUNTIME = (
    Rule(
        Code.RUNTIME_BROKEN,
        r"\bdial unix\b|\bcannot connect to the docker daemon\b|\bcontainer runtime (?:is down|is not running)\b"
        r"|\bunknown service runtime\.v\d\w*\.ImageService\b|\berror reading from server: EOF\b"
        r"|\btransport is closing\b|\bPLEG is not healthy\b"
        r"|\btransport: error while dialing\b|\bgrpc: received message larger than max\b"
        r"|\bserver is not initialized yet\b",
        "the kubelet's connection to the runtime",
    ),
    Rule(
        Code.RUNTIME_BROKEN,
        rf"\bblob {REF} expected at\b|\bfailed to get reader from content store\b|\bcontent digest {REF}: not found\b"
        rf"|\bparent snapshot {REF} does not exist\b|\bfailed to (?:stat|prepare extraction) snapshot\b"
        r"|\bfailed to get image \S+ from containerd image store\b|\blayer does not exist\b"
        r"|\bhcsshim::ImportLayer failed\b|\blayer not known\b|\blocating item named\b"
        r"|\bmissing parent\b.{0,300}\bbucket: not found\b|\bref \S+ locked\b.{0,160}\bunavailable\b"
        r"|\bsnapshotter not loaded\b|\bsnapshotter \S+ was not found\b|\bnot found in container storage\b"
        r"|\bthat ID is already in use\b",
        "containerd/containerd:plugins/content/local, core/unpack, core/snapshots/storage; containers/storage",
    ),
    Rule(
        Code.RUNTIME_BROKEN,
        r"\bfailed to register layer: (?:rename|symlink|mkdir|lstat|stat|re-exec error)\b|\bcommit failed: rename\b"
        r"|\bexists in local storage but may be corrupted\b"
        r"|\berror creating layer with ID\b.{0,300}\bno such file or directory\b|\bread-only file system\b"
        r"|: input/output error\b|\bstructure needs cleaning\b"
        r"|\bfailed to unmount\b.{0,300}\bdevice or resource busy\b|\btransport endpoint is not connected\b"
        r"|\bmount callback failed\b.{0,300}\b(?:directory not empty|file exists)\b",
        "moby/moby:layer, EROFS, EIO, EUCLEAN",
    ),
    Rule(
        Code.RUNTIME_BROKEN,
        r"\b(?:failed to (?:extract|register) layer|mount callback failed)\b.{0,600}"
        r": (?:operation not supported|no such device|function not implemented)\b"
        r"|\bfailed to register layer: error creating overlay mount\b"
        r"|\binsufficient UIDs or GIDs available\b|\bcontainer ID \d+ cannot be mapped to a host ID\b"
        r"|\bincreasing the number of subordinate IDs\b",
        "errno(3), containers/storage: the node's file system or user namespace cannot hold the layer",
    ),
    Rule(Code.RUNTIME_BROKEN, r"(?-i:\bImageInspectError\b)", "kubernetes/kubernetes:pkg/kubelet/images/types.go"),
    Rule(
        Code.RUNTIME_BROKEN,
        rf"\bfailed to inspect image (?:{REF}|\"\"): ?\S",
        "kubernetes/kubernetes:pkg/kubelet/images",
    ),
)
