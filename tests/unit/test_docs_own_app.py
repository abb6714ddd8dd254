"""docs/own-app.md shows the files that tests/e2e/test_library.py deploys, and that test types all of its commands."""

import ast
import re
import tomllib
from collections.abc import Mapping
from typing import Any, cast

import pytest

from components.args_check import check_args
from components.errors import ConfigError
from components.pipeline_args import PipelineAppArgs
from tests.e2e.own_app import LIBRARY, PAGE, SOURCE, STACK, shown
from tests.stack_files import ROOT
from tests.unit.clouds_page import blocks
from tests.unit.docs_pages import lost_links, sections, text_of

TEXT = text_of(PAGE)
REPOSITORY = sections(TEXT)["Your repository"]
PROGRAM = (SOURCE / "deploy" / "__main__.py").read_text()
TEST = (ROOT / "tests" / "e2e" / "test_library.py").read_text()
GOOD: Mapping[str, Any] = {"image": f"r.io/shop@sha256:{'a' * 64}", "namespace": "shop", "port": 9000}


def typed() -> set[tuple[str, int]]:
    """The blocks that the test types: heading, and which of those below it."""
    found = re.findall(r'shell\.types\("([^"]+)"(?:, block=(\d+))?\)', TEST)
    return {(title, int(number or 0)) for title, number in found}


@pytest.mark.parametrize("name", ["Pulumi.yaml", "requirements.txt", "__main__.py"])
def test_the_page_shows_each_file_as_it_is_deployed(name: str) -> None:
    shown_file = REPOSITORY.partition(f"`deploy/{name}`")[2].partition("```")[2].partition("```")[0]
    assert shown_file.partition("\n")[2] == (SOURCE / "deploy" / name).read_text()


def test_the_page_lists_the_files_of_the_repository() -> None:
    here = {each.name for each in SOURCE.rglob("*") if each.is_file() and not {"venv", "__pycache__"} & {*each.parts}}
    listed = set(re.findall(r"[\w.]+\.\w+|Dockerfile", blocks("", REPOSITORY)[0]))
    assert here - {".gitignore", "shop"} == listed


def test_the_program_is_of_ten_statements_and_imports_nothing_else_of_ours() -> None:
    body = ast.parse(PROGRAM).body
    assert len(body) == 10
    modules = {each.module or "" for each in body if isinstance(each, ast.ImportFrom)}
    assert {each.partition(".")[0] for each in modules} == {"components"}


def test_the_app_is_not_like_the_sample() -> None:
    program = (SOURCE / "main.go").read_text()
    for each in ("9000", "/healthz", "/readyz"):
        assert each in program
        assert each in PROGRAM
    assert "ingress" not in PROGRAM


def test_every_command_of_the_page_is_typed_by_the_test() -> None:
    on_page = {(title, number) for title, text in sections(TEXT).items() for number, _ in enumerate(blocks("sh", text))}
    assert on_page == typed()
    assert TEXT.count("```sh") == len(on_page)


def test_what_stands_for_the_readers_own_is_on_the_page() -> None:
    assert LIBRARY in TEXT
    assert f"pulumi stack init {STACK}" in TEXT


@pytest.mark.parametrize(
    ("change", "number"), [({"image": "registry.example.com/team/shop:1"}, 0), ({"port": 90000}, 1)], ids=str
)
def test_what_is_refused_is_refused_in_these_words(change: Mapping[str, Any], number: int) -> None:
    check_args("shop", cast("PipelineAppArgs", GOOD))
    with pytest.raises(ConfigError) as caught:
        check_args("shop", cast("PipelineAppArgs", {**GOOD, **change}))
    assert str(caught.value) == shown("What is refused")[number]


def test_each_link_leads_somewhere() -> None:
    assert lost_links(PAGE) == []


def test_what_is_installed_elsewhere_has_every_folder_of_the_two_packages() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = {
        ".".join(each.parent.relative_to(ROOT).parts)
        for top in ("components", "pulls")
        for each in (ROOT / top).rglob("*.py")
    }
    assert set(packages) == found
