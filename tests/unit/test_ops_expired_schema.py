"""docs/expired.schema.json says what `ops expired --json` prints."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ops.checks.project import Project
from ops.expired import Ended, Judged, Listed, Verdict
from ops.expired_clock import Clock
from ops.expired_document import SCHEMA, document
from ops.expired_look import Look
from ops.pulumi_cli import Pulumi
from ops.stack_finding import Finding
from tests.stack_files import ROOT

Json = dict[str, Any]
FORM: Json = json.loads((ROOT / "docs" / "expired.schema.json").read_text())
NOW = datetime(2026, 1, 5, 12, 0, 0, 500, tzinfo=UTC)
WRONG, UNKNOWN = Finding("wrong", "type this"), Finding("unknown", known=False)
PAST = Judged(listed=Listed(name="a", resources=3), verdict=Verdict.PAST, end=NOW)
LOOK = Look(project=Project(Path(), "shop"), pulumi=Pulumi("pulumi", Path()), clock=Clock(NOW), stacks=[PAST])


def mistakes(value: Json) -> list[str]:
    check: Any = Draft202012Validator(FORM)
    return [f"{each.json_path}: {each.message}" for each in check.iter_errors(value)]


def shown(*found: Finding, look: Look = LOOK, ended: tuple[Ended, ...] = ()) -> Json:
    """As a script gets it: through JSON."""
    return json.loads(json.dumps(document(look, ended, found)))


def test_the_form_is_a_json_schema_of_2020_12_of_the_codes_version() -> None:
    assert FORM["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(FORM)
    assert FORM["properties"]["schema"]["const"] == SCHEMA


def test_every_key_is_described_and_none_is_optional() -> None:
    for each in (FORM, *(each for each in FORM["$defs"].values() if each["type"] == "object")):
        assert each["required"] == list(each["properties"])
        assert each["additionalProperties"] is False
        assert all("description" in key or "minLength" in key for key in each["properties"].values())


def test_the_verdicts_are_those_of_the_code() -> None:
    assert sorted(FORM["$defs"]["stack"]["properties"]["verdict"]["enum"]) == sorted(Verdict)


@pytest.mark.parametrize(
    ("found", "health"),
    [([], "healthy"), ([WRONG], "diagnosed"), ([UNKNOWN], "unknown"), ([UNKNOWN, WRONG], "diagnosed")],
)
def test_health_goes_with_what_was_found(found: list[Finding], health: str) -> None:
    value = shown(*found)
    assert (value["health"], mistakes(value)) == (health, [])


ENDED: dict[str, Ended] = {
    "removed": Ended(judged=PAST, removed=True, leaves=("the images",)),
    "failed": Ended(judged=PAST, failed="no", left=("a b",)),
    "left": Ended(judged=PAST, left=("a b",)),
    "busy right before": Ended(judged=replace(PAST, verdict=Verdict.BUSY, why="me")),
}


@pytest.mark.parametrize("ended", ENDED.values(), ids=ENDED)
def test_what_became_of_a_stack_fits(ended: Ended) -> None:
    assert mistakes(shown(ended=(ended,))) == []


def test_what_was_found_right_before_is_what_is_told() -> None:
    (told,) = shown(ended=(ENDED["busy right before"],))["stacks"]
    assert (told["verdict"], told["why"]) == ("busy", "me")


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_fits(verdict: Verdict) -> None:
    one = Judged(listed=Listed(name="acme/pr-1-aks"), verdict=verdict, why="because")
    assert mistakes(shown(look=replace(LOOK, stacks=[one]))) == []


def test_no_stacks_and_a_clock_that_differs_fit() -> None:
    clock = Clock(NOW, datetime(2026, 1, 5, 11, tzinfo=UTC))
    value = shown(look=replace(LOOK, stacks=[], clock=clock))
    assert (mistakes(value), value["now"]) == ([], "2026-01-05T11:00:00Z")


SPOILT: dict[str, Callable[[Json], object]] = {
    "another version": lambda value: value.update(schema=0),
    "a key too many": lambda value: value.update(more=1),
    "a key too few": lambda value: value.pop("clock"),
    "healthy with a finding": lambda value: value.update(health="healthy"),
    "a time without a zone": lambda value: value.update(now="2026-01-05T12:00:00"),
    "a verdict that is none": lambda value: value["stacks"][0].update(verdict="maybe"),
    "a stack without its name": lambda value: value["stacks"][0].pop("name"),
    "an end that is none": lambda value: value["stacks"][0].update(ends="soon"),
    "removed with something left": lambda value: value["stacks"][0]["ended"].update(left=["x"]),
}


@pytest.mark.parametrize("change", SPOILT.values(), ids=SPOILT)
def test_what_does_not_fit_is_refused(change: Callable[[Json], object]) -> None:
    value = shown(WRONG, ended=(ENDED["removed"],))
    changed = copy.deepcopy(value)
    change(changed)
    assert mistakes(value) == []
    assert mistakes(changed)
