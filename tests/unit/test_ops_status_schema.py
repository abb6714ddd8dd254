"""docs/status.schema.json says what `ops status --json` prints, docs/verification.schema.json what `verify` does."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ops import status_document, verify_document
from ops.stack import Stack
from ops.stack_finding import Finding
from ops.stack_grant import StackGrant, grants
from ops.stack_lock import Lock
from ops.stack_pods import look_at
from ops.stack_url import UrlAnswer
from ops.stack_workloads import route, workloads
from ops.state import Pending, read_state
from ops.status import Status, Workload
from ops.verify import Attached, ImageProof, RouteProof, Seen, Use, Verdict, Verification
from pulls.fixes import Target
from pulls.kubelet.rollout import rollout
from pulls.registry.answer import Answer, Outcome
from tests.stack_files import ROOT
from tests.unit import stack_exports as export
from tests.unit.pull_objects import container, pod, waiting
from tests.unit.stack_cluster import rolled_out, serving

Json = dict[str, Any]
NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
FORMS = {
    "status": json.loads((ROOT / "docs" / "status.schema.json").read_text()),
    "verification": json.loads((ROOT / "docs" / "verification.schema.json").read_text()),
}
WRONG, UNKNOWN = Finding("wrong", "type this"), Finding("unknown", known=False)
STATE = read_state(export.whole())
STACK = Stack(name="local", reference="local", project="monadic-pipeline", state=STATE, locks=())
(DEPLOYED,) = workloads(STATE)
ANSWER = UrlAnswer(url="http://shop.localhost:8080/ready", status=200, seconds=0.0123)


def mistakes(form: str, value: Json) -> list[str]:
    check: Any = Draft202012Validator(FORMS[form])
    return [f"{each.json_path}: {each.message}" for each in check.iter_errors(value)]


def status(**change: Any) -> Status:
    pods = [look_at(serving(), DEPLOYED.images)]
    seen = Workload(deployed=DEPLOYED, context="c", rollout=rollout(rolled_out()), images=DEPLOYED.images, pods=pods)
    usual = Status(stack=STACK, workloads=[seen], grants=grants(STATE), url=ANSWER, taken=NOW)
    return replace(usual, **change)


def shown(value: Status, *found: Finding) -> Json:
    """As a script gets it: through JSON."""
    return json.loads(json.dumps(status_document.document(value, found)))


def use(image: str = export.IMAGE) -> Use:
    return Use(image=image, namespace="shop", by=("state", "web-1"), pod_spec={})


def verification(*images: ImageProof, **change: Any) -> Verification:
    behind = [look_at(serving(), DEPLOYED.images)]
    proof = RouteProof(answer=ANSWER, named=("web-1",), service=route(STATE), behind=behind)
    seen = [Seen(deployed=DEPLOYED, context="c", pods=behind)]
    proofs = images or (ImageProof(use(), Answer(Outcome.PRESENT, 200), Attached(True, True, ("x",))),)
    return replace(Verification(stack=STACK, workloads=seen, images=proofs, route=proof), **change)


def proved(value: Verification, *found: Finding) -> Json:
    return json.loads(json.dumps(verify_document.document(value, found)))


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_a_json_schema_of_2020_12_of_the_codes_version(form: str) -> None:
    assert FORMS[form]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(FORMS[form])
    versions = {"status": status_document.SCHEMA, "verification": verify_document.SCHEMA}
    assert FORMS[form]["properties"]["schema"]["const"] == versions[form]


@pytest.mark.parametrize("form", FORMS)
def test_every_key_is_described_and_none_is_optional(form: str) -> None:
    parts = [FORMS[form], *(each for each in FORMS[form]["$defs"].values() if each.get("type") == "object")]
    assert len(parts) > 5
    for each in parts:
        assert each["required"] == list(each["properties"])
        assert each["additionalProperties"] is False
        assert all("description" in key for key in each["properties"].values())


@pytest.mark.parametrize("form", FORMS)
def test_the_lists_of_names_are_those_of_the_code(form: str) -> None:
    assert FORMS[form]["properties"]["target"]["enum"] == list(Target)
    parts = FORMS["verification"]["$defs"]
    assert parts["registry"]["properties"]["outcome"]["enum"] == list(Outcome)
    assert parts["image"]["properties"]["verdict"]["enum"] == list(Verdict)


@pytest.mark.parametrize(
    ("found", "health"),
    [([], "healthy"), ([WRONG], "diagnosed"), ([UNKNOWN], "unknown"), ([UNKNOWN, WRONG], "diagnosed")],
)
def test_health_goes_with_what_was_found(found: list[Finding], health: str) -> None:
    for form, value in (("status", shown(status(), *found)), ("verification", proved(verification(), *found))):
        assert value["health"] == health
        assert mistakes(form, value) == []


LOCK = Lock(user="me", host="machine", pid=1, since=None)
PENDING = Pending("creating", STATE.resources[0])
RIGHT = StackGrant(kind="node-role", identity="nodes", role="r", resource="", since=None)
BROKEN = pod(container(waiting("ErrImagePull")), node=None)
STATUSES: dict[str, Status] = {
    "as it should be": status(),
    "no url": status(stack=replace(STACK, state=read_state(export.exported(export.root())))),
    "a url that is not asked": status(url=None),
    "a url that does not answer": status(url=UrlAnswer(url="http://x/", status=None, seconds=3, said="refused")),
    "a lock and an operation": status(
        stack=replace(STACK, locks=(LOCK,), state=replace(STATE, pending=(PENDING,), written=None))
    ),
    "locks that nobody can see": status(stack=replace(STACK, locks=None)),
    "no right, and none that is dated": status(grants=[RIGHT]),
    "nothing at all": status(workloads=[], grants=[]),
    "a deployment that is not there": status(workloads=[Workload(deployed=DEPLOYED, context="")]),
    "a cluster that does not answer": status(workloads=[Workload(deployed=DEPLOYED, context="c", unseen="no answer")]),
    "a pod that fails": status(
        workloads=[Workload(deployed=DEPLOYED, context="c", pods=[look_at(BROKEN, DEPLOYED.images)])]
    ),
}


@pytest.mark.parametrize("value", STATUSES.values(), ids=STATUSES)
def test_each_status_fits(value: Status) -> None:
    assert mistakes("status", shown(value)) == []


VERIFICATIONS: dict[str, Verification] = {
    "as it should be": verification(),
    "an image that nobody could ask for": verification(ImageProof(use(), None)),
    "nodes that pull as themselves": verification(
        ImageProof(use(), Answer(Outcome.PRESENT, 200), as_pushed=True, ready="web-1")
    ),
    "no image": verification(images=[]),
    "an app without a url": verification(route=RouteProof(answer=None)),
    **{each: verification(ImageProof(use(), Answer(each, 404, "no", size=3))) for each in Outcome},
    "an image for other nodes": verification(
        ImageProof(use(), Answer(Outcome.PRESENT, 200, platforms=("linux/arm64",), missing_platforms=("linux/amd64",)))
    ),
}


@pytest.mark.parametrize("value", VERIFICATIONS.values(), ids=VERIFICATIONS)
def test_each_verification_fits(value: Verification) -> None:
    assert mistakes("verification", proved(value)) == []


def _of(form: str) -> Json:
    return shown(status(), WRONG) if form == "status" else proved(verification(), WRONG)


SPOILT: dict[str, tuple[str, Callable[[Json], object]]] = {
    "another version": ("status", lambda value: value.update(schema=0)),
    "a key too many": ("status", lambda value: value.update(more=1)),
    "a key too few": ("status", lambda value: value.pop("grants")),
    "healthy with a finding": ("status", lambda value: value.update(health="healthy")),
    "unknown with something wrong": ("status", lambda value: value.update(health="unknown")),
    "diagnosed without a finding": ("status", lambda value: value.update(findings=[])),
    "a time that is none": ("status", lambda value: value.update(updatedAt="yesterday")),
    "a url that is none": ("status", lambda value: value["url"].update(url="shop")),
    "a pod without its name": ("status", lambda value: value["workloads"][0]["pods"][0].pop("name")),
    "a grant of another kind": ("status", lambda value: value["grants"][0].update(kind="magic")),
    "another kind of workload": ("status", lambda value: value["workloads"][0].update(workload="Pod/web")),
    "an image that nobody uses": ("verification", lambda value: value["images"][0].update(usedBy=[])),
    "a verdict that is none": ("verification", lambda value: value["images"][0].update(verdict="maybe")),
    "a verdict without the registry's word": ("verification", lambda value: value["images"][0].update(registry=None)),
    "an outcome that is none": ("verification", lambda value: value["images"][0]["registry"].update(outcome="ok")),
    "healthy with something wrong": ("verification", lambda value: value.update(health="healthy")),
    "a route without its service": ("verification", lambda value: value["route"].pop("service")),
}


@pytest.mark.parametrize(("form", "change"), SPOILT.values(), ids=SPOILT)
def test_what_does_not_fit_is_refused(form: str, change: Callable[[Json], object]) -> None:
    value = _of(form)
    changed = copy.deepcopy(value)
    change(changed)
    assert mistakes(form, value) == []
    assert mistakes(form, changed)
