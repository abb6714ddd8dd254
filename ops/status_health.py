"""What is wrong with a stack as it looks now, and what to type. Pure."""

import shlex
from collections.abc import Iterator, Sequence

from ops.stack_finding import Finding, diagnose_command, kubectl
from ops.stack_pods import Pod, short
from ops.stack_url import UrlAnswer
from ops.stack_workloads import Deployed
from ops.status import Status, Workload
from pulls.kubelet.rollout import Rollout

_UNAUTHORIZED, _FORBIDDEN = 401, 403
_NAMED = 3
"""Operations that are named; of more, their number is told."""


def findings(status: Status) -> list[Finding]:
    """All that is wrong or not known, the cause of other things before them."""
    found = [*_of_state(status)]
    for each in status.workloads:
        found += _of_workload(each, status.stack.reference)
    # A namespace that may not be looked at is told once, and not for each workload in it.
    return list(dict.fromkeys([*found, *(() if status.url is None else broken_url(status.url))]))


def cannot_look(deployed: Deployed, context: str, why: str, status: int, stack: str) -> Finding:
    """Why nobody can tell how a workload is: no answer, no login, or no right."""
    name = shlex.quote(stack)
    if status == _FORBIDDEN:
        command = kubectl(context, deployed.namespace, "auth", "can-i", "--list")
        return Finding(f"this login may not look at namespace {deployed.namespace}: {why}", command, known=False)
    if status == _UNAUTHORIZED:
        command = f"pulumi up -s {name}   # takes a new login into the state"
        return Finding(f"the login in the state is not taken any more: {why}", command, known=False)
    where = f" --context {shlex.quote(context)}" if context else ""
    command = f"kubectl{where} get --raw /readyz   # for the sandbox: make up"
    return Finding(f"the cluster cannot be asked: {why}", command, known=False)


def _of_state(status: Status) -> Iterator[Finding]:
    name = shlex.quote(status.stack.reference)
    for each in status.stack.locks or ():
        if each.is_left:
            yield Finding(f"the stack is still locked by {each.text}, which has ended", f"pulumi cancel -s {name}")
    if status.stack.state.pending:
        yield from _of_pending(status)
    if not status.workloads:
        yield Finding("the stack has no Deployment yet", f"pulumi up -s {name}")


def _of_pending(status: Status) -> Iterator[Finding]:
    """Operations without an end are all right as long as somebody works on them."""
    locks, pending = status.stack.locks, status.stack.state.pending
    if locks and not all(each.is_left for each in locks):
        return
    doing = ", ".join(f"{each.kind} {each.resource.name}" for each in pending[:_NAMED])
    more = f" and {len(pending) - _NAMED} more" if len(pending) > _NAMED else ""
    ended = "ended" if locks is not None else "ended, or still is,"
    command = f".venv/bin/python -m ops recover{status.stack.option}"
    yield Finding(f"an update {ended} in the middle of {doing}{more}", command, known=locks is not None)


def _of_workload(each: Workload, stack: str) -> Iterator[Finding]:
    deployed, name = each.deployed, shlex.quote(stack)
    if each.unseen:
        yield cannot_look(deployed, each.context, each.unseen, each.status, stack)
        return
    if each.rollout is None:
        text = f"{deployed.title} is in the state, and not in namespace {deployed.namespace}"
        yield Finding(text, f"pulumi up --refresh -s {name}")
        return
    for container in each.differs:
        have, want = each.images[container], deployed.images[container]
        text = f"{deployed.title} asks for {have}; the state says {want}"
        yield Finding(text, f"pulumi up --refresh -s {name}   # sets back what others changed")
    yield from _of_rollout(each, each.rollout)
    if each.rollout.complete and not each.differs:
        # A complete rollout vouches for the number of pods, and not for what they run.
        yield from wrong_pods(deployed, each.pods, stack)


def _of_rollout(each: Workload, rollout: Rollout) -> Iterator[Finding]:
    deployed = each.deployed
    if rollout.paused:
        command = kubectl(each.context, deployed.namespace, "rollout", "resume", deployed.title)
        yield Finding(f"the rollout of {deployed.title} is paused", command)
    if rollout.complete:
        return
    going = "makes no progress" if rollout.stuck else "is not complete"
    numbers = f"{rollout.updated} of {rollout.desired} pods are of the newest version, {rollout.available} available"
    command = diagnose_command(each.context, deployed.namespace, deployed.title)
    yield Finding(f"the rollout of {deployed.title} {going}: {numbers}", command)


def wrong_pods(deployed: Deployed, pods: Sequence[Pod], stack: str) -> Iterator[Finding]:
    """Pods that run something else than the state says; those that are being wound up may."""
    for pod in pods:
        for container in () if pod.goes else pod.differs:
            have, want = short(pod.images[container]), short(deployed.images[container])
            text = f"pod {pod.name} runs {have} in {container}; the state says {want}"
            yield Finding(text, f"pulumi up --refresh -s {shlex.quote(stack)}   # sets back what others changed")


def broken_url(answer: UrlAnswer) -> Iterator[Finding]:
    """What is wrong with what a URL answers."""
    command = f"curl -i {shlex.quote(answer.url)}"
    if answer.status is None:
        yield Finding(f"{answer.url} does not answer: {answer.said}", command)
    elif not answer.well:
        yield Finding(f"{answer.url} answers {answer.status}", command)
