"""Looks at all that a report shows, at once."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ops.diagnose import Question, diagnoses
from ops.good_versions import Update, updates
from ops.pulumi_cli import Pulumi, PulumiError, find_pulumi
from ops.report.gathered import Gathered
from ops.scope import NoSuchWorkloadError, NotReadError
from ops.stack import Stack
from ops.stack_cluster import access, connect_to
from ops.stack_errors import StackError
from ops.status import Status, Workload
from ops.status_health import findings as of_status
from ops.status_look import look
from ops.verify_health import findings as of_verification
from ops.verify_look import verify
from pulls.beside import beside
from pulls.cluster import ClusterError
from pulls.diagnosis import Diagnosis, Facts

_UPDATES = 8


def gather(stack: Stack, folder: Path, *, with_preview: bool) -> Gathered:
    """All of it. What does not answer is part of the answer and no error.

    Args:
        stack: which.
        folder: of the project.
        with_preview: also what pulumi would do now, which takes as long as a preview does.
    """
    pulumi = find_pulumi(folder)
    history = beside(partial(_history, pulumi, stack.name))
    preview = beside(partial(_preview, pulumi, stack.name)) if with_preview else None
    verified, status = beside(partial(verify, stack)), look(stack)
    verification = verified.result()
    every = [*of_status(status), *of_verification(verification)]
    return Gathered(
        status=status,
        verification=verification,
        findings=list(dict.fromkeys(every)),
        diagnoses=_diagnoses(status),
        updates=history.result(),
        preview="" if preview is None else preview.result(),
    )


def _diagnoses(status: Status) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    for each in status.workloads:
        if each.rollout is not None and not each.rollout.complete:
            found += _of_workload(each, status)
    return found


def _of_workload(workload: Workload, status: Status) -> Sequence[Diagnosis]:
    deployed = workload.deployed
    facts = Facts(status.stack.target, values={"stack": status.stack.name}, kube_context=workload.context)
    try:
        cluster = connect_to(access(status.stack.state, deployed.provider))
        return diagnoses(cluster, Question(deployed.namespace, deployed.title), facts).diagnoses
    except (ClusterError, NoSuchWorkloadError, NotReadError):
        return ()  # it went meanwhile


def _history(pulumi: Pulumi, stack: str) -> list[Update]:
    try:
        return updates(json.loads(pulumi.run("stack", "history", "--json", "--stack", stack)))[:_UPDATES]
    except (PulumiError, StackError, ValueError):
        return []


def _preview(pulumi: Pulumi, stack: str) -> str:
    try:
        return pulumi.run("preview", "--diff", "--suppress-outputs", "--stack", stack)
    except PulumiError as error:
        return error.said
    except StackError as error:
        return str(error)
