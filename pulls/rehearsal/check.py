"""One whole check that a new version can be pulled and can run: rehearsal, the registry's word, diagnoses."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from pulls.beside import beside
from pulls.cluster import Cluster, connect_text
from pulls.diagnosis import Diagnosis, Facts, as_text
from pulls.registry.answer import Answer
from pulls.registry.second_opinion import second_opinion
from pulls.rehearsal.by_registry import silent_registries, wrong_architectures
from pulls.rehearsal.pod import Rehearsal, images
from pulls.rehearsal.reaper import Reaper
from pulls.rehearsal.refusal import refusal_diagnoses
from pulls.rehearse import Budget, RefusedError, Rehearsing, Report

_SILENT_SECONDS = 3.0
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
    # Asked meanwhile: it is needed for a refusal, and to find what no pull can show.
    asked = _ask_registry(cluster, rehearsal)
    rehearsing = Rehearsing(cluster, rehearsal, budget, say=say)
    reaper = Reaper(login.kubeconfig, login.context, rehearsal.namespace, rehearsing.mark)
    try:
        report = rehearsing.run()
    except RefusedError as refused:
        reaper.release()
        raise PullRefusedError(refusal_diagnoses(refused, rehearsal, facts, _answers(asked))) from refused
    reaper.release()
    unfit = wrong_architectures(_answers(asked), report.classes, rehearsal, facts)
    if report.slow:
        now = _answers(_ask_registry(cluster, rehearsal), _SILENT_SECONDS)
        unfit += silent_registries(now, report.slow, rehearsal, facts)
    if unfit:
        raise PullRefusedError(unfit)
    return report


def _ask_registry(cluster: Cluster, rehearsal: Rehearsal) -> dict[str, Future[Answer | None]]:
    return {
        image: beside(partial(second_opinion, cluster, rehearsal.namespace, rehearsal.pod_spec, image))
        for image in images(rehearsal.pod_spec)
    }


def _answers(asked: Mapping[str, Future[Answer | None]], seconds: float = _LATE_SECONDS) -> dict[str, Answer | None]:
    found: dict[str, Answer | None] = {}
    for image, future in asked.items():
        try:
            found[image] = future.result(timeout=seconds)
        except TimeoutError:
            found[image] = None
    return found
