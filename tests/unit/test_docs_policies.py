"""docs/policies.md says what the rules say, and its commands, examples and links are good."""

import re

import pytest
import yaml

from docs.policies import PAGE, page
from policies.catalogue import CODES, RULES
from policies.notes import NOTES
from policies.suppressions import read_suppressions
from tests.unit.clouds_page import blocks
from tests.unit.docs_commands import fault
from tests.unit.docs_pages import anchors

TEXT = PAGE.read_text()
SECTIONS = dict(zip(*[iter(re.split(r"^## (.+)\n", TEXT, flags=re.MULTILINE)[1:])] * 2, strict=True))
EVERY = (*RULES, *NOTES)


def test_the_page_is_what_the_rules_say() -> None:
    assert page() == TEXT, "type: .venv/bin/python -m docs.policies"


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.code)
def test_each_rule_has_a_section_with_what_why_and_fix_and_a_row(rule: object) -> None:
    assert rule in EVERY
    known = next(each for each in EVERY if each is rule)
    section = SECTIONS[known.code]
    assert section.startswith(f"\n{known.what} *{known.severity}*; test: ")
    assert f"**Why.** {known.why}" in section
    said = f"`{known.advice('STACK')}`" if known.is_typed else f"{known.fix[0].upper()}{known.fix[1:]}."
    assert f"\n**Fix.** {said}\n" in section
    assert f"| [{known.code}](#{known.code}) | {known.what} |" in SECTIONS["The rules"]


def test_each_rule_speaks_in_sentences_and_fixes_in_one_line() -> None:
    for each in EVERY:
        assert re.fullmatch(r"[A-Z].*\.", each.what), each.code
        assert re.fullmatch(r"[A-Z].*\.", each.why), each.code
        assert not each.fix.endswith("."), each.code
        assert "\n" not in each.what + each.why + each.fix
        assert re.fullmatch(r"[a-z-]+", each.code)


def test_a_fix_that_is_a_command_can_be_typed_and_names_its_stack() -> None:
    typed = [each.advice("local") for each in EVERY if each.is_typed]
    assert len(typed) >= 6
    for command in typed:
        assert fault(command.partition("  # ")[0]) is None
        assert " -s local" in command
    assert not [each.code for each in EVERY if "pulumi config" in each.fix and not each.is_typed]


def test_links_lead_somewhere() -> None:
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= anchors(TEXT)
    assert all((PAGE.parent / each).is_file() for each in re.findall(r"\]\(([^)#]+\.md)\)", TEXT))


def test_the_shown_suppression_is_taken() -> None:
    (shown,) = blocks("yaml", TEXT)
    assert [each.code for each in read_suppressions(shown, CODES)] == ["api-open"]
    assert set(yaml.safe_load(shown)["suppressions"][0]) == {"code", "resource", "stack", "reason", "until"}


def test_the_shown_finding_is_one() -> None:
    (shown,) = blocks("text", TEXT)
    rule = next(each for each in RULES if each.code == "secret-in-clear")
    assert f"severity: {rule.severity}" in shown
    for line in (rule.what, f"fix: {rule.advice('local')}", f"more: docs/policies.md#{rule.code}"):
        assert line in shown
