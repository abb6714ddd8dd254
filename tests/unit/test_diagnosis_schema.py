"""docs/diagnosis.schema.json says what `python -m ops diagnose --json` prints."""

import copy
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ops.diagnose import SCHEMA, Found, Question, show
from pulls.causes import CATALOGUE, Class, Code
from pulls.diagnosis import Diagnosis, Facts, diagnose
from pulls.evidence import Grant, Witness
from pulls.fixes import Target
from pulls.kubelet.containers import Role
from pulls.kubelet.symptom import Symptom, SymptomKind
from pulls.registry.answer import Answer, Outcome
from tests.stack_files import ROOT

Json = dict[str, Any]
FORM: Json = json.loads((ROOT / "docs" / "diagnosis.schema.json").read_text())
CHECK: Any = Draft202012Validator(FORM)
"""Any: its own types are partly unknown to a type checker."""
IMAGE = "registry.example.com/shop/web:1"
FRESH = Grant("kubelet-identity", "kubelet", "AcrPull", "shop", fresh_seconds=300)
NONE = Grant("anonymous", "", "", "")
TROUBLES = [each for each in SymptomKind if each is not SymptomKind.PULL]


def symptom(kind: SymptomKind, reason: str, message: str, role: Role | None = Role.CONTAINER) -> Symptom:
    return Symptom(
        kind=kind,
        workload="Deployment/web",
        namespace="shop",
        pod="web-1",
        container="web",
        role=role,
        node="node-2",
        image=IMAGE,
        reason=reason,
        message=message,
    )


def pull(code: Code, role: Role | None = Role.CONTAINER) -> Symptom:
    return symptom(SymptomKind.PULL, "", CATALOGUE[code].seen or "Back-off pulling image", role)


def bare(kind: SymptomKind) -> Symptom:
    """Of a workload as a whole: no pod, no text."""
    return Symptom(kind=kind, workload="Deployment/web", namespace="shop", reason="FailedCreate", message="")


def document(found: Sequence[Diagnosis], workload: str | None = "deployment/web") -> Json:
    out = io.StringIO()
    show(Found(found, ("events cannot be read: may not",)), Question("shop", workload), out, as_document=True)
    return json.loads(out.getvalue())


def mistakes(value: Json) -> list[str]:
    return [f"{each.json_path}: {each.message}" for each in CHECK.iter_errors(value)]


def test_the_form_itself_is_a_json_schema_of_2020_12() -> None:
    assert FORM["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(FORM)
    assert FORM["properties"]["schema"]["const"] == SCHEMA


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("code", Code)
def test_a_failed_pull_of_each_code_fits(code: Code, target: Target) -> None:
    found = diagnose(pull(code), Facts(target=target), where="1 of 3 nodes (node-2)")
    assert found.code == code
    assert mistakes(document([found])) == []


@pytest.mark.parametrize("grant", [None, FRESH, NONE])
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("code", [Code.NO_CREDENTIALS, Code.FORBIDDEN, Code.NOT_FOUND, Code.UNKNOWN, Code.DNS])
def test_what_the_other_witnesses_say_fits(code: Code, outcome: Outcome, grant: Grant | None) -> None:
    answer = Answer(outcome, 401, "DENIED", platforms=("linux/arm64",), missing_platforms=("linux/amd64",))
    for each in (answer, Answer(outcome)):
        assert mistakes(document([diagnose(pull(code), Facts(grant=grant), answer=each)])) == []


@pytest.mark.parametrize("kind", TROUBLES)
def test_each_other_trouble_fits_with_and_without_a_pod(kind: SymptomKind) -> None:
    for each in (symptom(kind, "Reason", "something else"), bare(kind)):
        found = diagnose(each, Facts())
        assert found.code == kind
        assert mistakes(document([found])) == []


@pytest.mark.parametrize("role", [*Role, None])
def test_each_kind_of_container_fits(role: Role | None) -> None:
    assert mistakes(document([diagnose(pull(Code.DNS, role), Facts())])) == []


@pytest.mark.parametrize("workload", ["deployment/web", None])
def test_health_goes_with_what_was_found(workload: str | None) -> None:
    known, unknown = (diagnose(pull(each), Facts()) for each in (Code.DNS, Code.UNKNOWN))
    for found, health in (([], "healthy"), ([known], "diagnosed"), ([known, unknown], "unknown")):
        value = document(found, workload)
        assert value["health"] == health
        assert mistakes(value) == []


def test_the_lists_of_names_are_those_of_the_code() -> None:
    parts, keys = FORM["$defs"], FORM["$defs"]["diagnosis"]["properties"]
    assert parts["cause"]["enum"] == [each for each in Code if each is not Code.UNKNOWN]
    assert parts["trouble"]["enum"] == TROUBLES
    assert keys["class"]["enum"] == [*Class, None]
    assert keys["witnesses"]["items"]["enum"] == list(Witness)
    assert keys["role"]["enum"] == [*Role, None]


def test_every_key_is_described_and_none_is_optional() -> None:
    for each in (FORM, FORM["$defs"]["diagnosis"], FORM["$defs"]["fix"]):
        assert each["required"] == list(each["properties"])
        assert each["additionalProperties"] is False
        assert all("description" in key for key in each["properties"].values())


def _first(change: Callable[[Json], object]) -> Callable[[Json], object]:
    return lambda value: change(value["diagnoses"][0])


WRONG: dict[str, Callable[[Json], object]] = {
    "another version": lambda value: value.update(schema=1),
    "a key too few": lambda value: value.pop("workload"),
    "a key too many": lambda value: value.update(more=1),
    "healthy with a diagnosis": lambda value: value.update(health="healthy"),
    "diagnosed without one": lambda value: value.update(diagnoses=[]),
    "diagnosed with an unknown": _first(lambda each: each.update({"code": "unknown", "class": None})),
    "a code that is none": _first(lambda each: each.update(code="pull")),
    "a cause without its class": _first(lambda each: each.update({"class": None})),
    "a cause without its fix": _first(lambda each: each.update(fixes=[])),
    "a cause without its link": _first(lambda each: each.update(link="")),
    "a cause that cannot be verified": _first(lambda each: each.update(verify="")),
    "a trouble with a class": _first(lambda each: each.update(code="volume", link="")),
    "a trouble with a link": _first(lambda each: each.update({"code": "volume", "class": None})),
    "a link to another page": _first(lambda each: each.update(link="docs/other.md#dns")),
    "no witness": _first(lambda each: each.update(witnesses=[])),
    "a witness that is none": _first(lambda each: each.update(witnesses=["node"])),
    "a missing key of a diagnosis": _first(lambda each: each.pop("evidence")),
    "a new key of a diagnosis": _first(lambda each: each.update(more=1)),
    "null for a text": _first(lambda each: each.update(where=None)),
    "a fix without its command": _first(lambda each: each["fixes"][0].pop("command")),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused(change: Callable[[Json], object]) -> None:
    value = document([diagnose(pull(Code.DNS), Facts())])
    changed = copy.deepcopy(value)
    change(changed)
    assert mistakes(value) == []
    assert mistakes(changed)
