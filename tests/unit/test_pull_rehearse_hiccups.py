"""What an API server's own trouble, and rights that are narrow, may do to a rehearsal: a warning at most."""

import pytest

from pulls.causes import Code
from pulls.cluster import ClusterError
from pulls.rehearsal.api_errors import may_pass
from pulls.rehearse import Budget, RefusedError
from tests.unit.fake_cluster import (
    ARM,
    BOTH,
    BUSY,
    IMAGE,
    NOT_FOUND,
    POD,
    PULLED,
    PULLING,
    FakeCluster,
    failing,
    node,
    one,
    refused,
)
from tests.unit.scripted_rehearsal import Run

BROKEN = ClusterError("the cluster refuses DELETE: etcdserver: leader changed", 500)
TOO_MANY = ClusterError("the cluster refuses GET: too many requests", 429)
MAY_NOT = ClusterError('pods is forbidden: User "ci" cannot do this', 403)
SILENT = ClusterError("the cluster does not answer")
WEBHOOK = ClusterError(
    'Internal error occurred: failed calling webhook "v.example.com": context deadline exceeded', 500
)
NO_NAMESPACE = ClusterError('namespaces "shop" not found', 404)
NO_ACCOUNT = ClusterError('pods "web" is forbidden: error looking up service account shop/web: not found', 403)
CONFLICT = ClusterError("Operation cannot be fulfilled on resourcequotas: the object has been modified", 409)


def always(verb: str, error: ClusterError, what: str = "") -> FakeCluster:
    """A good image; one request is never answered well."""
    return FakeCluster(one([PULLED]), errors=lambda asked, of: error if asked == verb and what in of else None)


# Hiccups while it looks and removes


@pytest.mark.parametrize("error", [BROKEN, TOO_MANY, SILENT])
@pytest.mark.parametrize(("verb", "what"), [("list", "pods"), ("list", "nodes"), ("delete", POD.format(1))])
def test_one_error_of_the_api_server_is_nothing(error: ClusterError, verb: str, what: str) -> None:
    cluster = FakeCluster(one([PULLED]), errors=failing((verb, what, error)))
    report = Run(cluster).report()
    assert (len(report.pulled), report.warnings, report.pods_left) == (1, [], False)
    assert cluster.pods == {}


def test_a_class_of_nodes_is_not_forgotten_for_an_error_of_the_api_server() -> None:
    cluster = FakeCluster({"amd64": [[PULLED]], ARM: [[PULLED]]}, nodes=BOTH, errors=failing(("list", "nodes", BROKEN)))
    assert len(Run(cluster).report().pulled) == 2


@pytest.mark.parametrize("error", [BROKEN, SILENT])
def test_a_pod_that_cannot_be_removed_is_a_warning_after_some_seconds(error: ClusterError) -> None:
    run = Run(always("delete", error))
    report = run.report()
    assert (len(report.pulled), report.pods_left) == (1, True)
    (warning,) = report.warnings
    assert warning.startswith("could not remove its pods yet; ")
    assert "kubectl -n shop delete pods -l monadic-pipeline/rehearsal=m (" in warning
    assert 2 < run.seconds < 10
    assert run.cluster.asked.count(("delete", POD.format(1))) > 2


def test_a_pod_that_cannot_be_removed_hides_no_refusal() -> None:
    cluster = always("delete", BROKEN)
    cluster.tries = one([refused(NOT_FOUND)])
    error = Run(cluster).refusal()
    assert error.refusals[0].seen.image == IMAGE
    assert error.report.pods_left


def test_a_silent_cluster_is_still_what_is_told_when_it_cannot_be_tidied_either() -> None:
    with pytest.raises(ClusterError, match="does not answer"):
        Run(always("list", SILENT, "pods")).report()


# Narrow rights


def test_whoever_may_not_remove_pods_is_told_at_once_and_deploys() -> None:
    run = Run(always("delete", MAY_NOT))
    report = run.report()
    assert (len(report.pulled), report.pods_left) == (1, True)
    assert report.warnings[0].startswith("may not remove its pods; they run nothing")
    assert run.seconds < 1


def test_whoever_may_not_look_at_pods_is_warned_and_what_was_made_is_removed_by_its_name() -> None:
    run = Run(always("list", MAY_NOT, "pods"))
    report = run.report()
    assert report.warnings == [f"linux/amd64: may not look at a rehearsal pod: {MAY_NOT}"]
    assert not report.pods_left
    assert run.cluster.created
    assert run.cluster.pods == {}


def test_whoever_may_neither_look_at_pods_nor_remove_them_is_told_of_both() -> None:
    cluster = always("list", MAY_NOT, "pods")
    cluster.errors = lambda verb, what: MAY_NOT if (verb, what) == ("list", "pods") or verb == "delete" else None
    look, remove = Run(cluster).report().warnings
    assert look == f"linux/amd64: may not look at a rehearsal pod: {MAY_NOT}"
    assert remove.startswith("may not remove its pods")


def test_whoever_may_do_nothing_with_pods_is_warned_once() -> None:
    cluster = FakeCluster(one([PULLED]), errors=lambda _, what: MAY_NOT if what == "pods" else None)
    report = Run(cluster).report()
    assert report.warnings == [f"linux/amd64: the cluster does not take a rehearsal pod: {MAY_NOT}"]
    assert not report.pods_left
    assert ("list", "pods") not in cluster.asked


def test_a_pod_that_was_perhaps_made_is_warned_of_where_none_may_be_looked_at() -> None:
    errors = failing(("create", "pods", SILENT), *[("list", "pods", MAY_NOT)] * 9)
    report = Run(FakeCluster(one([PULLED]), errors=errors)).report()
    assert report.pods_left


# Hiccups while a pod is made


@pytest.mark.parametrize("error", [WEBHOOK, TOO_MANY, CONFLICT, NO_NAMESPACE, NO_ACCOUNT, SILENT])
def test_what_may_pass_is_waited_for_and_a_bad_image_is_still_refused(error: ClusterError) -> None:
    looks = one([refused(NOT_FOUND)])
    cluster = FakeCluster(looks, errors=failing(*[("create", "pods", error)] * 15))
    run = Run(cluster, Budget(5))
    verdict = run.refusal().refusals[0].seen.verdict
    assert verdict is not None
    assert verdict.code is Code.NOT_FOUND
    assert cluster.pods == {}
    resources = [each["spec"]["containers"][0]["resources"] for each in cluster.created]
    assert resources[-1] == resources[0]  # an error that passes is no word about what the pod asks for


def test_a_pod_that_is_made_late_still_has_its_time() -> None:
    errors = failing(*[("create", "pods", WEBHOOK)] * 15)
    cluster = FakeCluster(one([*[PULLING] * 20, refused(NOT_FOUND)]), errors=errors)
    assert Run(cluster, Budget(5)).refusal().refusals


@pytest.mark.parametrize("error", [WEBHOOK, TOO_MANY, CONFLICT, NO_NAMESPACE, NO_ACCOUNT])
def test_what_does_not_pass_is_a_warning_after_some_seconds(error: ClusterError) -> None:
    run = Run(always("create", error))
    assert run.report().warnings == [f"linux/amd64: the cluster does not take a rehearsal pod: {error}"]
    assert 9 < run.seconds < 12
    assert len(run.cluster.created) < 30


def test_one_class_without_a_pod_keeps_no_other_from_its_answer() -> None:
    nodes = (node("node-1"), node("node-2", ARM))
    errors = failing(("create", "pods", None), *[("create", "pods", WEBHOOK)] * 50)
    run = Run(FakeCluster({"amd64": [[PULLED]], ARM: [[PULLED]]}, nodes=nodes, errors=errors))
    report = run.report()
    assert [each.platform for each in report.pulled] == ["linux/amd64"]
    assert len(report.warnings) == 1


def test_a_later_error_gets_its_own_time() -> None:
    spans = [*[("create", "pods", WEBHOOK)] * 15, ("create", "pods", None), *[("create", "pods", WEBHOOK)] * 15]
    run = Run(FakeCluster(one(*[[refused(BUSY)]] * 16, [refused(NOT_FOUND)]), errors=failing(*spans)))
    with pytest.raises(RefusedError):
        run.report()
    looks = [*[("list", "pods", SILENT)] * 60, ("list", "pods", None), *[("list", "pods", SILENT)] * 60]
    assert Run(FakeCluster(one([PULLING, PULLED]), errors=failing(*looks))).report().pulled


@pytest.mark.parametrize(
    ("text", "status", "passes"),
    [
        ("", 0, True),
        ("the server is currently unable to handle the request", 503, True),
        ("status unknown for quota: strict, resources: pods", 403, True),
        ("exceeded quota: pods=10", 403, False),
        ("Unauthorized", 401, False),
        ("Pod is invalid", 422, False),
        ('admission webhook "v.example.com" denied the request: no', 500, False),
    ],
)
def test_which_errors_may_pass(text: str, status: int, *, passes: bool) -> None:
    assert may_pass(ClusterError(text, status)) is passes
