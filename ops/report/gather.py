"""Looks at all that a report shows, at once, and at each thing once."""

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from ops.diagnose import Question, diagnoses
from ops.good_versions import Update
from ops.pulumi_cli import PulumiError, find_pulumi
from ops.report.gathered import Gathered
from ops.scope import NoSuchWorkloadError, NotReadError
from ops.stack import Stack
from ops.stack_cluster import connect_to
from ops.stack_errors import StackError
from ops.stack_sight import Sight, begin
from ops.status import Workload
from ops.status_health import findings as of_status
from ops.status_look import status_of
from ops.verify_health import findings as of_verification
from ops.verify_look import verification_of
from pulls.beside import beside
from pulls.cluster import ClusterError
from pulls.diagnosis import Diagnosis, Facts


def gather(stack: Stack, updates: Future[list[Update]], folder: Path, *, with_preview: bool) -> Gathered:
    """All of it. What does not answer is part of the answer and no error.

    Args:
        stack: which.
        updates: its last ones.
        folder: of the project.
        with_preview: also what pulumi would do now, which takes as long as a preview does.
    """
    preview = beside(partial(_preview, stack.reference, folder)) if with_preview else None
    sight = begin(stack)
    verified, status = beside(partial(verification_of, sight)), status_of(sight)
    found = [each for workload in status.workloads for each in _diagnoses(workload, sight)]
    verification = verified.result()
    every = [*of_status(status), *of_verification(verification)]
    return Gathered(
        status=status,
        verification=verification,
        findings=list(dict.fromkeys(every)),
        diagnoses=found,
        updates=updates.result(),
        preview="" if preview is None else preview.result(),
    )


def _diagnoses(workload: Workload, sight: Sight) -> Sequence[Diagnosis]:
    if workload.rollout is None or workload.rollout.complete:
        return ()
    deployed, stack = workload.deployed, sight.stack
    facts = Facts(stack.target, values={"stack": stack.reference}, kube_context=workload.context)
    try:
        cluster = connect_to(sight.ways[deployed.provider])
        return diagnoses(cluster, Question(deployed.namespace, deployed.title), facts).diagnoses
    except (ClusterError, NoSuchWorkloadError, NotReadError):
        return ()  # it went meanwhile


def _preview(stack: str, folder: Path) -> str:
    try:
        return find_pulumi(folder).run("preview", "--diff", "--suppress-outputs", "--stack", stack)
    except PulumiError as error:
        return error.said
    except StackError as error:
        return str(error)
