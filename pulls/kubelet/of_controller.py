"""What is wrong with a controller: it may not make pods, or its time is over and no pod says why.

Reasons as in kubernetes v1.34 pkg/controller: controller_utils.go (FailedCreate), replicaset (ReplicaFailure),
deployment (ProgressDeadlineExceeded, ReplicaSetCreateError), statefulset, job.
"""

from datetime import timedelta

from pulls.kubelet.events import LONG_AGO, Event
from pulls.kubelet.objects import Json, condition, is_observed, is_terminating, moment, number, part, text
from pulls.kubelet.symptom import Finding, SymptomKind

FAILED_CREATE = "FailedCreate"
OUTCOMES = {FAILED_CREATE, "SuccessfulCreate"}
NO_REPLICA_SET = "ReplicaSetCreateError"
ACCOUNT_TO_COME = "error looking up service account"
"""A namespace gets its default account a moment after it is made (plugin/pkg/admission/serviceaccount)."""

NEW_NAMESPACE = timedelta(seconds=5)
PROGRESS_DEADLINE = "ProgressDeadlineExceeded"


def no_pod(kind: str, controller: Json, pods: list[Json], events: list[Event]) -> Finding | None:
    """Why a controller has fewer pods than it should: the refusal, as long as nothing was created after it.

    `pods` are those that it has, `events` those about itself, newest first.
    """
    alive = [each for each in pods if not is_terminating(each) and text(each, "status", "phase") != "Failed"]
    if is_terminating(controller) or len(alive) >= _wanted(kind, controller):
        return None
    said = [each for each in events if each.reason == FAILED_CREATE]
    refused = condition(controller, "ReplicaFailure")
    if text(refused, "reason") == FAILED_CREATE:
        return _refused(text(refused, "message"), said)
    newest = next((each for each in events if each.reason in OUTCOMES), None)
    return _refused(said[0].text, said) if newest and newest.reason == FAILED_CREATE else None


def no_replica_set(deployment: Json) -> Finding | None:
    """Why a Deployment could not even make its ReplicaSet."""
    progress = condition(deployment, "Progressing")
    if text(progress, "reason") != NO_REPLICA_SET:
        return None
    return _over(progress, SymptomKind.NO_POD)


def no_pod_by_deployment(deployment: Json) -> Finding | None:
    """The refusal as the Deployment repeats it, for whoever may not look at its ReplicaSets.

    Its controller copies the ReplicaSet's condition (kubernetes v1.34 pkg/controller/deployment/sync.go).
    """
    refused = condition(deployment, "ReplicaFailure")
    wrong = (text(refused, "status"), text(refused, "reason")) == ("True", FAILED_CREATE)
    return _refused(text(refused, "message"), []) if wrong and is_observed(deployment) else None


def deadline(controller: Json) -> Finding | None:
    """A Deployment that made no progress for too long, or a Job that has failed for good."""
    if not is_observed(controller):
        return None
    progress, failed = condition(controller, "Progressing"), condition(controller, "Failed")
    if text(progress, "reason") == PROGRESS_DEADLINE:
        return _over(progress, SymptomKind.DEADLINE)
    return _over(failed, SymptomKind.DEADLINE) if text(failed, "status") == "True" else None


def is_satisfied(kind: str, controller: Json) -> bool:
    """Whether a controller has what it wants, so that pods which failed on the way are history."""
    if kind == "Job":
        return text(condition(controller, "Complete"), "status") == "True"
    return number(controller, "status", "readyReplicas") >= _wanted(kind, controller)


def _wanted(kind: str, controller: Json) -> int:
    if kind == "DaemonSet":
        return number(controller, "status", "desiredNumberScheduled")
    if kind == "Job":
        return _wanted_of_job(controller)
    return number(controller, "spec", "replicas", default=1)


def _wanted_of_job(job: Json) -> int:
    """One, as long as none has come to anything: a Job makes its pods as it goes."""
    spec, status = part(job, "spec"), part(job, "status")
    done = number(status, "succeeded") + number(status, "failed")
    over = [each for each in ("Complete", "Failed") if text(condition(job, each), "status") == "True"]
    held = spec.get("suspend") or number(spec, "parallelism", default=1) == 0
    return 0 if over or done or held else 1


def _refused(message: str, said: list[Event]) -> Finding:
    lasted = max((each.last for each in said), default=LONG_AGO) - min((each.first for each in said), default=LONG_AGO)
    settled = ACCOUNT_TO_COME not in message or lasted > NEW_NAMESPACE
    return Finding(kind=SymptomKind.NO_POD, reason=FAILED_CREATE, message=message, events=said, settled=settled)


def _over(why: Json, kind: SymptomKind) -> Finding:
    since = moment(why, "lastTransitionTime")
    return Finding(kind=kind, reason=text(why, "reason"), message=text(why, "message"), since=since)
