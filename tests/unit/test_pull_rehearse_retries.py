"""What a rehearsal tries again, for how long, and with which words it ends."""

from contextlib import suppress

import pytest

from pulls.causes import Class, Code
from pulls.cluster import ClusterError
from pulls.rehearse import Budget, RefusedError
from tests.unit.fake_cluster import (
    BUSY,
    FORBIDDEN,
    IMAGE,
    NOT_FOUND,
    POD,
    PULLED,
    PULLING,
    FakeCluster,
    Json,
    failing,
    one,
    refused,
    said,
)
from tests.unit.scripted_rehearsal import Run


def test_a_busy_registry_is_tried_again_with_a_fresh_pod_and_told_once() -> None:
    run = Run(FakeCluster(one([refused(BUSY)], [refused(BUSY)], [PULLING, PULLED])))
    report = run.report()
    assert len(run.cluster.created) == 3
    assert len(report.pulled) == 1
    (told,) = run.said
    assert told.startswith("registry-error: ")
    assert told.endswith("trying again for up to 120 s")
    assert 1.5 <= run.seconds < 2


def test_a_refused_pod_is_removed_before_the_next_is_made() -> None:
    run = Run(FakeCluster(one([refused(BUSY)], [PULLED])))
    run.report()
    writes = [each for each in run.cluster.asked if each[0] in {"create", "delete"}]
    assert writes == [
        ("create", "pods"),
        ("delete", POD.format(1)),
        ("create", "pods"),
        ("delete", POD.format(2)),
    ]


@pytest.mark.parametrize("seconds", [5.0, 20.0, 60.0, 120.0])
@pytest.mark.parametrize("looks", [1, 3, 20])
def test_a_registry_that_stays_busy_is_refused_soon_after_the_budget(seconds: float, looks: int) -> None:
    run = Run(FakeCluster(one([*[PULLING] * looks, refused(BUSY)])), Budget(seconds))
    (refusal,) = run.refusal().refusals
    assert seconds <= refusal.seconds < seconds + 11
    assert refusal.tries > 2
    assert run.cluster.pods == {}


def test_a_try_that_began_after_a_refusal_and_pulls_for_long_is_slow_and_not_refused() -> None:
    run = Run(FakeCluster(one([refused(BUSY)], [PULLING])), Budget(10))
    (warning,) = run.report().warnings
    assert "takes longer" in warning
    assert run.seconds < 60


def test_the_cluster_ends_no_pod_before_the_rehearsal_does() -> None:
    run = Run(FakeCluster(one([refused(BUSY)], [PULLING])), Budget(10))
    run.report()
    first, second = run.cluster.created
    assert first["spec"]["activeDeadlineSeconds"] > run.seconds
    assert second["spec"]["activeDeadlineSeconds"] > run.seconds - 0.5


@pytest.mark.parametrize(
    ("fresh", "tries", "refused_at"),
    [(0.0, 1, 0.0), (1.0, 3, 1.5), (30.0, 8, 32.0)],
)
def test_a_missing_right_is_waited_for_only_while_it_may_be_on_its_way(
    fresh: float, tries: int, refused_at: float
) -> None:
    run = Run(FakeCluster(one([refused(FORBIDDEN)])), Budget(120, fresh))
    (refusal,) = run.refusal().refusals
    assert refusal.seen.verdict is not None
    assert refusal.seen.verdict.kind is Class.PROPAGATING
    assert refusal.tries == tries
    assert refusal.seconds == pytest.approx(refused_at, abs=1)


def test_a_right_that_arrives_within_its_window_is_no_refusal() -> None:
    run = Run(FakeCluster(one(*[[refused(FORBIDDEN)]] * 4, [PULLED])), Budget(120, 60))
    assert len(run.report().pulled) == 1
    assert "trying again for up to 60 s" in run.said[0]


def test_an_unknown_cause_is_waited_for_and_then_shown_as_it_is() -> None:
    text = "the moon is in the wrong quarter"
    run = Run(FakeCluster(one([refused(text)])), Budget(20))
    error = run.refusal()
    verdict = error.refusals[0].seen.verdict
    assert verdict is not None
    assert (verdict.code, verdict.text, str(error)) == (Code.UNKNOWN, text, text)
    assert run.seconds >= 20


@pytest.mark.parametrize(
    ("shown_text", "event", "code"),
    [
        (f'Back-off pulling image "{IMAGE}"', f"Failed to pull image: {NOT_FOUND}", Code.NOT_FOUND),
        (
            "pull access denied, repository does not exist or may require authorization: no basic auth credentials",
            "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
            Code.PULL_SECRET_MISSING,
        ),
    ],
)
def test_events_say_what_the_state_does_not(shown_text: str, event: str, code: Code) -> None:
    events = [said(POD.format(1), event), said("web-of-somebody-else", "503 Service Unavailable")]
    run = Run(FakeCluster(one([refused(shown_text, "ImagePullBackOff")]), events=events))
    verdict = run.refusal().refusals[0].seen.verdict
    assert verdict is not None
    assert verdict.code is code


@pytest.mark.parametrize("shown_text", [FORBIDDEN, NOT_FOUND])
def test_a_refusal_that_a_missing_pull_secret_may_cause_asks_the_events(shown_text: str) -> None:
    run = Run(FakeCluster(one([refused(shown_text)])))
    run.refusal()
    assert ("list", "events") in run.cluster.asked


UNREAD = "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed."
NO_BASIC = "pull access denied, repository does not exist or may require authorization: no basic auth credentials"


class Account(FakeCluster):
    """Gives each pod the pull secret of its service account, as the API server does."""

    def create(self, kind: str, namespace: str, body: Json, *, dry_run: bool = False) -> Json:
        body["spec"]["imagePullSecrets"] = [{"name": "regcred"}]
        return super().create(kind, namespace, body, dry_run=dry_run)


@pytest.mark.parametrize(("there", "tries"), [(True, 2), (False, 1)])
def test_a_service_accounts_pull_secret_that_a_node_does_not_know_of_yet_is_tried_again(
    *, there: bool, tries: int
) -> None:
    secrets = {"secrets": [{"metadata": {"name": "regcred"}}]} if there else {}
    events = [said(POD.format(1), UNREAD)]
    run = Run(Account(one([refused(NO_BASIC)], [PULLED]), events=events, lists=secrets))
    with suppress(RefusedError):
        run.report()
    assert len(run.cluster.created) == tries


@pytest.mark.parametrize(("unread", "code"), [((3,), Code.FORBIDDEN), ((1, 2, 3), Code.PULL_SECRET_MISSING)])
def test_a_try_that_could_not_read_a_pull_secret_hides_no_other_cause(unread: tuple[int, ...], code: Code) -> None:
    """It may be the last one: what the registry said to the pod's own login decides, where it said something."""
    events = [said(POD.format(each), UNREAD) for each in unread]
    tries = [refused(NO_BASIC if number in unread else FORBIDDEN) for number in (1, 2, 3)]
    lists = {"secrets": [{"metadata": {"name": "regcred"}}]}
    run = Run(Account(one(*([each] for each in tries)), events=events, lists=lists), Budget(1.4, 1.4))
    (refusal,) = run.refusal().refusals
    assert (refusal.tries, refusal.seen.verdict and refusal.seen.verdict.code) == (3, code)
    assert refusal.unread_secret is (code is Code.PULL_SECRET_MISSING)


def test_events_that_may_not_be_read_are_done_without() -> None:
    errors = failing(("list", "events", ClusterError("forbidden", 403)))
    assert Run(FakeCluster(one([PULLED]), errors=errors)).report().pulls == []
