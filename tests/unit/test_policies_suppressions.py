"""Findings that are let be: by whom, until when, and what a file of them may not be."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.catalogue import CODES
from policies.facts import PackError
from policies.suppression import Suppression
from policies.suppressions import FILE, read_suppressions, suppressions_in
from tests.unit.policies_engine import TODAY, Engine, resource
from tests.unit.policies_planted import PLANTED
from tests.unit.policies_world import AKS, requests_of

PRODUCTION = {"monadic-pipeline:profile": "production"}
OPEN = requests_of(PLANTED["AKS answers everywhere"][1].world())
URN = next(each.urn for each in OPEN if each.type == AKS)
REASON = "The office has no fixed addresses yet."
GOOD: dict[str, Any] = {"code": "api-open", "resource": "aks", "reason": REASON, "until": dt.date(2027, 3, 31)}


def entry(**changes: Any) -> Suppression:
    return replace(Suppression("suppressions[0]", "api-open", "aks", REASON, TODAY), **changes)


def found(*entries: Suppression, stack: str = "test") -> list[str]:
    return Engine(PRODUCTION, entries, stack).codes(*OPEN)


def refusal(*entries: Any) -> str:
    with pytest.raises(PackError) as caught:
        read_suppressions(yaml.safe_dump({"suppressions": [*entries]}), CODES)
    return str(caught.value)


@pytest.mark.parametrize("name", ["aks", URN])
def test_a_finding_is_let_be_by_name_or_urn_on_its_last_day_too(name: str) -> None:
    assert found() == ["api-open"]
    assert found(entry(resource=name)) == []


@pytest.mark.parametrize("other", [{"code": "retention"}, {"resource": "eks"}, {"stack": "eu"}])
def test_another_finding_is_not(other: dict[str, str]) -> None:
    assert found(entry(**other)) == ["api-open"]


def test_one_for_a_stack_counts_there_alone() -> None:
    assert found(entry(stack="eu"), stack="eu") == []


def test_one_that_ended_lets_nothing_be_and_is_a_finding_that_names_it() -> None:
    ended = entry(until=TODAY - dt.timedelta(days=1))
    said = Engine(PRODUCTION, (ended,)).judge(*OPEN)
    assert [(each.code, each.level) for each in said] == [("api-open", "MANDATORY"), ("suppression-ended", "ADVISORY")]
    text = said[1].message
    for part in ("the suppression of api-open for aks", "suppressions[0]", "ended on 2026-11-25", REASON, "fix: "):
        assert part in text
    assert found(ended, stack="eu") == ["api-open", "suppression-ended"]
    assert Engine(PRODUCTION, (entry(until=ended.until, stack="eu"),)).codes(resource(AKS, protect=True)) == [
        "api-open",
        "static-credentials",
    ]


def test_it_is_over_on_the_day_after() -> None:
    engine = Engine(PRODUCTION, (entry(),), today=TODAY + dt.timedelta(days=1))
    assert engine.codes(*OPEN) == ["api-open", "suppression-ended"]


def test_a_good_file_is_taken_as_it_is() -> None:
    given = {**GOOD, "stack": "eu"}
    (read,) = read_suppressions(yaml.safe_dump({"suppressions": [given]}), CODES)
    assert read == Suppression("suppressions[0]", "api-open", "aks", REASON, dt.date(2027, 3, 31), "eu")


@pytest.mark.parametrize("text", ["", "suppressions: []\n", "# nothing\n"])
def test_a_file_may_be_empty(text: str) -> None:
    assert read_suppressions(text, CODES) == ()


def test_no_file_is_an_empty_one_and_one_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    file = tmp_path / "suppressions.yaml"
    assert suppressions_in(file, CODES) == ()
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(PackError, match=r"^suppressions\.yaml: cannot be read: "):
        suppressions_in(file, CODES)
    file.write_text(yaml.safe_dump({"suppressions": [GOOD]}))
    assert [each.resource for each in suppressions_in(file, CODES)] == ["aks"]


def test_the_committed_file_lets_nothing_be_and_shows_how_one_looks() -> None:
    text = FILE.read_text()
    assert read_suppressions(text, CODES) == ()
    shown = [line.removeprefix("# ") for line in text.splitlines()[1:] if line.startswith("#")]
    assert len(read_suppressions("suppressions:\n" + "\n".join(f"  {line}" for line in shown), CODES)) == 1


def test_all_that_is_wrong_comes_in_one_message() -> None:
    text = refusal(
        {**GOOD, "code": "api-opne"},
        {key: value for key, value in GOOD.items() if key != "reason"} | {"code": "pull-right"},
        {**GOOD, "reason": "because"},
        {**GOOD, "until": "next year"},
        {**GOOD, "untill": "2027-03-31", "code": "nonsense"},
        "api-open",
    )
    lines = text.splitlines()
    assert lines[0] == "suppressions.yaml: 7 mistakes"
    assert "  suppressions[0]: no rule has the code 'api-opne'; did you mean api-open?" in lines
    assert "  suppressions[1]: reason: field required" in lines
    assert any(each.startswith("  suppressions[2]: reason: ") and "10 characters" in each for each in lines)
    assert any(each.startswith("  suppressions[3]: until: ") for each in lines)
    assert "  suppressions[4]: untill: extra inputs are not permitted" in lines
    assert "  suppressions[4]: no rule has the code 'nonsense'" in lines
    assert any(each.startswith("  suppressions[5]: ") for each in lines)
    assert lines[-1].startswith("  each has code (docs/policies.md), resource (name or URN), reason, until")


@pytest.mark.parametrize("text", ["suppressions: [", "- a\n", "suppressions: 3\n", "suppresions: []\n", "3\n"])
def test_what_is_no_such_file_is_said(text: str) -> None:
    with pytest.raises(PackError, match=r"^suppressions\.yaml: "):
        read_suppressions(text, CODES)


def test_the_notes_of_the_pack_itself_cannot_be_let_be() -> None:
    assert "no rule has the code 'suppression-ended'" in refusal({**GOOD, "code": "suppression-ended"})
