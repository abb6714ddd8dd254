"""What an API server's error means for a rehearsal. Pure."""

from pulls.causes import Code
from pulls.classify import Verdict, classify
from pulls.cluster import ClusterError

FORBIDDEN, NOT_FOUND = 403, 404
_NO_ANSWER, _CONFLICT, _TOO_MANY, _SERVER_ERROR = 0, 409, 429, 500
# Said of objects that were made a moment ago: plugin/pkg/admission/serviceaccount and apiserver's resourcequota, v1.34.
_NOT_YET = ("error looking up service account", "status unknown for quota")


def may_pass(error: ClusterError) -> bool:
    """Whether the same request may be answered in a moment.

    A server is restarted, sheds load (429, API Priority and Fairness), waits for a webhook (500), or does not know yet
    of the namespace (404) or the service account (403) that this very deployment has made.
    """
    if denial(error) is not None:
        return False
    if error.status == FORBIDDEN:
        return any(each in str(error) for each in _NOT_YET)
    return error.status in {_NO_ANSWER, NOT_FOUND, _CONFLICT, _TOO_MANY} or error.status >= _SERVER_ERROR


def denial(error: ClusterError) -> Verdict | None:
    """The policy that refused a pod, if it was one."""
    verdict = classify("FailedCreate", f"Error creating: {error}")
    return verdict if verdict.code is Code.ADMISSION_DENIED else None
