"""docs/pull-failures.md says what the catalogue says, and finds the cause of a text as the classifier does."""

import json
import re
import shlex
import subprocess
import sys

import pytest

from docs.pull_failures import PAGE, own_fixes, page
from docs.pull_prose import PLACEHOLDERS, WHY
from docs.pull_words import NO_PULL, WORDS
from ops.classify import BAD_INPUT
from ops.diagnose import Health
from pulls.causes import CATALOGUE, Class, Code
from pulls.classify import classify
from pulls.fix.command import Fix
from pulls.fixes import Target, fixes_for
from pulls.kubelet.symptom import SymptomKind
from pulls.kubelet.troubles import TROUBLES
from tests.stack_files import ROOT
from tests.unit.pull_texts import Written, written

TEXT = PAGE.read_text()
CORPUS = (ROOT / "tests" / "corpus" / "texts.jsonl").read_text()
SECTIONS = dict(zip(*[iter(re.split(r"^## (.+)\n", TEXT, flags=re.MULTILINE)[1:])] * 2, strict=True))
COMMANDS = [each.replace("\n  ", "\n").strip() for each in re.findall(r"^ *```sh\n(.+?)^ *```$", TEXT, re.M | re.S)]
TEXTS = [
    *(Written(each.code, "", each.seen) for each in CATALOGUE.values() if each.seen),
    *written(),
    *(Written(each["code"], each["reason"], each["message"]) for each in map(json.loads, CORPUS.splitlines())),
]
KNOWN = [each for each in TEXTS if each.cause != Code.UNKNOWN]


def has(text: str, words: str) -> bool:
    """Whether the parts of the words stand in the text, in their order, as a person searches: upper or lower case."""
    flat, at = " ".join(text.lower().split()), 0
    for part in words.lower().split(" … "):
        found = flat.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True


def found(each: Written) -> tuple[str, str] | None:
    """Cause and words of the first row that fits, as the page says that it is to be read."""
    text = re.sub(r"\(Mirrors also failed: \[.*\](?:\)|$)", "", f"{each.reason} {each.text}", flags=re.S)
    if any(has(text, words) for words in NO_PULL):
        return Code.UNKNOWN, ""
    return next(((code, words) for code, row in WORDS for words in row if has(text, words)), None)


def test_the_page_is_the_catalogue() -> None:
    assert page() == TEXT, "type: .venv/bin/python -m docs.pull_failures"


def test_each_code_has_one_section_whose_anchor_is_the_code() -> None:
    headings = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    assert [each for each in headings if each in set(Code)] == list(CATALOGUE)
    anchors = [re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings]
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= set(anchors)


@pytest.mark.parametrize("code", Code)
def test_each_section_says_what_you_see_why_what_to_do_and_how_to_verify(code: Code) -> None:
    section, cause = SECTIONS[code], CATALOGUE[code]
    assert [part for part in re.findall(r"\*\*([A-Z]\w+)", section) if part != "Fix"] == ["What", "Why", "Verify"]
    assert f"```text\n{cause.seen or 'Back-off pulling image'}\n" in section
    assert f"**Why.** {cause.meaning}" in section
    assert section.partition("**Verify**")[2].startswith(f"\n\n```sh\n{Fix('', cause.verify).rendered({})}\n```")
    assert cause.kind is None or f"*{cause.kind}*: " in section
    assert cause.lasts == ("If it lasts for minutes" in section)


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("code", Code)
def test_each_section_has_the_fixes_of_each_target(code: Code, target: Target) -> None:
    section = SECTIONS[code]
    own = section.partition(f"**Fix on {'any cluster' if target is Target.ANY else target}**")[2]
    for fix in own_fixes(code, target):
        assert f"- {fix.does}\n\n  ```sh\n  {fix.rendered({})}\n  ```\n" in own.split("\n**")[0] + "\n"
    if target is not Target.ANY and not own_fixes(code, target):
        assert re.search(rf"\*\*Fix on any cluster\*\* \([^)]*\b{target}\b[^)]*: only these\)", section)
    assert set(own_fixes(code, target)) <= set(fixes_for(code, target))


def test_no_fix_is_left_out() -> None:
    for code in Code:
        for target in Target:
            shown = (*own_fixes(code, target), *own_fixes(code, Target.ANY))
            assert set(fixes_for(code, target)) == set(shown)


def test_each_command_parses_as_shell_words_and_is_one_line() -> None:
    for command in sorted(set(COMMANDS)):
        assert len(shlex.split(command)) > 1, command
        assert "\n" not in command
        assert not re.search(r"\{\w+\}", command), command


def test_each_name_in_a_command_is_explained_and_no_other_is() -> None:
    cells = re.findall(
        r"`([^`\n]+)`", "".join(map(SECTIONS.__getitem__, ("When it is not the image", "Find your text")))
    )
    used = set(re.findall(r"<([a-z_]+)>", "\n".join([*COMMANDS, *cells])))
    assert used == set(PLACEHOLDERS)
    table = SECTIONS["Names in commands"]
    assert re.findall(r"^\| `<(\w+)>` \| \S", table, re.MULTILINE) == list(PLACEHOLDERS)


def test_the_first_row_whose_words_a_text_has_is_its_cause() -> None:
    too_early_or_short = [
        (each.cause, row, each.text) for each in KNOWN if (row := found(each)) and not fits(row, each)
    ]
    assert too_early_or_short == []


def fits(row: tuple[str, str], each: Written) -> bool:
    """Whether the row names the text's cause, or none where several events are in one text."""
    # Another of them may have the words; then the page names no cause, and no wrong one.
    return row[0] in ({each.cause, Code.UNKNOWN} if "\n" in each.text else {each.cause})


def test_the_table_finds_four_of_five_recorded_texts() -> None:
    assert sum(found(each) is not None for each in KNOWN) / len(KNOWN) > 0.8


def test_the_table_gives_few_texts_a_cause_that_have_none() -> None:
    rows = [found(each) for each in TEXTS if each.cause == Code.UNKNOWN]
    assert sum(row is not None and row[0] != Code.UNKNOWN for row in rows) / len(rows) < 0.12


@pytest.mark.parametrize("words", NO_PULL)
def test_each_of_the_words_of_other_troubles_is_in_a_text_without_a_cause(words: str) -> None:
    assert [each for each in TEXTS if each.cause == Code.UNKNOWN and has(f"{each.reason} {each.text}", words)]


def test_no_words_of_the_table_are_idle() -> None:
    needed = {(row[0], row[1]) for row in map(found, TEXTS) if row is not None}
    alone = {(code, words) for code, row in WORDS for words in row if _names(words) is code}
    reasons = {(code, words) for code, row in WORDS for words in row if classify(words, "").code is code}
    assert {(code, words) for code, row in WORDS for words in row} - needed - alone - reasons == set()


def _names(words: str) -> Code:
    return classify("", words.replace("…", "x")).code


def test_each_code_is_in_the_table_and_links_to_its_section() -> None:
    table = SECTIONS["Find your text"]
    assert {code for code, _ in WORDS} == set(Code)
    for code, row in WORDS:
        line = next(each for each in table.splitlines() if f"`{row[0]}`" in each)
        assert all(f"`{words}`" in line for words in row)
        assert line.endswith(f"| [{code}](#{code}) | {CATALOGUE[code].kind or ''} |")


def test_the_words_of_other_troubles_stand_first() -> None:
    rows = [each for each in SECTIONS["Find your text"].splitlines() if each.startswith("| `")]
    assert all(f"`{words}`" in rows[0] for words in NO_PULL)
    assert "(#when-it-is-not-the-image)" in rows[0]


def test_each_class_is_explained() -> None:
    assert re.findall(r"^- \*\*(\w+)\*\*: It \w+", SECTIONS["Classes"], re.MULTILINE) == list(Class)


def test_more_words_on_why_are_sentences() -> None:
    assert all(text.endswith(".") and CATALOGUE[code].meaning not in text for code, text in WHY.items())


def test_each_other_trouble_has_a_row_with_its_command_and_fix() -> None:
    rows = [each.split(" | ") for each in SECTIONS["When it is not the image"].splitlines() if each.startswith("| `")]
    kinds = [each for each in TROUBLES if each is not SymptomKind.PULL]
    assert [row[0] for row in rows] == [f"| `{kind}`" for kind in kinds]
    for row, kind in zip(rows, kinds, strict=True):
        assert row[1] == TROUBLES[kind].meaning
        assert row[2] == f"`{Fix('', TROUBLES[kind].look).rendered({})}`"
        assert row[3] == f"{TROUBLES[kind].fix} |"
        assert shlex.split(row[2].strip("`"))[0] == "kubectl"


def test_the_example_of_the_filter_is_what_it_answers() -> None:
    section = SECTIONS["Many texts at once"]
    (command,) = re.findall(r"```sh\n(.+)\n```", section)
    given = shlex.split(command.partition(" | ")[0])[1]
    (answer,) = re.findall(r"```json\n(.+)\n```", section)
    done = subprocess.run(
        [sys.executable, "-m", "ops", "classify"], cwd=ROOT, input=given, capture_output=True, text=True, check=True
    )
    assert command.endswith(" | .venv/bin/python -m ops classify")
    assert json.loads(done.stdout) == json.loads(answer)


def test_the_exit_codes_are_those_of_the_commands() -> None:
    flat = " ".join(TEXT.split())
    assert f"{Health.HEALTHY} for healthy, {Health.DIAGNOSED} for known causes and {Health.UNKNOWN} for an" in flat
    assert f"the exit code is {BAD_INPUT}; otherwise it is 0" in flat


def test_the_form_that_the_page_links_to_is_there() -> None:
    links = set(re.findall(r"\]\(([^)#]+)\)", TEXT))
    assert links
    assert all((PAGE.parent / each).is_file() for each in links)
