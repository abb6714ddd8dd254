"""How long a Deployment may stand still before it says that it is stuck. Pure."""

from components.errors import InvalidValueError

TIMEOUT_SECONDS = 300
REHEARSAL_SECONDS = 120
START_SECONDS = 60
MIN_READY_SECONDS = 5

_USUAL_SECONDS = 300
_PULL_SECONDS = 60
"""For a node to be found and the image to be pulled, on top of what the app itself may take."""
_REPORT_SECONDS = 10
"""Between the Deployment's own reason and the end of `up`, so that the reason is there in time."""


def progress_seconds(
    timeout: int = TIMEOUT_SECONDS, start: int = START_SECONDS, min_ready: int = MIN_READY_SECONDS
) -> int:
    """The progress deadline of a Deployment, in seconds: more than a pod needs, and less than `up` waits.

    A deadline counts from the last change for the better (kubernetes, pkg/controller/deployment/progress.go), which
    for one pod is the time that it may start in, and must then stay ready for.

    Args:
        timeout: how long the rollout may take.
        start: how long a container may take to start.
        min_ready: how long a new pod must stay ready before it counts.

    Raises:
        InvalidValueError: a pod that uses its time would be too late.
    """
    latest, needed = timeout - _REPORT_SECONDS, start + min_ready
    if needed >= latest:
        reason = (
            f"gives a rollout {timeout} s (timeoutSeconds), too little for pods that may take {start} s to start "
            f"(startSeconds) and must then stay ready for {min_ready} s (minReadySeconds)"
        )
        raise InvalidValueError(reason)
    return min(max(min(_USUAL_SECONDS, timeout // 2), needed + _PULL_SECONDS), latest)
