"""docs/imagepullbackoff.md says what the catalogue says, and its words lead to the cause that the classifier names."""

import re
import shlex
from collections.abc import Mapping
from typing import Any

import pytest

from components.workload_rules import problems
from docs import pull_failures
from docs.imagepullbackoff import PAGE, PREVIEW, REHEARSED, RIGHT, SEEN, page, places, steps
from docs.pull_prose import PLACEHOLDERS
from docs.pull_words import WORDS
from pulls.causes import CATALOGUE, Code
from pulls.classify import classify
from pulls.fixes import Target, fixes_for
from tests.clouds.mutations import MUTATIONS
from tests.faults.faults import REFUSED
from tests.faults.update_faults import UPDATE_FAULTS
from tests.unit.clouds_page import blocks
from tests.unit.pull_texts import Written
from tests.unit.test_docs_pull_failures import KNOWN, has

TEXT = PAGE.read_text()
PARTS = dict(zip(*[iter(re.split(r"^##+ (.+)\n", TEXT, flags=re.MULTILINE)[1:])] * 2, strict=True))
COMMANDS = [each.strip() for each in blocks("sh", TEXT)]
NAMES = {Target.AKS: "AKS", Target.EKS: "EKS", Target.GKE: "GKE", Target.LOCAL: "local", Target.ANY: "any other"}
TWO_SCREENS = 80


def test_the_page_is_the_catalogue() -> None:
    assert page() == TEXT, "type: .venv/bin/python -m docs.imagepullbackoff"


# What you see


@pytest.mark.parametrize(("code", "words"), [(code, each) for code, row in SEEN.items() for each in row])
def test_each_of_the_words_alone_says_its_cause(code: Code, words: str) -> None:
    text = words.replace("…", "x")
    assert code in {classify("", text).code, classify(text, "").code}


@pytest.mark.parametrize(("code", "words"), [(code, each) for code, row in SEEN.items() for each in row])
def test_the_page_of_all_causes_names_the_same_one_for_them(code: Code, words: str) -> None:
    others = [each for other, row in WORDS if other is code for each in row]
    assert any(has(words, each) or has(each, words) for each in others)


def found(each: Written) -> Code | None:
    """The cause of the first row whose words the text has, as the page says that it is to be read."""
    text = re.sub(r"\(Mirrors also failed: \[.*\](?:\)|$)", "", f"{each.reason} {each.text}", flags=re.DOTALL)
    return next((code for code, row in SEEN.items() if any(has(text, words) for words in row)), None)


def test_the_first_row_whose_words_a_text_has_is_its_cause() -> None:
    # Of a text with several events, another one may have the words.
    texts = [each for each in KNOWN if "\n" not in each.text]
    wrong = [(each, row) for each in texts if (row := found(each)) not in {None, each.cause}]
    # A short table cannot have the words of all causes, as that of all causes has to.
    assert len(wrong) / len(texts) < 0.01, wrong


def test_the_table_finds_most_recorded_texts_of_its_causes() -> None:
    rows = [found(each) for each in KNOWN if each.cause in SEEN]
    assert sum(row is not None for row in rows) / len(rows) > 0.6


def test_each_cause_has_a_row_with_its_words_and_a_section_that_it_leads_to() -> None:
    rows = [each.split(" | ") for each in PARTS["Find your words"].splitlines() if each.startswith("| `")]
    assert [row[1] for row in rows] == [f"[{code}](#{code})" for code in SEEN]
    for row, (code, words) in zip(rows, SEEN.items(), strict=True):
        assert re.findall(r"`([^`]+)`", row[0]) == list(words)
        assert row[2] == f"{CATALOGUE[code].meaning} |"
        assert code in PARTS


# What to type


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("code", SEEN)
def test_each_cause_has_its_own_command_for_each_place(code: Code, target: Target) -> None:
    shown = steps(code, target)
    assert shown
    assert set(shown) <= set(fixes_for(code, target))
    (label,) = [named for named, fixes in places(code) if fixes == shown]
    assert label == "Any cluster" or NAMES[target].lower() in label.lower().split(", ")
    section = PARTS[code]
    own = section.partition(f"**{label}.** ")[2].partition("\n**")[0]
    assert [each.strip() for each in blocks("sh", own)] == [each.rendered({}) for each in shown]
    assert all(each.does in own for each in shown)


def test_each_command_is_one_of_the_page_of_all_causes_and_a_line_of_shell_words() -> None:
    other = {each.replace("\n  ", "\n").strip() for each in blocks("sh", pull_failures.page())}
    assert set(COMMANDS) <= other
    for command in COMMANDS:
        assert "\n" not in command
        assert len(shlex.split(command)) > 1


@pytest.mark.parametrize("code", SEEN)
def test_a_cause_is_mended_without_this_program(code: Code) -> None:
    for command in blocks("sh", PARTS[code]):
        assert shlex.split(command)[0] not in {"pulumi", "make", ".venv/bin/python"}


def test_what_only_looks_is_not_typed_where_something_cures() -> None:
    for code in (Code.PLATFORM_MISMATCH, Code.PULL_SECRET_MISSING, Code.TLS_UNTRUSTED, Code.PLAIN_HTTP):
        assert not [
            each.does
            for target in Target
            for each in steps(code, target)
            if "Shows " in each.does or "how its" in each.does
        ]


def test_each_name_in_a_command_is_explained() -> None:
    assert set(re.findall(r"<([a-z_]+)>", "\n".join(COMMANDS))) <= set(PLACEHOLDERS)


# Why not here


def test_each_cause_is_stopped_by_one_line_of_defence() -> None:
    assert sorted([*PREVIEW, *RIGHT, *REHEARSED]) == sorted(SEEN)
    section = PARTS["How this program would have prevented it"]
    rows = [each for each in section.splitlines() if each.startswith("| ") and "](#" in each]
    listed = [re.findall(r"\[([^\]]+)\]", each) for each in rows]
    assert listed == [list(PREVIEW), list(RIGHT), list(REHEARSED)]


@pytest.mark.parametrize(
    ("code", "container", "pod"),
    [
        (Code.POLICY_NEVER, {"imagePullPolicy": "Never"}, {}),
        (Code.NAME_INVALID, {"image": "registry.example.com/Team/Web:1"}, {}),
        (Code.PULL_SECRET_MISSING, {}, {"imagePullSecrets": [{"name": "regcred"}]}),
    ],
)
def test_what_preview_is_said_to_refuse_is_refused(code: Code, container: dict[str, Any], pod: dict[str, Any]) -> None:
    def wrong(container: Mapping[str, Any], pod: Mapping[str, Any]) -> list[str]:
        good = {"name": "web", "image": f"registry.example.com/web@sha256:{'a' * 64}"}
        return problems("Pod", "web", {"containers": [good | dict(container)], **pod}, None, made_secrets=set())

    assert code in PREVIEW
    assert wrong({}, {}) == []
    assert len(wrong(container, pod)) == 1


def test_a_right_that_is_missing_is_one_of_the_causes_that_the_clouds_tests_bring_about() -> None:
    assert set(RIGHT) == {each.code for each in MUTATIONS} - {""}


def test_what_a_rehearsal_is_said_to_find_is_injected_for_real() -> None:
    injected = {each.code for each in REFUSED} | {each.code for each in UPDATE_FAULTS if each.refused}
    assert set(REHEARSED) <= injected


# The page


def test_each_link_leads_somewhere() -> None:
    def anchors(text: str) -> set[str]:
        headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}

    links = re.findall(r"\]\(([^)#]*)#?([^)]*)\)", TEXT)
    assert links
    for file, anchor in links:
        text = (PAGE.parent / file).read_text() if file else TEXT
        assert not anchor or anchor in anchors(text), (file, anchor)


@pytest.mark.parametrize("part", PARTS)
def test_each_part_fits_on_two_screens(part: str) -> None:
    assert len(PARTS[part].splitlines()) <= TWO_SCREENS
