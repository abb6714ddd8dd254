"""Fixes for any cluster, and those for the `local` target. Stack-file keys are those of README.md."""

from collections.abc import Mapping
from types import MappingProxyType

from pulls.causes import Code
from pulls.fix.command import Fix

_NODE = "kubectl debug node/{node} -it --image=busybox --profile=sysadmin -- chroot /host"
_API = "https://{registry_host}:{registry_port}/v2/"
# Applied, not deleted and made: when the login fails, the secret that is there stays.
_MAKE_LOGIN = (
    "docker login {registry} && kubectl -n {namespace} create secret generic {secret} "
    "--type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=$HOME/.docker/config.json "
    "--dry-run=client -o yaml | kubectl -n {namespace} apply -f -"
)
_LOGIN = Fix("Makes a pull secret of your own docker login, without a credential helper.", _MAKE_LOGIN)
_NAME_SECRET = Fix(
    "Lets every new pod of the service account pull with that secret.",
    "kubectl -n {namespace} patch serviceaccount {service_account} "
    """-p '{{"imagePullSecrets":[{{"name":"{secret}"}}]}}'""",
)
_RENEW = Fix("Puts a fresh login of yours into the pull secret; it keeps the old one if that fails.", _MAKE_LOGIN)
_AGAIN = Fix("Tries again at once: back-off reaches five minutes.", "kubectl -n {namespace} delete pod {pod}")
_UP = Fix("Deploys the stack again.", "pulumi up -s {stack}")
_PUSH_AGAIN = Fix(
    "Builds and pushes again: Pulumi sees no difference when an image vanished from the registry.",
    "pulumi up -s {stack} --replace '**docker:index/image:Image::**'",
)
_PLATFORM = Fix(
    "Builds for the nodes of this stack's cluster.",
    "pulumi config set --path image.platform {platform} -s {stack} && pulumi up -s {stack}",
)
_NEW_NAME = "{registry}/{repository}:{new_tag}"
_REBUILD = Fix(
    "Builds for the node's platform and pushes under a new tag.",
    "docker buildx build --platform {platform} --tag " + _NEW_NAME + " --push {context}",
)
# By name, so that it is right for init containers too, and for every kind of controller.
_SET_IMAGE = "kubectl -n {namespace} set image {workload} {container}={new_image}"
_DEPLOY = Fix("Deploys it; give the digest that the push printed.", _SET_IMAGE)
_INSPECT = Fix("Shows what the registry has under this name.", "docker buildx imagetools inspect {image}")
_DRAIN = Fix(
    "Moves the pods to other nodes until this one is well.",
    "kubectl drain {node} --ignore-daemonsets --delete-emptydir-data",
)
_LOAD = (
    Fix("kind: copies the image to the nodes.", "kind load docker-image {image} --name {cluster}"),
    Fix("minikube: copies the image to the nodes.", "minikube image load {image} --profile {cluster}"),
    Fix("k3d: copies the image to the nodes.", "k3d image import {image} --cluster {cluster}"),
)
_CREDENTIALS = (_LOGIN, _NAME_SECRET)

ANYWHERE: Mapping[Code, tuple[Fix, ...]] = MappingProxyType(
    {
        Code.POLICY_NEVER: (
            Fix(
                "Lets the kubelet pull, in every container of the workload; a Pod or Job has to be made anew.",
                "kubectl -n {namespace} get {workload} -o yaml | "
                "sed 's/imagePullPolicy: Never/imagePullPolicy: IfNotPresent/' | "
                "kubectl -n {namespace} replace -f -",
            ),
        ),
        Code.NOT_LOADED: _LOAD,
        Code.NAME_INVALID: (
            Fix(
                "Sets a reference that parses: host/path:tag or host/path@sha256:…, in lower case, without a scheme.",
                _SET_IMAGE,
            ),
        ),
        Code.NOT_FOUND: (
            _INSPECT,
            _PUSH_AGAIN,
            Fix("Pushes it.", "docker push {registry}/{repository}:{tag}"),
        ),
        Code.PLATFORM_MISMATCH: (_INSPECT, _PLATFORM, _REBUILD, _DEPLOY),
        Code.WRONG_ARCHITECTURE: (_PLATFORM, _REBUILD, _DEPLOY),
        Code.NO_CREDENTIALS: (*_CREDENTIALS, _INSPECT),
        Code.CREDENTIALS_REFUSED: (_RENEW, _AGAIN),
        Code.CREDENTIALS_EXPIRED: (_RENEW, _AGAIN),
        Code.FORBIDDEN: (
            Fix(
                "Shows whether your own login may pull it: then the node's account lacks the right.",
                "docker pull {image}",
            ),
            *_CREDENTIALS,
        ),
        Code.PULL_SECRET_MISSING: (
            Fix(
                "Shows in which namespaces it exists: a pod takes it from its own only.",
                "kubectl get secret -A --field-selector metadata.name={secret}",
            ),
            _LOGIN,
        ),
        Code.DNS: (
            Fix(
                "Asks the node's own name server; cluster DNS is not involved in a pull.",
                _NODE + " getent hosts {registry_host}",
            ),
            Fix("Shows which name server the node asks.", _NODE + " cat /etc/resolv.conf"),
        ),
        Code.UNREACHABLE: (
            Fix("Asks the registry from the node.", _NODE + " curl -sSI -m 10 " + _API),
            Fix("Shows the runtime's proxy.", _NODE + " systemctl show containerd --property=Environment"),
        ),
        Code.TLS_UNTRUSTED: (
            Fix("Shows whether the node's own system trusts it; the runtime may.", _NODE + " curl -sSI -m 10 " + _API),
            Fix(
                "On each node: trusts the authority in ca.crt beside that file; containerd's config_path must be set.",
                "mkdir -p /etc/containerd/certs.d/{registry} && printf "
                """'[host."https://{registry}"]\\n  ca = "/etc/containerd/certs.d/{registry}/ca.crt"\\n' """
                "> /etc/containerd/certs.d/{registry}/hosts.toml",
            ),
        ),
        Code.TLS_OTHER: (
            Fix(
                "Shows the names and dates of the certificate; use one of the names, or renew it.",
                "openssl s_client -connect {registry_host}:{registry_port} -servername {registry_host} </dev/null | "
                "openssl x509 -noout -dates -ext subjectAltName",
            ),
            Fix("Shows the node's clock.", _NODE + " date -u"),
        ),
        Code.PLAIN_HTTP: (
            Fix(
                "On each node: speaks HTTP to this registry; containerd's config_path must be set.",
                """mkdir -p /etc/containerd/certs.d/{registry} && printf '[host."http://{registry}"]\\n' """
                "> /etc/containerd/certs.d/{registry}/hosts.toml",
            ),
        ),
        Code.RATE_LIMITED: (*_CREDENTIALS,),
        Code.REGISTRY_ERROR: (
            Fix("Shows whether the registry is well.", "curl -sSI -m 10 " + _API),
            _AGAIN,
        ),
        Code.INTERRUPTED: (_AGAIN,),
        Code.NODE_QPS: (
            Fix(
                "Starts fewer pods at once: some now, the rest when these have their image.",
                "kubectl -n {namespace} scale {workload} --replicas={replicas}",
            ),
        ),
        Code.DISK_FULL: (
            Fix("Removes images that no container uses.", _NODE + " crictl rmi --prune"),
            Fix("Shows what fills the disk.", _NODE + " df -h"),
            _DRAIN,
        ),
        Code.RUNTIME_BROKEN: (
            # Not by a debug pod: without its runtime a node starts none.
            Fix(
                "On the node itself: starts the runtime again; CRI-O's service is crio.", "systemctl restart containerd"
            ),
            _DRAIN,
        ),
        Code.MANIFEST_UNSUPPORTED: (
            Fix(
                "Converts it to OCI manifests, under a new tag.",
                "skopeo copy --all --format oci docker://{image} docker://" + _NEW_NAME,
            ),
            _REBUILD,
            _DEPLOY,
        ),
        Code.SIGNATURE_REFUSED: (
            Fix("Signs it with the key that the policy knows.", "cosign sign --key {key} {image}"),
            Fix("Shows CRI-O's policy.", _NODE + " cat /etc/containers/policy.json"),
        ),
        Code.ADMISSION_DENIED: (
            Fix(
                "Shows what refused the pod, and why.",
                "kubectl -n {namespace} get events --field-selector reason=FailedCreate",
            ),
            Fix(
                "Lists the policies and webhooks of the cluster.",
                "kubectl get validatingadmissionpolicies,validatingwebhookconfigurations,mutatingwebhookconfigurations",
            ),
        ),
    }
)
"""For any cluster and registry."""

LOCAL: Mapping[Code, tuple[Fix, ...]] = MappingProxyType(
    {
        Code.POLICY_NEVER: _LOAD,
        Code.NAME_INVALID: (
            Fix(
                "Sets a path that parses, in lower case.",
                "pulumi config set --path image.repository {repository} -s {stack} && pulumi up -s {stack}",
            ),
        ),
        Code.NO_CREDENTIALS: (
            Fix(
                "Gives the stack the registry's login; it makes the pull secret.",
                "pulumi config set --path registry.username {user} -s {stack} && "
                "pulumi config set --secret registryPassword -s {stack} && pulumi up -s {stack}",
            ),
        ),
        Code.CREDENTIALS_REFUSED: (
            Fix(
                "Sets the registry's password anew; it is asked for.",
                "pulumi config set --secret registryPassword -s {stack} && pulumi up -s {stack}",
            ),
        ),
        Code.UNREACHABLE: (
            Fix("Shows whether the sandbox's registry answers.", ".venv/bin/python -m sandbox status"),
            Fix("Repairs the sandbox.", "make up"),
            Fix(
                "Sets the name by which nodes and this machine both reach the registry.",
                "pulumi config set --path registry.host {registry} -s {stack} && pulumi up -s {stack}",
            ),
        ),
        Code.DNS: (
            Fix(
                "Sets the name by which nodes and this machine both reach the registry.",
                "pulumi config set --path registry.host {registry} -s {stack} && pulumi up -s {stack}",
            ),
        ),
        Code.PLAIN_HTTP: (
            Fix(
                "kind: how its nodes are told of a registry without TLS.",
                "kubectl -n kube-public get configmap local-registry-hosting -o yaml",
            ),
        ),
        Code.PULL_SECRET_MISSING: (_UP,),
        Code.NODE_QPS: (
            Fix(
                "kind, minikube: lets the kubelet of a node start more pulls; k3d has no such file.",
                "docker exec {node} sh -c "
                "\"sed -i '/^registryPullQPS:/d;/^registryBurst:/d' /var/lib/kubelet/config.yaml "
                "&& printf 'registryPullQPS: 20\\nregistryBurst: 40\\n' >> /var/lib/kubelet/config.yaml "
                '&& systemctl restart kubelet"',
            ),
        ),
        Code.RUNTIME_BROKEN: (
            Fix("kind, k3d, minikube: starts the node again.", "docker restart {node}"),
            Fix("Repairs the sandbox.", "make up"),
        ),
    }
)
"""For the local target of this project."""
