"""StatefulSets of a stack in `ops status` and `ops verify`: a database beside the app."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest

from ops.stack import Stack
from ops.stack_finding import health_of
from ops.status import Status
from ops.status_document import document
from ops.status_health import findings
from ops.status_look import look
from ops.verify_health import findings as of_verification
from ops.verify_look import verify
from tests.unit import stack_exports as export
from tests.unit.pull_objects import container, waiting
from tests.unit.stack_cluster import database, of_database, serving
from tests.unit.stack_exports import IMAGE, exported
from tests.unit.stack_place import DRIFTED, NOW, Place, place, shown, stack_of, texts
from tests.unit.verified_place import place as verified_place
from tests.unit.verified_place import running
from tests.unit.verified_place import stack_of as verified_stack


@pytest.fixture
def here() -> Generator[Place]:
    with place(serving(), of_database()) as made:
        made.cluster.lists["statefulsets"] = [database()]
        yield made


def both(here: Place) -> Stack:
    text = exported(
        export.root(url="http://web.shop.svc.cluster.local", image=IMAGE, target="local"),
        export.provider(here.api.kubeconfig),
        export.stateful_set(),
        export.deployment(),
    )
    return stack_of(text)


def looked(here: Place) -> Status:
    return replace(look(both(here)), taken=NOW)


def test_a_database_is_seen_with_its_pods_image_and_rollout(here: Place) -> None:
    status = looked(here)
    assert findings(status) == []
    found, _ = status.workloads
    assert (found.deployed.kind, found.deployed.title) == ("StatefulSet", "statefulset/db")
    assert found.rollout is not None
    assert found.rollout.complete
    assert [(each.name, each.ready) for each in found.pods] == [("db-0", True)]
    assert "statefulset/db in namespace shop: complete, generation 3, 1 updated and 1 available of 1" in shown(status)
    assert [each["workload"] for each in document(status, [])["workloads"]] == ["StatefulSet/db", "Deployment/web"]


@pytest.mark.parametrize("change", [{"observedGeneration": 2}, {"updatedReplicas": 0}, {"availableReplicas": 0}])
def test_a_database_that_is_not_ready_names_who_says_why(here: Place, change: dict[str, Any]) -> None:
    here.cluster.lists["statefulsets"] = [database(**change)]
    (found,) = findings(looked(here))
    assert found.text.startswith("the rollout of statefulset/db is not complete: ")
    assert found.command == ".venv/bin/python -m ops diagnose --context c -n shop statefulset/db"


def test_the_pod_of_the_version_before_is_shown_after_the_new_one(here: Place) -> None:
    broken = of_database(made=container(waiting("ImagePullBackOff"), name="db"), conditions=[])
    here.cluster.lists["pods"] = [serving(), of_database(revision="db-1"), {**broken, "kind": "Pod"}]
    found, _ = looked(here).workloads
    assert [each.reason for each in found.pods] == ["ImagePullBackOff", ""]


def test_drift_of_a_database_is_told_by_its_kind(here: Place) -> None:
    here.cluster.lists["statefulsets"] = [database(DRIFTED)]
    status = looked(here)
    assert f"statefulset/db asks for {DRIFTED}; the state says {IMAGE}" in texts(status)
    assert f"the StatefulSet asks for {DRIFTED}" in shown(status)


def test_a_database_that_somebody_removed_is_told(here: Place) -> None:
    here.cluster.lists["statefulsets"] = []
    assert texts(looked(here)) == ["statefulset/db is in the state, and not in namespace shop"]


def test_stateful_sets_that_may_not_be_listed_leave_only_them_unknown(here: Place) -> None:
    here.cluster.refused["statefulsets"] = 403
    status = looked(here)
    (found,) = findings(status)
    assert (found.known, health_of([found]).name) == (False, "UNKNOWN")
    assert 'cannot list resource "statefulsets"' in found.text
    assert status.workloads[1].rollout is not None


def test_one_login_that_may_look_at_nothing_is_one_finding(here: Place) -> None:
    here.cluster.refused["pods"] = 403
    assert len(findings(looked(here))) == 1
    assert len(of_verification(verify(both(here)))) == 1


def test_the_images_of_every_workload_are_proved() -> None:
    with verified_place() as here:
        image = f"{here.registry.host}/team/db@{here.registry.push_image('team/db', '1', sizes=(7,))}"
        pod = of_database(image, spec={"imagePullSecrets": [{"name": "registry-pull"}]})
        here.cluster.lists["pods"] = [running(here.image), pod]
        here.cluster.lists["statefulsets"] = [database(image)]
        text = exported(
            export.root(url=here.app.url, target="local"),
            export.provider(here.api.kubeconfig),
            export.stateful_set(image),
            export.deployment(here.image),
            export.service(),
            export.ingress(),
        )
        found = verify(verified_stack(text))
        here.registry.content.clear()
        gone = verify(verified_stack(text))
    assert {each.use.image: each.use.by for each in found.images} == {
        image: ("state", "db-0"), here.image: ("state", "web-1"),
    }  # fmt: skip
    assert of_verification(found) == []
    assert any(each.text.startswith(f"{image} cannot be pulled") for each in of_verification(gone))


def test_a_look_for_a_proof_may_be_refused_deployments_too() -> None:
    with verified_place() as here:
        here.cluster.refused["deployments"] = 403
        (first, *_) = of_verification(here.verified())
    assert not first.known
    assert 'cannot list resource "deployments"' in first.text
