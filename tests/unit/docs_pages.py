"""Pages of docs/ for people, taken apart: links, the tests that they name, and tables."""

import ast
import re
from pathlib import Path
from typing import Any

import yaml

from tests.stack_files import PROJECT, ROOT
from tests.unit.clouds_page import blocks

DOCS = ROOT / "docs"
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)(?:\[([^\]`]+)\])?`")


def text_of(page: str) -> str:
    """What a page of docs/ says."""
    return (DOCS / page).read_text()


def named_tests(text: str) -> list[tuple[str, str, str]]:
    """The tests that a page names: file, function, and the case in brackets if there is one."""
    return _TEST.findall(text)


def functions_of(file: Path) -> set[str]:
    """Names of the test functions of a file, without running it; none for a file that is not there."""
    if not file.is_file():
        return set()
    return {
        each.name
        for each in ast.parse(file.read_text()).body
        if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    }


def missing_tests(text: str) -> list[str]:
    """The tests that a page names and that are not there, and how often it names one in a way that is not looked at."""
    named = named_tests(text)
    missing = [f"{file}::{name}" for file, name, _ in named if name not in functions_of(ROOT / file)]
    strangers = text.count("`tests/") - len(named)
    return missing + ([f"{strangers} in another form"] if strangers else [])


def anchors(text: str) -> set[str]:
    """Where links into a page may lead, as GitHub names its headings."""
    fences = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", fences, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


def lost_links(page: str) -> list[str]:
    """Links of a page of docs/ that lead nowhere."""
    text = text_of(page)
    found: list[str] = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        file, _, anchor = link.partition("#")
        if "://" in file:
            continue
        target = DOCS / file if file else DOCS / page
        if not target.is_file() or (anchor and anchor not in anchors(target.read_text())):
            found.append(link)
    return found


def sections(text: str, level: int = 2) -> dict[str, str]:
    """The text below each heading of a level, by heading."""
    parts = re.split(rf"^{'#' * level} (.+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(*[iter(parts)] * 2, strict=True))


def stack_file_of(page: str) -> dict[str, Any]:
    """What the one stack file on a page sets, by key of this project."""
    (example,) = blocks("yaml", text_of(page))
    config = yaml.safe_load(example)["config"]
    return {key.removeprefix(f"{PROJECT}:"): value for key, value in config.items()}


def table_rows(text: str) -> list[list[str]]:
    """The cells of each row of the tables of a text, without their heads."""
    found: list[list[str]] = []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lines = block.splitlines()
        found += [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]
    return found
