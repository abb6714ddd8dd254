"""The forms of docs/*.schema.json for the commands of a team are those of the code, and refuse what does not fit."""

import copy
from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator

from ops.deployments_schedules import Kind
from ops.pr_comment.document import Written, document
from ops.pr_comment.model import Does, End
from ops.pr_comment.post import Posted
from ops.pr_comment.reading import read_preview
from ops.trust import Truster
from tests.unit.pr_comment_events import outputs, policy, preview, said, step
from tests.unit.team_documents import FORMS, VERSIONS, Json, mistakes


@pytest.mark.parametrize("command", FORMS)
def test_each_form_is_a_json_schema_of_2020_12_of_the_codes_version(command: str) -> None:
    assert FORMS[command]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(FORMS[command])
    assert FORMS[command]["properties"]["schema"]["const"] == VERSIONS[command]


@pytest.mark.parametrize("command", FORMS)
def test_every_key_is_described_and_none_is_optional(command: str) -> None:
    for each in (FORMS[command], *FORMS[command]["$defs"].values()):
        assert each["required"] == list(each["properties"])
        assert each["additionalProperties"] is False
        assert all("description" in key for key in each["properties"].values())


def test_the_lists_of_names_are_those_of_the_code() -> None:
    comment = FORMS["pr-comment"]["$defs"]
    assert comment["preview"]["properties"]["end"]["enum"] == list(End)
    assert comment["resources"]["required"] == list(Does)
    assert FORMS["trust"]["properties"]["truster"]["enum"] == list(Truster)
    assert FORMS["deployments"]["$defs"]["schedule"]["properties"]["kind"]["enum"] == list(Kind)


def commented(written: Written | None = None) -> Json:
    whole = preview(
        *(step("create", name="a"), step("delete", name="b"), step("new-op", name="c"), step("same", name="d")),
        *(said("careful", "warning"), policy("hard", "no", "mandatory"), policy("soft", "better not")),
        outputs({"url": "a"}, {"url": "b"}),
        title="local",
    )
    return document("shop", [whole, read_preview("aks", None, None)], written or Written())


def test_a_comment_is_told_in_numbers_by_stack() -> None:
    value = commented(Written(file="comment.md", posted=Posted("https://example.com/1", "made")))
    assert mistakes("pr-comment", value) == []
    assert value["written"]["comment"] == {"did": "made", "url": "https://example.com/1"}
    aks, local = value["previews"]
    assert (aks["title"], aks["end"], aks["resources"]) == ("aks", "unread", None)
    numbers = {"replace": 0, "delete": 1, "unknown": 1, "create": 1, "update": 0, "stay": 1}
    assert (local["end"], local["resources"]) == ("refused", numbers)
    assert (local["refusedBy"], local["advisedBy"], local["warnings"]) == (["hard"], ["soft"], 1)
    assert local["outputs"] == ["url"]


SPOILT: dict[str, Callable[[Json], object]] = {
    "another version": lambda value: value.update(schema=0),
    "a key too many": lambda value: value.update(more=1),
    "no preview": lambda value: value.update(previews=[]),
    "an end that is none": lambda value: value["previews"][0].update(end="maybe"),
    "numbers of what nobody read": lambda value: value["previews"][0].update(
        resources=value["previews"][1]["resources"]
    ),
    "no numbers of what was read": lambda value: value["previews"][1].update(resources=None),
    "posted, and why not": lambda value: value["written"].update(whyNotPosted="x", comment={"did": "made", "url": ""}),
}


@pytest.mark.parametrize("change", SPOILT.values(), ids=SPOILT)
def test_what_does_not_fit_is_refused(change: Callable[[Json], object]) -> None:
    value = copy.deepcopy(commented())
    assert mistakes("pr-comment", value) == []
    change(value)
    assert mistakes("pr-comment", value) != []
