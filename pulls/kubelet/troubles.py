"""What is wrong with a workload when it is not a pull: one sentence and one command for each kind. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pulls.kubelet.symptom import SymptomKind


@dataclass(frozen=True)
class Trouble:
    """One kind of trouble.

    Attributes:
        meaning: what is wrong.
        look: the command that shows more; fields `{namespace}`, `{pod}`, `{container}`, `{node}`, `{workload}`.
        fix: what usually cures it.
    """

    meaning: str
    look: str
    fix: str


_LOGS = "kubectl -n {namespace} logs {pod} -c {container} --previous"
_POD = "kubectl -n {namespace} describe pod {pod}"
TROUBLES: Mapping[SymptomKind, Trouble] = MappingProxyType(
    {
        SymptomKind.CRASH_LOOP: Trouble(
            "The container starts and ends again.", _LOGS, "mend what its log says; the image itself was pulled"
        ),
        SymptomKind.FAILING_PROBE: Trouble(
            "The container runs and a probe of it fails.",
            _LOGS.removesuffix(" --previous"),
            "answer 200 where the probe asks (app.port, app.readyPath, app.healthPath), or raise app.startSeconds",
        ),
        SymptomKind.CONFIG_ERROR: Trouble(
            "The container cannot be made: a ConfigMap, Secret or key that it names is missing, or its user is root.",
            _POD,
            "make what the text names, in the same namespace",
        ),
        SymptomKind.UNSCHEDULABLE: Trouble(
            "No node takes the pod.",
            _POD,
            "give it less (app.resources.requests) or the cluster more nodes",
        ),
        SymptomKind.OUT_OF_MEMORY: Trouble(
            "The container used more memory than its limit and was ended.", _LOGS, "raise app.resources.limits.memory"
        ),
        SymptomKind.EVICTED: Trouble(
            "The node ended the pod, or refused it, for want of room.",
            "kubectl describe node {node}",
            "give the nodes more room, or the pod less",
        ),
        SymptomKind.NO_POD: Trouble(
            "The controller may not make its pods.",
            "kubectl -n {namespace} get events --field-selector reason=FailedCreate --sort-by=.lastTimestamp",
            "raise the quota, make the service account, or change what the policy refuses",
        ),
        SymptomKind.VOLUME: Trouble(
            "A volume cannot be mounted.", _POD, "make the claim, Secret or ConfigMap that the text names"
        ),
        SymptomKind.VOLUME_CLAIM: Trouble(
            "The pod waits for a volume: its claim is missing, or no volume is bound to it.",
            "kubectl -n {namespace} get pvc,storageclass",
            "make the claim that the text names, or give it a storage class that there is",
        ),
        SymptomKind.SANDBOX: Trouble(
            "The node cannot make the pod's sandbox; that is its network plug-in or runtime, not the image.",
            _POD,
            "look at the node's network plug-in and container runtime",
        ),
        SymptomKind.NODE_LOST: Trouble(
            "The pod's node does not answer or is not ready; what the pod says of its containers may be from before.",
            "kubectl describe node {node}",
            "start the node or its kubelet again; for one that is gone: kubectl delete node, then its pods move",
        ),
        SymptomKind.DEADLINE: Trouble(
            "The time limit passed, and no pod says why.",
            "kubectl -n {namespace} describe {workload}",
            "raise app.timeoutSeconds",
        ),
        SymptomKind.INGRESS_CLASS: Trouble(
            "The Ingress has a class that the cluster has not, so nothing serves it.",
            "kubectl get ingressclass",
            "name a class that there is (ingress.className), or install its controller",
        ),
        SymptomKind.INGRESS_ADDRESS: Trouble(
            "The Ingress has no address: its controller has not taken it up.",
            "kubectl -n {namespace} describe {workload}",
            "see whether its controller runs; the load balancer of a cloud may take some minutes",
        ),
        SymptomKind.INGRESS_BACKEND: Trouble(
            "The Ingress leads to no pod: its Service, the port, or what should be behind it is missing.",
            "kubectl -n {namespace} get services,endpointslices",
            "make Service, port and labels of the pods fit each other",
        ),
        SymptomKind.INGRESS_TLS: Trouble(
            "The certificate of the Ingress is missing, over, or for another host.",
            "kubectl -n {namespace} describe {workload}",
            "put one into the Secret that the text names (kubectl create secret tls), in the same namespace",
        ),
        SymptomKind.INGRESS_HOST: Trouble(
            "This machine does not find the host of the Ingress: it has no DNS record here.",
            "kubectl -n {namespace} get {workload}",
            "make a DNS record for the host with the address that is shown (app.host)",
        ),
        SymptomKind.EXEC_FORMAT: Trouble(
            "The program is for another processor than the node's.",
            _POD,
            "build for the nodes' platform: image.platform",
        ),
        SymptomKind.PULL: Trouble("The image cannot be pulled.", _POD, "see the cause"),
    }
)
