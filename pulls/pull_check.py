"""One whole check that a new version can be pulled and can run: rehearsal, the registry's word, diagnoses."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from pulls.architecture import wrong_architectures
from pulls.cluster import connect_text
from pulls.diagnosis import Diagnosis, Facts, as_text
from pulls.reaper import Reaper
from pulls.refusal import refusal_diagnoses
from pulls.registry_answer import Answer
from pulls.rehearsal_pod import Rehearsal, images
from pulls.rehearse import Budget, RefusedError, Rehearsing, Report
from pulls.second_opinion import second_opinion

_LATE_SECONDS = 0.5
"""How much longer than the rehearsal the registry may take, once all pods have their images."""


@dataclass(frozen=True)
class ClusterLogin:
    """How to reach the cluster."""

    kubeconfig: str
    """As text."""
    context: str | None = None


class PullRefusedError(Exception):
    """The new version must not be rolled out; the text is for the person who deploys."""

    def __init__(self, diagnoses: list[Diagnosis]) -> None:
        title = "the new version cannot be pulled or run; the Deployment was not touched"
        super().__init__("\n".join([title, *(as_text(each) for each in diagnoses)]))
        self.diagnoses = diagnoses


def check_pull(
    login: ClusterLogin, rehearsal: Rehearsal, budget: Budget, facts: Facts, *, say: Callable[[str], None]
) -> Report:
    """Rehearse the pull; what was pulled, and warnings.

    Args:
        login: of the cluster.
        rehearsal: of what.
        budget: how long it may take.
        facts: of the place, for the commands of a diagnosis.
        say: told of what is tried again.

    Raises:
        PullRefusedError: an image cannot be pulled, or runs on none of the nodes.
        ClusterError: the cluster does not answer.
    """
    cluster = connect_text(login.kubeconfig, login.context)
    pool = ThreadPoolExecutor()
    try:
        # Asked meanwhile: it is needed for a refusal, and to find what no pull can show.
        asked = {
            image: pool.submit(second_opinion, cluster, rehearsal.namespace, rehearsal.pod_spec, image)
            for image in images(rehearsal.pod_spec)
        }
        rehearsing = Rehearsing(cluster, rehearsal, budget, say=say)
        reaper = Reaper(login.kubeconfig, login.context, rehearsal.namespace, rehearsing.mark)
        try:
            report = rehearsing.run()
        except RefusedError as refused:
            reaper.release()
            raise PullRefusedError(refusal_diagnoses(refused, rehearsal, facts, _answers(asked))) from refused
        reaper.release()
        unfit = wrong_architectures(_answers(asked), report.classes, rehearsal, facts)
        if unfit:
            raise PullRefusedError(unfit)
        return report
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _answers(asked: Mapping[str, Future[Answer | None]]) -> dict[str, Answer | None]:
    found: dict[str, Answer | None] = {}
    for image, future in asked.items():
        try:
            found[image] = future.result(timeout=_LATE_SECONDS)
        except TimeoutError:
            found[image] = None
    return found
