"""How a stack is, beside what its state says, on an API server and an app that are as plain as possible."""

from dataclasses import replace
from typing import Any

import pytest

from ops.diagnose import Health
from ops.stack_finding import health_of
from ops.stack_url import UrlAnswer
from ops.status_health import findings
from ops.status_look import look
from pulls.kubelet.rollout import rollout
from tests.unit import stack_exports as export
from tests.unit.plain_api import kubeconfig
from tests.unit.pull_objects import NEW, OLD, condition, container, replica_set, waiting
from tests.unit.stack_cluster import rolled_out, serving
from tests.unit.stack_exports import IMAGE, REPOSITORY, exported, whole
from tests.unit.stack_place import DRIFTED, place, shown, stack_of, texts


def test_a_stack_that_is_well_has_no_findings() -> None:
    with place(serving()) as here:
        status = here.look()
        assert here.app.asked[0].path == "/ready"
    assert findings(status) == []
    (found,) = status.workloads
    assert found.rollout is not None
    assert found.rollout.complete
    assert [(each.name, each.ready, each.differs) for each in found.pods] == [("web-1", True, ())]
    assert [each.kind for each in status.grants] == ["pull-secret"]


def test_it_only_reads_and_asks_for_each_list_once() -> None:
    with place(serving()) as here:
        here.look()
        asked = [each.path for each in here.api.asked]
        assert {each.method for each in here.api.asked} == {"GET"}
    assert sorted(each.rpartition("/")[2] for each in asked) == [
        "deployments", "events", "pods", "replicasets", "statefulsets",
    ]  # fmt: skip


def test_a_digest_that_somebody_changed_is_drift_with_what_sets_it_back() -> None:
    with place(serving(image=DRIFTED), deployments=[rolled_out(DRIFTED)]) as here:
        status = here.look()
    (found,) = findings(status)
    assert found.text == f"deployment/web asks for {DRIFTED}; the state says {IMAGE}"
    assert found.command.startswith("pulumi up --refresh -s local")
    assert "0 of 1 pods run what the state says; the Deployment asks for" in shown(status)


def test_a_tag_of_the_same_content_is_told_all_the_same() -> None:
    tagged = f"{REPOSITORY}:1"
    with place(serving(image=tagged), deployments=[rolled_out(tagged)]) as here:
        assert texts(here.look()) == [f"deployment/web asks for {tagged}; the state says {IMAGE}"]


def test_a_pod_that_runs_something_else_than_its_deployment_is_told() -> None:
    with place(serving(), serving("web-2", DRIFTED)) as here:
        status = here.look()
    assert texts(status) == [f"pod web-2 runs {'b' * 12} in web; the state says {'a' * 12}"]


def test_pods_that_are_being_wound_up_are_shown_and_are_no_trouble() -> None:
    gone = serving("web-2", DRIFTED, deletionTimestamp="2026-01-05T10:00:00Z")
    with place(serving(), gone) as here:
        status = here.look()
    assert findings(status) == []
    assert "Terminating" in shown(status)
    assert "1 of 1 pods run what the state says" in shown(status)


def test_a_rollout_under_way_names_who_says_why() -> None:
    broken = serving("web-2", made=container(waiting("ImagePullBackOff")), conditions=[])
    with place(serving(), broken, deployments=[rolled_out(replicas=2, updatedReplicas=1, availableReplicas=1)]) as here:
        status = here.look()
    (found,) = findings(status)
    assert found.text == (
        "the rollout of deployment/web is not complete: 1 of 2 pods are of the newest version, 1 available"
    )
    assert found.command == ".venv/bin/python -m ops diagnose --context c -n shop deployment/web"
    assert "ImagePullBackOff" in shown(status)


def test_pods_of_the_old_version_come_after_the_new_ones() -> None:
    old = serving("web-0", owner=("ReplicaSet", OLD))
    with place(old, serving()) as here:
        here.cluster.lists["replicasets"] = [replica_set(NEW, ready=1), replica_set(OLD, revision=1, ready=1)]
        (found,) = here.look().workloads
    assert [each.name for each in found.pods] == ["web-1", "web-0"]


@pytest.mark.parametrize(
    ("live", "words"),
    [
        (rolled_out() | {"spec": {"replicas": 1, "paused": True}}, "is paused"),
        (rolled_out(observedGeneration=2), "is not complete"),
        (rolled_out(replicas=1) | {"spec": {"replicas": 2}}, "is not complete"),
        (rolled_out(availableReplicas=0), "is not complete"),
        (rolled_out(availableReplicas=0, conditions=[condition("Progressing", "False", "ProgressDeadlineExceeded")]),
         "makes no progress"),
    ],
)  # fmt: skip
def test_a_rollout_is_told_as_kubectl_tells_it(live: Any, words: str) -> None:
    with place(serving(), deployments=[live]) as here:
        assert any(words in each for each in texts(here.look()))


def test_a_deployment_scaled_to_nothing_is_complete() -> None:
    assert rollout(rolled_out(replicas=0)).complete


def test_a_deployment_that_somebody_removed_is_told() -> None:
    with place(deployments=[]) as here:
        status = here.look()
    (found,) = findings(status)
    assert (found.text, found.known) == ("deployment/web is in the state, and not in namespace shop", True)
    assert "not there" in shown(status)


def test_a_url_that_answers_badly_or_not_at_all_is_told() -> None:
    with place(serving()) as here:
        here.status = 503
        status = here.look()
        url = f"{here.app.url}/ready"
    assert texts(status) == [f"{url} answers 503"]
    silent = replace(status, url=UrlAnswer(url="http://x/ready", status=None, seconds=0.1, said="refused"))
    assert texts(silent) == ["http://x/ready does not answer: refused"]
    assert "http://x/ready does not answer: refused" in shown(silent)


def test_a_url_inside_of_the_cluster_is_not_asked() -> None:
    with place(serving()) as here:
        inside = whole(here.api.kubeconfig, "http://web.shop.svc.cluster.local")
        status = look(stack_of(inside))
        assert here.app.asked == []
    assert (status.url, findings(status)) == (None, [])
    assert "inside of the cluster only" in shown(status)


def test_a_cluster_that_does_not_answer_leaves_what_the_state_says() -> None:
    gone = whole(kubeconfig("http://127.0.0.1:1"), "http://web.shop.svc.cluster.local")
    status = look(stack_of(gone))
    (found,) = findings(status)
    assert (found.known, health_of([found])) == (False, Health.UNKNOWN)
    assert found.text.startswith("the cluster cannot be asked: the cluster does not answer GET ")
    assert found.command == "kubectl --context c get --raw /readyz   # for the sandbox: make up"
    assert IMAGE in shown(status)
    assert "not seen" in shown(status)


@pytest.mark.parametrize(("refused", "code"), [("pods", 403), ("deployments", 403), ("replicasets", 403)])
def test_a_login_that_may_not_look_is_told_with_what_shows_its_rights(refused: str, code: int) -> None:
    with place(serving()) as here:
        here.cluster.refused[refused] = code
        (found,) = findings(here.look())
    assert not found.known
    assert found.text.startswith("this login may not look at namespace shop: ")
    assert f'cannot list resource "{refused}"' in found.text
    assert found.command == "kubectl --context c -n shop auth can-i --list"


def test_a_login_that_is_not_taken_any_more_is_renewed_by_an_update() -> None:
    with place(serving()) as here:
        here.cluster.refused["pods"] = 401
        (found,) = findings(here.look())
    assert (found.known, found.command[:20]) == (False, "pulumi up -s local  ")


def test_events_need_not_be_readable() -> None:
    with place(serving()) as here:
        here.cluster.refused["events"] = 403
        assert findings(here.look()) == []


def test_the_url_is_asked_for_what_the_pods_behind_it_are_probed_with() -> None:
    with place(serving()) as here:
        both = exported(
            export.root(url=here.app.url),
            export.provider(here.api.kubeconfig),
            export.deployment(name="model", path="/alive"),
            export.deployment(path="/up"),
            export.service(),
            export.ingress(),
        )
        look(stack_of(both))
        assert [each.path for each in here.app.asked] == ["/up"]
