"""Phrases of other troubles, which sound like a failed pull and are none."""

from pulls.causes import Code
from pulls.text.rules import REF, Rule

_BUT_THE_RUNTIME = (
    r"(?!: rpc error: code = Unavailable desc = (?:connection error|error reading from server)\b)"
    r"(?!.*\blayer not known\b)"
)
"""The kubelet's own call did not get through; what a network plug-in fails with comes back as an answer to it."""

NOT_A_PULL = (
    Rule(
        Code.UNKNOWN,
        r"\berror from server\b(?!.*\b(?:ErrImageNeverPull|InvalidImageName)\b)"
        r"|\bhelm (?:install|upgrade) failed\b|\berror: (?:installation|upgrade|rollback|uninstallation) failed:"
        r"|\bmust be logged in to the server\b"
        r"|\basked for the client to provide credentials\b"
        r"|\bnot a valid chart repository\b|\bfailed to download (?:chart|openapi)\b|\betcdserver: ",
        "kubernetes/kubernetes:staging/src/k8s.io/kubectl, helm: the API server or a chart, no image",
    ),
    Rule(
        Code.UNKNOWN,
        r"\bfailed to (?:create|start) (?:containerd |the )?(?:task(?! run\b)|shim|container process)\b"
        r"(?!.*(?:exec format error|no space left))",
        "containerd, runc: the image is there",
    ),
    Rule(
        Code.UNKNOWN,
        r"\bfailed to create pod sandbox\b(?!.*\b(?:sandbox|pause|infra|unpack(?:ing)?) image\b)(?!.*\bpull)"
        r"(?!.*\bno space left on device\b)" + _BUT_THE_RUNTIME,
        "the pod's network or cgroup",
    ),
    Rule(
        Code.UNKNOWN,
        r"^\W*error: context deadline exceeded\W*$|\berror determining status: ",
        "kubernetes/kubernetes:pkg/kubelet: making a container took long",
    ),
    Rule(
        Code.UNKNOWN,
        rf"^\W*failed to inspect image {REF}\W*$",
        "kubernetes/kubernetes:pkg/kubelet/images; cut before its cause",
    ),
    Rule(
        Code.UNKNOWN,
        r"\b(?:readiness|liveness|startup) probe (?:failed|errored)",
        "kubernetes/kubernetes:pkg/kubelet/prober",
    ),
    Rule(
        Code.UNKNOWN,
        r"^(?!.*\bpull).*\b(?:http: (?:TLS handshake error from|proxy error:)|failed to (?:list|watch) \*"
        r"|error retrieving resource lock|unable to register node|error getting node|failed to ensure lease"
        r"|failed to (?:renew|update) (?:node )?lease|unable to write event)",
        "golang/go:src/net/http, kubernetes/kubernetes: a server's own clients, a client of the API server",
    ),
    Rule(
        Code.UNKNOWN,
        r"\b(?:HTTP error|handler for GET)\b.{0,80}\bno such image\b",
        "moby/moby:api/server: the engine looks an image up that it does not have yet",
    ),
    Rule(
        Code.UNKNOWN,
        r"^(?!.*\b(?:pull|image|registry))(?!.*azurecr).*\bfailed to refresh the token for request to\b",
        "Azure/go-autorest: the cloud's own interface",
    ),
    Rule(
        Code.UNKNOWN,
        r"\bunable to connect to (?:the )?server\b|\bunable to upgrade connection\b|\bkubernetes cluster unreachable\b",
        "kubernetes/kubernetes:staging/src/k8s.io/kubectl, client-go/tools/remotecommand; helm/helm:pkg/kube",
    ),
    Rule(
        Code.UNKNOWN,
        r"^\W*error: '[^']*'(?:\W*$|\W+trying to reach\b)",
        "kubernetes/kubernetes:staging/src/k8s.io/apimachinery/pkg/util/proxy: a service behind the API server",
    ),
    Rule(
        Code.UNKNOWN,
        r"\bfailed to provision volume\b|\berror syncing load balancer\b|\bACME account\b",
        "kubernetes-csi/external-provisioner, kubernetes/cloud-provider, cert-manager: other controllers",
    ),
    Rule(
        Code.UNKNOWN,
        r"^(?!.*\b(?:pull|image|registry|manifest|daemon|docker|containerd|podman|layer|blob))"
        r".*(?:\bpanic: |\btraceback \(most recent|\bnpm ERR!|\bfatal: (?!\[)|\b\w+\.\w*(?:error|exception): "
        r"|\bgit (?:fetch|clone)\b|\bunable to clone\b|\blist refs\b|\bwhile connecting to upstream\b"
        r"|\bconnect to (?:the )?database\b)",
        "what a program writes of its own, and no runtime",
    ),
    Rule(Code.UNKNOWN, r"\b(?:MountVolume|AttachVolume|UnmountVolume|MapVolume)\.|\bunable to attach or mount volumes"),
    Rule(
        Code.UNKNOWN,
        r"^(?!.*\bfailed to pull\b).*\bback-off .{0,24}restarting failed container",
        "kubernetes/kubernetes:pkg/kubelet/kuberuntime",
    ),
    Rule(Code.UNKNOWN, r"\bfailed calling webhook\b", "a webhook that is down has not refused anything"),
    Rule(
        Code.UNKNOWN,
        r"\b(?:/sys/fs/cgroup\S*|inotify\w*|cgroup\w*|keyring|session key|watcher)\b.{0,160}no space left on device",
    ),
    Rule(
        Code.UNKNOWN,
        r"\b(?:plugin type=|cni plugin\b|networkPlugin\b)(?!.*(?:sandbox|pull) image)",
        "containerd/go-cni",
    ),
)
