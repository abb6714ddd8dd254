"""One whole check that a new version can be pulled and can run: rehearsal, the registry's word, diagnoses."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from pulls.beside import Result, beside
from pulls.cluster import Cluster, connect_text
from pulls.diagnosis import Diagnosis, Facts, as_text
from pulls.registry.answer import Answer
from pulls.registry.second_opinion import second_opinion
from pulls.rehearsal.by_registry import silence, silent_registries, wrong_architectures
from pulls.rehearsal.pod import Rehearsal, images
from pulls.rehearsal.reachable import registry_answers
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

    def __init__(self, diagnoses: list[Diagnosis], kind: str) -> None:
        title = f"the new version cannot be pulled or run; the {kind} was not touched"
        super().__init__("\n".join([title, *(as_text(each) for each in diagnoses)]))
        self.diagnoses, self.kind = diagnoses, kind


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
    reaper = _reaper(login, rehearsal.namespace, rehearsing.mark, say)
    try:
        report = rehearsing.run()
    except RefusedError as refused:
        _release(reaper, refused.report)
        for each in refused.report.warnings:
            say(each)
        found = refusal_diagnoses(refused, rehearsal, facts, _answers(asked))
        raise PullRefusedError(found, rehearsal.kind) from refused
    _release(reaper, report)
    before = _answers(asked)
    unfit = wrong_architectures(before, report.classes, rehearsal, facts)
    if report.slow and not report.pulled:
        unfit += _silences(cluster, rehearsal, before, report, facts)
    if unfit:
        raise PullRefusedError(unfit, rehearsal.kind)
    return report


def _reaper(login: ClusterLogin, namespace: str, mark: str, say: Callable[[str], None]) -> Reaper | None:
    try:
        return Reaper(login.kubeconfig, login.context, namespace, mark)
    except OSError as error:  # no room for a process, or it ended at once
        say(f"its pods stay if this program is killed, as the process that removes them does not start: {error}")
        return None


def _release(reaper: Reaper | None, report: Report) -> None:
    # One that is not released tries to remove what is left, at the latest when this program ends.
    if reaper is not None and not report.pods_left:
        reaper.release()


def _silences(
    cluster: Cluster, rehearsal: Rehearsal, before: Mapping[str, Answer | None], report: Report, facts: Facts
) -> list[Diagnosis]:
    now = _answers(_ask_registry(cluster, rehearsal), _SILENT_SECONDS)
    refused, unknown = silent_registries(before, now, _answers_at_all)
    for image in unknown:
        report.warnings.append(f"the registry of {image} does not answer this machine; whether it answers the nodes, "
                               "the rollout shows")  # fmt: skip
    return [silence(image, report.slow, rehearsal, facts) for image in refused]


def _answers_at_all(image: str) -> bool:
    return bool(_result(beside(partial(registry_answers, image)), _SILENT_SECONDS))


def _ask_registry(cluster: Cluster, rehearsal: Rehearsal) -> dict[str, Future[Answer | None]]:
    return {
        image: beside(partial(second_opinion, cluster, rehearsal.namespace, rehearsal.pod_spec, image))
        for image in images(rehearsal.pod_spec)
    }


def _answers(asked: Mapping[str, Future[Answer | None]], seconds: float = _LATE_SECONDS) -> dict[str, Answer | None]:
    return {image: _result(future, seconds) for image, future in asked.items()}


def _result(future: Future[Result], seconds: float) -> Result | None:
    """None too for a question that fails: a second opinion that cannot be had is no reason to refuse anything."""
    try:
        return future.result(timeout=seconds)
    except Exception:  # whatever a network can do
        return None
