"""docs/recover.schema.json, rollback.schema.json and report.schema.json say what these commands print with `--json`."""

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ops.recovery import Action
from ops.report.path import Sign
from ops.rollback import Which
from pulls.fixes import Target
from tests.unit.deed_documents import DONE, FORMS, LEFT, UNKNOWN, VERSIONS, Json, good_before, left, mistakes, told
from tests.unit.fake_pulumi import FakePulumi
from tests.unit.stack_cluster import serving
from tests.unit.stack_place import place


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    return FakePulumi(tmp_path, monkeypatch)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_a_json_schema_of_2020_12_of_the_codes_version(form: str) -> None:
    assert FORMS[form]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(FORMS[form])
    assert FORMS[form]["properties"]["schema"]["const"] == VERSIONS[form]


@pytest.mark.parametrize("form", FORMS)
def test_every_key_is_described_and_none_is_optional(form: str) -> None:
    for each in (FORMS[form], *(each for each in FORMS[form]["$defs"].values() if each["type"] == "object")):
        assert each["required"] == list(each["properties"])
        assert each["additionalProperties"] is False
        assert all("description" in key for key in each["properties"].values())


def test_the_lists_of_names_are_those_of_the_code() -> None:
    assert {tuple(each["properties"]["target"]["enum"]) for each in FORMS.values()} == {tuple(Target)}
    assert FORMS["recover"]["$defs"]["operation"]["properties"]["action"]["enum"] == list(Action)
    assert FORMS["rollback"]["properties"]["setting"]["enum"] == list(Which)
    assert FORMS["report"]["$defs"]["hop"]["properties"]["sign"]["enum"] == list(Sign)


def of(form: str, pulumi: FakePulumi) -> Json:
    if form == "recover":
        pulumi.answers("export", left())
        return told("recover", "--yes", code=DONE)
    with place(serving()) as here:
        pulumi.answers("export", here.exported())
        if form == "report":
            return told("report", code=UNKNOWN)
        good_before(here, pulumi)
        return told("rollback", code=LEFT)


SPOILT: dict[str, tuple[str, Callable[[Json], object]]] = {
    "another version": ("recover", lambda value: value.update(schema=0)),
    "a key too many": ("recover", lambda value: value.update(more=1)),
    "changed without a copy of the state": ("recover", lambda value: value.update(backup=None)),
    "a copy where nothing changed": ("recover", lambda value: value.update(changed=False)),
    "diagnosed without a finding": ("recover", lambda value: value.update(health="diagnosed")),
    "an action that is none": ("recover", lambda value: value["operations"][0].update(action="guess")),
    "a key too few": ("rollback", lambda value: value.pop("good")),
    "changed with something to do": ("rollback", lambda value: value.update(changed=True)),
    "a version that goes by tag": ("rollback", lambda value: value["good"].update(image="shop:latest")),
    "a time that is none": ("rollback", lambda value: value["good"].update(madeAt="yesterday")),
    "a setting that is none": ("rollback", lambda value: value.update(setting="image.tag")),
    "well with a bad hop": ("report", lambda value: value["hops"][0].update(sign="bad")),
    "a hop that is none": ("report", lambda value: value["hops"][0].update(name="cloud")),
    "a hop too few": ("report", lambda value: value["hops"].pop()),
    "no file": ("report", lambda value: value.update(file="")),
}


@pytest.mark.parametrize(("form", "change"), SPOILT.values(), ids=SPOILT)
def test_what_does_not_fit_is_refused(pulumi: FakePulumi, form: str, change: Callable[[Json], object]) -> None:
    value = of(form, pulumi)
    changed = copy.deepcopy(value)
    change(changed)
    assert mistakes(form, value) == []
    assert mistakes(form, changed)
