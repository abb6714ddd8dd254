"""docs/incident.md names tests and commands that exist; that it shows what is said: tests/program/test_incident.py."""

import re

import pytest
import typer

from docs import imagepullbackoff
from ops.__main__ import app
from ops.diagnose import Health
from pulls.causes import Code
from tests.clouds.mutations import MUTATIONS
from tests.faults.cluster_faults import CLUSTER_FAULTS
from tests.stack_files import ROOT
from tests.unit.clouds_page import blocks
from tests.unit.docs_commands import fault, make_targets
from tests.unit.docs_pages import functions_of

PAGE = ROOT / "docs" / "incident.md"
TEXT = PAGE.read_text()
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)(?:\[([^\]]+)\])?`", TEXT)
IDS = {
    "test_a_bent_piece_is_caught_and_named": {str(each) for each in MUTATIONS},
    "test_a_fault_is_named_for_anything_that_runs_in_a_cluster": {each.name for each in CLUSTER_FAULTS},
}
"""What stands in brackets behind a test that has several cases."""
LINES = [part.partition("\n")[::2] for part in re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:]]
COMMANDS = [line.strip() for each in blocks("sh", TEXT) for line in each.splitlines()]


def test_each_test_that_the_page_names_is_there() -> None:
    assert len(NAMED) > 20
    assert [f"{file}::{name}" for file, name, _ in NAMED if name not in functions_of(ROOT / file)] == []
    assert len(NAMED) == TEXT.count("`tests/")  # none is written in a way that is not looked at


def test_each_case_of_a_test_that_the_page_names_is_one_of_its_cases() -> None:
    cases = [(name, case) for _, name, case in NAMED if case]
    assert cases
    assert [each for each in cases if each[1] not in IDS[each[0]]] == []


def test_each_test_of_the_incident_is_on_the_page() -> None:
    file = "tests/program/test_incident.py"
    assert {name for each, name, _ in NAMED if each == file} == functions_of(ROOT / file)


def test_each_claim_on_what_stops_it_names_a_test() -> None:
    assert len(LINES) == 5
    for title, text in LINES:
        claims = re.split(r"^- ", text.partition("\n## ")[0], flags=re.MULTILINE)[1:]
        assert claims
        assert [each for each in claims if "`tests/" not in each] == [], title


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_one_that_exists(command: str) -> None:
    assert fault(command) is None


def test_each_command_between_the_words_exists_too() -> None:
    assert set(re.findall(r"`make (\w+)`", TEXT)) <= make_targets()
    assert set(re.findall(r"`ops (\w+)`", TEXT)) <= set(typer.main.get_group(app).commands)


def test_the_exit_code_is_that_of_a_known_cause() -> None:
    assert f"exit code {Health.DIAGNOSED} for a cause that is known" in " ".join(TEXT.split())


def test_each_link_leads_somewhere() -> None:
    codes = re.findall(r"\]\(imagepullbackoff\.md#([^)]+)\)", TEXT)
    assert codes
    assert {Code(each) for each in codes} <= set(imagepullbackoff.SEEN)
    files = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", TEXT)
    assert [each for each in files if not (PAGE.parent / each).is_file()] == []
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= anchors


def test_nothing_is_told_that_nobody_wrote_down() -> None:
    told = TEXT.partition("## What stops it now")[0]
    figures = re.findall(r"\b20\d\d\b|\b\d+ (?:minutes|hours|days|weeks|people|users|events)\b|\b\d\d:\d\d\b", told)
    assert sorted(figures) == ["05:20", "06:20", "2025", "264 events"]  # as the record of that day has them
