"""docs/troubleshooting.md shows messages as they are printed: each is in the sources, and a test sees it printed."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pulls.kubelet.symptom import SymptomKind
from pulls.kubelet.troubles import TROUBLES
from tests.stack_files import ROOT
from tests.unit.docs_pages import lost_links, sections, text_of

PAGE = "troubleshooting.md"
TEXT = text_of(PAGE)
MESSAGES = [each[1] for each in re.findall(r"^### (`+)(.+?)\1$", TEXT, re.MULTILINE)]
SOURCES = ("components", "ops", "pulls", "sandbox")
ANY = "…"
_LEAST, _ENOUGH = 12, 16
"""Letters of a fixed part by which a message is looked for in tests."""


def templates(tree: ast.AST) -> Iterator[str]:
    """The texts of a source file, with `…` for what is put in when they are printed."""
    for each in ast.walk(tree):
        if isinstance(each, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else ANY for part in each.values)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield re.sub(r"\{[a-z]+\}", ANY, each.value)


@cache
def printed() -> str:
    """All texts of the sources."""
    files = [file for folder in SOURCES for file in sorted((ROOT / folder).rglob("*.py"))]
    return "\n".join(text for file in files for text in templates(ast.parse(file.read_text())))


@cache
def seen() -> str:
    """All texts of the tests, but for those of pages, as a person reads them: regular expressions without escapes."""
    files = [file for file in sorted((ROOT / "tests").rglob("*.py")) if not _of_pages(file)]
    texts = [text for file in files for text in templates(ast.parse(file.read_text()))]
    return "\n".join(texts).replace("\\", "")


def _of_pages(file: Path) -> bool:
    return file.name.startswith("test_docs_")


def fixed(message: str) -> list[str]:
    """The parts of a message that are always the same and long enough to be looked for."""
    parts = [each.strip(" ;:,()") for each in message.split(ANY)]
    return [each for each in parts if len(each) >= _LEAST] or [max(parts, key=len)]


def _pieces(part: str) -> Iterator[tuple[int, int]]:
    """Length and place of a few words of a text, wherever they begin."""
    size = min(len(part), max(_LEAST, min(len(part) // 4, _ENOUGH)))
    return ((size, at) for at in range(len(part) - size + 1))


@pytest.mark.parametrize("message", MESSAGES)
def test_each_message_is_one_that_the_program_prints(message: str) -> None:
    assert re.sub(rf"^{ANY}:? | {ANY}$", "", message) in printed()


@pytest.mark.parametrize("message", MESSAGES)
def test_each_message_is_seen_by_a_test(message: str) -> None:
    """A test has some words of it, as tests look for no more; what pods show is data that has tests of its own."""
    if message in {each.meaning for each in TROUBLES.values()}:
        return
    parts = fixed(message)
    assert parts
    assert any(part[at : at + size] in seen() for part in parts for size, at in _pieces(part))


def test_no_message_is_there_twice() -> None:
    assert len(MESSAGES) > 60
    assert sorted(set(MESSAGES)) == sorted(MESSAGES)
    assert TEXT.count("\n### ") == len(MESSAGES)


def test_each_message_has_what_it_means_or_what_to_type() -> None:
    bodies = sections("".join(f"{each}\n" for each in TEXT.splitlines()), level=3)
    assert [message for message, body in bodies.items() if not body.partition("\n## ")[0].strip()] == []


def test_what_keeps_pods_from_running_is_told_in_the_programs_own_words() -> None:
    left = {SymptomKind.PULL, SymptomKind.EVICTED, SymptomKind.NO_POD, SymptomKind.SANDBOX, SymptomKind.NODE_LOST}
    assert {each.meaning for kind, each in TROUBLES.items() if kind not in left} <= set(MESSAGES)


def test_each_link_leads_somewhere() -> None:
    assert lost_links(PAGE) == []
