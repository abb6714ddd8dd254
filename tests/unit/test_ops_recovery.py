"""What is decided about operations that a killed update left behind, and what becomes of the state."""

import json
from typing import Any

import pytest

from ops.recovery import Action, Said, Seen, decide, recovered
from ops.state import Pending, Resource, read_state
from tests.unit.pull_objects import moment, time

Json = dict[str, Any]
URN = "urn:pulumi:prod::monadic-pipeline::pipeline:index:PipelineApp$kubernetes:core/v1:Service::web"
LABELS = {"app.kubernetes.io/part-of": "monadic-pipeline"}
MANIFEST: Json = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop", "labels": LABELS},
}
NOBODY = Said()
BEGAN = 100.0


def pending(operation: str = "creating", type_: str = "kubernetes:core/v1:Service", urn: str = URN) -> Pending:
    return Pending(operation, Resource(urn=urn, type=type_, inputs=MANIFEST))


def live(*managers: str, made: float = BEGAN + 3, changed: float | None = None, labels: Json | None = None) -> Json:
    fields = [{"manager": each, "time": time(made if changed is None else changed)} for each in managers]
    metadata = {"name": "web", "namespace": "shop", "creationTimestamp": time(made), "managedFields": fields}
    return {**MANIFEST, "metadata": {**metadata, "labels": labels or {**LABELS, "added": "by an admission webhook"}}}


OWN = "pulumi-kubernetes-1a2b3c"


@pytest.mark.parametrize("managers", [(OWN,), (OWN, "kube-controller-manager"), ("traefik", OWN)])
def test_what_the_killed_update_made_is_adopted_by_its_id(managers: tuple[str, ...]) -> None:
    found = decide(pending(), Seen(live(*managers), moment(BEGAN)), NOBODY)
    assert (found.action, found.id, found.manager) == (Action.ADOPT, "shop/web", OWN)


def test_an_object_without_a_namespace_goes_by_its_name_alone() -> None:
    there = live(OWN)
    del there["metadata"]["namespace"]
    assert decide(pending(), Seen(there), NOBODY).id == "web"


def test_what_is_not_there_is_forgotten() -> None:
    assert decide(pending(), Seen(None), NOBODY).action is Action.FORGET


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (live("kubectl-create"), "somebody else made (kubectl-create)"),
        (live(), "somebody else made"),
        (live(OWN, made=BEGAN - 60), "older than this update"),
        (live(OWN, made=BEGAN - 60, changed=BEGAN + 3), "older than this update"),
        (live(OWN, labels={"app.kubernetes.io/part-of": "other"}), "with other labels"),
        (live(OWN, "pulumi-kubernetes-other"), "there before this update, which has changed it"),
    ],
)
def test_what_somebody_else_made_is_asked_about(there: Json, why: str) -> None:
    found = decide(pending(), Seen(there, moment(BEGAN)), NOBODY)
    assert found.action is Action.ASK
    assert why in found.why


def test_where_nobody_knows_when_the_update_began_a_later_change_tells_that_it_was_there_before() -> None:
    assert decide(pending(), Seen(live(OWN)), NOBODY).action is Action.ADOPT
    changed = decide(pending(), Seen(live(OWN, changed=BEGAN + 60)), NOBODY)
    assert (changed.action, changed.why.endswith("which has changed it")) == (Action.ASK, True)


@pytest.mark.parametrize(
    ("type_", "action"),
    [
        ("docker:index/image:Image", Action.FORGET),
        ("pulumi:index:Stash", Action.FORGET),
        ("pulumi:providers:kubernetes", Action.FORGET),
        ("aws:eks/cluster:Cluster", Action.ASK),
    ],
)
def test_what_no_cluster_can_tell_is_made_again_where_that_does_no_harm(type_: str, action: Action) -> None:
    assert decide(pending(type_=type_), Seen(None), NOBODY).action is action


def test_a_component_is_made_again() -> None:
    raw: Json = {"urn": "urn:pulumi:prod::p::pipeline:index:PipelineApp::app", "custom": False}
    operation = {"type": "creating", "resource": {**raw, "type": "pipeline:index:PipelineApp"}}
    text = json.dumps({"version": 3, "deployment": {"pending_operations": [operation]}})
    (component,) = read_state(text).pending
    found = decide(component, Seen(None), NOBODY)
    assert (found.action, found.why) == (Action.FORGET, "a component is nowhere but in the state")


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("updating", Action.REFRESH),
        ("deleting", Action.REFRESH),
        ("reading", Action.FORGET),
        ("importing", Action.FORGET),
    ],
)
def test_what_is_in_the_state_is_read_again(operation: str, action: Action) -> None:
    assert decide(pending(operation), Seen(None), NOBODY).action is action


def test_what_a_person_has_looked_up_decides() -> None:
    foreign = Seen(live("kubectl-create"))
    assert decide(pending(), foreign, Said(absent=frozenset({URN}))).action is Action.FORGET
    there = decide(pending(type_="aws:eks/cluster:Cluster"), Seen(None), Said(present={URN: "prod"}))
    assert (there.action, there.id, there.manager) == (Action.ADOPT, "prod", "")


# The state

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
RAW: Json = {"urn": URN, "custom": True, "type": "kubernetes:core/v1:Service", "provider": "p::1", "inputs": MANIFEST}


def document(*resources: Json, operation: str = "creating") -> Json:
    root = {"urn": "urn:pulumi:prod::monadic-pipeline::pulumi:pulumi:Stack::s", "type": "pulumi:pulumi:Stack"}
    deployment = {"resources": [root, *resources], "pending_operations": [{"type": operation, "resource": RAW}]}
    return {"version": 3, "deployment": deployment}


def test_what_is_adopted_is_in_the_state_as_its_provider_would_have_written_it() -> None:
    decision = decide(pending(), Seen(live(OWN)), NOBODY)
    changed = recovered(document(), [decision], "2026-01-05T10:00:00Z")
    state = read_state(json.dumps(changed))
    assert state.pending == ()
    made = state.resources[-1]
    assert (made.urn, made.id, made.provider) == (URN, "shop/web", "p::1")
    assert made.outputs["__fieldManager"] == OWN
    assert made.outputs["__initialApiVersion"] == "v1"
    assert made.outputs["metadata"] == MANIFEST["metadata"]


def test_what_is_forgotten_or_read_again_is_no_operation_any_more_and_no_resource() -> None:
    for operation, seen in (("creating", Seen(None)), ("updating", Seen(None))):
        decision = decide(pending(operation), seen, NOBODY)
        changed = recovered(document(operation=operation), [decision], "now")["deployment"]
        assert (len(changed["resources"]), changed["pending_operations"]) == (1, [])


def test_what_is_replaced_goes_with_the_next_update() -> None:
    old: Json = {**RAW, "id": "shop/web-old", "outputs": {}}
    decision = decide(pending(), Seen(live(OWN)), NOBODY)
    resources = recovered(document(old), [decision], "now")["deployment"]["resources"]
    assert [(each.get("id"), each.get("delete", False)) for each in resources[1:]] == [
        ("shop/web-old", True),
        ("shop/web", False),
    ]
    assert "delete" not in old


def test_secrets_stay_encrypted() -> None:
    raw = {**RAW, "inputs": {**MANIFEST, "stringData": SECRET}}
    given = document()
    given["deployment"]["pending_operations"][0]["resource"] = raw
    decision = decide(pending(), Seen(live(OWN)), NOBODY)
    made = recovered(given, [decision], "now")["deployment"]["resources"][-1]
    assert made["inputs"]["stringData"] == SECRET
    assert made["outputs"]["stringData"] == SECRET
