"""What a reason alone says, before its text is read.

Waiting and event reasons: kubernetes/kubernetes:pkg/kubelet/images/types.go, pkg/kubelet/events/event.go and
staging/src/k8s.io/cri-api/pkg/errors.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType

from pulls.causes import Code

_ANY = frozenset(Code)
_NO_PULL = frozenset({Code.WRONG_ARCHITECTURE})
"""Of a process that runs or ran: its own texts about networks and logins are none of ours."""


@dataclass(frozen=True)
class Reason:
    """How a reason bounds the answer.

    Attributes:
        allowed: causes that its text may name.
        certain: the cause whatever the text says.
        otherwise: the cause when the text names none.
        needs: what the text must have, in lower case, to be about an image at all; empty for nothing.
    """

    allowed: frozenset[Code] = _ANY
    certain: Code | None = None
    otherwise: Code | None = None
    needs: tuple[str, ...] = ()


_IMAGE = ("image", "pull")
_CREATE = Reason(frozenset({Code.WRONG_ARCHITECTURE, Code.DISK_FULL, Code.RUNTIME_BROKEN}))
_QUIET = Reason(frozenset())
_PROCESS = Reason(_NO_PULL)
_REASONS = {
    "InvalidImageName": Reason(certain=Code.NAME_INVALID),
    "ErrImageNeverPull": Reason(certain=Code.POLICY_NEVER),
    "SignatureValidationFailed": Reason(certain=Code.SIGNATURE_REFUSED),
    "FailedToRetrieveImagePullSecret": Reason(certain=Code.PULL_SECRET_MISSING),
    "RegistryUnavailable": Reason(otherwise=Code.UNREACHABLE),
    "ImageInspectError": Reason(
        frozenset({Code.NAME_INVALID, Code.RUNTIME_BROKEN, Code.DISK_FULL}), otherwise=Code.RUNTIME_BROKEN
    ),
    "FailedCreate": Reason(frozenset({Code.ADMISSION_DENIED})),
    "ReplicaFailure": Reason(frozenset({Code.ADMISSION_DENIED})),
    "FailedCreatePodSandBox": Reason(
        needs=(*_IMAGE, "no space left", "error while dialing", "error reading from server", "layer not known")
    ),
    "FailedPodSandBoxStatus": Reason(needs=_IMAGE),
    "Evicted": Reason(frozenset({Code.DISK_FULL})),
    "FailedScheduling": Reason(frozenset({Code.DISK_FULL})),
    "Unschedulable": Reason(frozenset({Code.DISK_FULL})),
    "ImageGCFailed": Reason(frozenset({Code.DISK_FULL, Code.RUNTIME_BROKEN})),
    "FreeDiskSpaceFailed": Reason(certain=Code.DISK_FULL),
    "DiskPressure": Reason(certain=Code.DISK_FULL),
    "NodeHasDiskPressure": Reason(certain=Code.DISK_FULL),
    "EvictionThresholdMet": Reason(frozenset({Code.DISK_FULL})),
    **dict.fromkeys(("CreateContainerError", "CreateContainerConfigError", "RunContainerError", "StartError"), _CREATE),
    **dict.fromkeys(
        (
            "CrashLoopBackOff",
            "Error",
            "Completed",
            "OOMKilled",
            "ContainerCannotRun",
            "PostStartHookError",
            "FailedPostStartHook",
            "FailedPreStopHook",
            "Unhealthy",
        ),
        _PROCESS,
    ),
    **dict.fromkeys(
        ("ContainerCreating", "PodInitializing", "Pulling", "Pulled", "Created", "Started", "Running"), _QUIET
    ),
    **dict.fromkeys(("Scheduled", "SuccessfulCreate", "Killing", "ProbeWarning", "ScalingReplicaSet"), _QUIET),
    **dict.fromkeys(("FailedMount", "FailedAttachVolume", "NetworkNotReady", "NodeNotReady", "FailedKillPod"), _QUIET),
    # Of a node's condition: its kubelet says what ails it (pkg/kubelet/nodestatus/setters.go), or nobody does.
    "KubeletNotReady": Reason(frozenset({Code.RUNTIME_BROKEN})),
    **dict.fromkeys(("NodeStatusUnknown", "NodeStatusNeverUpdated", "NodeLost"), _QUIET),
    # Controllers that never speak of a pull: kubernetes/kubernetes:pkg/controller, cmd/cloud-controller-manager,
    # kubernetes-csi, cert-manager, cluster-autoscaler.
    **dict.fromkeys(
        (
            "FailedGetScale",
            "FailedRescale",
            "FailedUpdateStatus",
            "FailedBinding",
            "FailedDetachVolume",
            "FailedMapVolume",
            "FailedUnMount",
            "FileSystemResizeFailed",
            "ProvisioningFailed",
            "ProvisioningCleanupFailed",
            "VolumeFailedDelete",
            "VolumeResizeFailed",
            "DNSConfigForming",
            "Preempted",
            "TaintManagerEviction",
            "TriggeredScaleUp",
            "NotTriggerScaleUp",
            "FailedToScaleUpGroup",
            "ErrInitIssuer",
            "ErrVerifyACMEAccount",
            "BackoffLimitExceeded",
            "FailedNeedsStart",
            "LeaderElection",
        ),
        _QUIET,
    ),
}
# Reasons in families: an autoscaler's metrics, load balancers, endpoints, certificates, nodes that come or go.
_QUIET_FAMILIES = re.compile(
    r"failed(?:get|compute)\w*metrics?\w*|\w*loadbalancer\w*|failedto(?:create|update|delete)endpoint\w*"
    r"|certificate\w+|scale(?:down|up)\w*|nodenot(?:schedulable|ready)\w*"
)
_BY_NAME = MappingProxyType({name.lower(): reason for name, reason in _REASONS.items()})


def reason_named(name: str) -> Reason:
    """What is known of a reason; one that is not listed bounds nothing. `Init:` of kubectl's column is dropped."""
    plain = name.strip().removeprefix("Init:").lower()
    return _BY_NAME.get(plain) or (_QUIET if _QUIET_FAMILIES.fullmatch(plain) else Reason())
