"""What becomes of a stack, by its tags, its settings, its history and its state."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ops.checks.project import Project
from ops.expired import Ended, Judged, Listed, Verdict, by_its_tags, number_of
from ops.expired_clock import Clock
from ops.expired_health import findings
from ops.expired_look import Look
from ops.expired_production import production
from ops.pulumi_cli import Pulumi
from ops.stack_finding import Finding
from ops.state import State, read_state
from tests.unit import stack_exports as export

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LOOK = Look(project=Project(Path(), "monadic-pipeline"), pulumi=Pulumi("pulumi", Path()), clock=Clock(NOW))


def judged(verdict: Verdict, name: str = "aks", **more: Any) -> Judged:
    return Judged(listed=Listed(name=name), verdict=verdict, **more)


def state(*resources: export.Json) -> State:
    return read_state(export.exported(export.root(), *resources))


@pytest.mark.parametrize(
    ("tags", "verdict"),
    [
        ({}, Verdict.NO_END),
        ({"owner": "me"}, Verdict.NO_END),
        ({"expires": "2026-01-05T13:00:00+02:00"}, Verdict.PAST),
        ({"expires": "2026-01-05T12:00:00Z"}, Verdict.PAST),
        ({"expires": "2026-01-05T12:00:01Z"}, Verdict.LATER),
        ({"expires": "2026-01-05T12:00:01"}, Verdict.WRONG_END),
        ({"expires": "soon"}, Verdict.WRONG_END),
    ],
)
def test_the_tag_says_whether_a_stack_is_past_its_time(tags: dict[str, str], verdict: Verdict) -> None:
    found = by_its_tags(Listed(name="aks"), tags, NOW)
    assert found.verdict is verdict
    assert (found.end is None) == (verdict in (Verdict.NO_END, Verdict.WRONG_END))


@pytest.mark.parametrize(
    ("name", "number"),
    [("pr-12-aks", 12), ("acme/pr-12-aks", 12), ("pr-12-my-stack", 12), ("pr-12", None), ("pr-x-aks", None),
     ("aks", None), ("pr-12/aks", None), ("apr-12-aks", None)],
)  # fmt: skip
def test_a_stack_is_known_as_one_of_a_pull_request_by_its_name(name: str, number: int | None) -> None:
    assert number_of(name) == number


KEY = "monadic-pipeline:profile"
UPDATED = [{"kind": "update", "config": {KEY: {"value": "production", "secret": False}}}]
PROTECTED = {**export.service(), "protect": True}
GUARDED = export.kubernetes("x:Y", "db", {"deletionProtection": True})
PREVENTED = export.kubernetes("x:Y", "images", {"deletionPolicy": "PREVENT"})


MARKS: list[tuple[dict[str, Any], str]] = [
    ({"tags": {"profile": "production"}}, "its tag profile says so"),
    ({"settings": {KEY: "production"}}, f"its stack file says so ({KEY})"),
    ({"history": UPDATED}, f"its last update was one of {KEY} production"),
    ({"history": [{"kind": "destroy", "config": {}}, *UPDATED]}, "its last update was one of"),
    ({"state": state(PROTECTED)}, "it has resources that are protected from deletion: web"),
    ({"state": state(GUARDED, PREVENTED)}, "protected from deletion: db, images"),
    ({"state": state(*[PROTECTED] * 5)}, "web, web, web and 2 more"),
]


@pytest.mark.parametrize(("given", "words"), MARKS)
def test_each_mark_of_production_is_enough(given: dict[str, Any], words: str) -> None:
    usual: dict[str, Any] = {"tags": {}, "settings": {}, "history": [], "state": state(export.service())}
    assert production("monadic-pipeline", **usual) is None
    why = production("monadic-pipeline", **{**usual, **given})
    assert why is not None
    assert words in why


def test_a_stack_that_is_a_test_now_is_no_production_for_what_it_was() -> None:
    now = {"kind": "update", "config": {KEY: {"value": "test", "secret": False}}}
    assert production("monadic-pipeline", {}, {KEY: "test"}, [now, *UPDATED], state()) is None
    other = [{"kind": "update", "config": {"shop:profile": {"value": "production", "secret": False}}}]
    assert production("monadic-pipeline", {"profile": "test"}, {}, other, state()) is None


def told(one: Judged, *ended: Ended, closed: int | None = None) -> list[Finding]:
    looked = Look(project=LOOK.project, pulumi=LOOK.pulumi, clock=LOOK.clock, stacks=[one])
    return findings(looked, ended, closed)


@pytest.mark.parametrize(
    ("one", "text", "command", "known"),
    [
        (judged(Verdict.PAST, end=NOW - 3 * HOUR), "aks is past its time, which ended 3 h ago",
         ".venv/bin/python -m ops expired --yes", True),
        (judged(Verdict.BUSY, why="me@machine"), "is left alone, as an update holds it: me@machine",
         "-m ops expired --yes   # when that has ended", True),
        (judged(Verdict.PRODUCTION, why="its tag says so"), "marked production, so it is not touched: its tag says so",
         "pulumi stack tag rm expires -s aks", True),
        (judged(Verdict.WRONG_END, why="says 'soon'"), "aks is not touched: its tag expires says 'soon'",
         "pulumi stack tag set expires 2026-01-05T20:00:00Z -s aks", True),
        (judged(Verdict.UNREAD, why="no passphrase"), "whether aks may go is not known: no passphrase", "", False),
        (judged(Verdict.NO_END, "pr-12-aks"), "pr-12-aks is of a pull request, and has no end", "tag set", True),
    ],
)  # fmt: skip
def test_what_is_still_there_is_told_with_what_to_type(one: Judged, text: str, command: str, known: bool) -> None:
    (found,) = told(one)
    assert text in found.text
    assert command in found.command
    assert found.known is known


@pytest.mark.parametrize("verdict", [Verdict.NO_END, Verdict.LATER])
def test_what_is_as_it_should_be_is_not_told(verdict: Verdict) -> None:
    assert told(judged(verdict)) == []


def test_the_command_is_for_the_pull_request_that_was_closed() -> None:
    (found,) = told(judged(Verdict.PAST, end=NOW), closed=12)
    assert found.command == ".venv/bin/python -m ops expired --yes --closed 12"


PAST = judged(Verdict.PAST, end=NOW)


@pytest.mark.parametrize(
    ("ended", "texts"),
    [
        (Ended(judged=PAST, removed=True, leaves=("images",)), []),
        (Ended(judged=PAST, failed="it refuses; try: this"), ["aks is not destroyed: it refuses; try: this"]),
        (Ended(judged=PAST, failed="it refuses", left=("a b", "c d")),
         ["aks is not destroyed, 2 things of it are left: it refuses"]),
        (Ended(judged=PAST, left=tuple("abcdefg")), ["something of it is left: a, b, c, d, e and 2 more"]),
        (Ended(judged=judged(Verdict.LATER, end=NOW + HOUR)), []),
        (Ended(judged=judged(Verdict.BUSY, why="me")), ["left alone, as an update holds it: me"]),
    ],
)  # fmt: skip
def test_what_became_of_a_stack_is_told_in_place_of_what_was_found(ended: Ended, texts: list[str]) -> None:
    found = told(PAST, ended)
    assert len(found) == len(texts)
    assert all(text in each.text for text, each in zip(texts, found, strict=True))


def test_the_longest_past_its_time_goes_first() -> None:
    stacks = [judged(Verdict.PAST, str(hours), end=NOW - hours * HOUR) for hours in (1, 3, 2)]
    looked = Look(project=LOOK.project, pulumi=LOOK.pulumi, clock=LOOK.clock, stacks=stacks)
    assert [each.name for each in looked.past] == ["3", "2", "1"]
