"""The page about the package: its programs give what the schema has, and it says what is so."""

import json
import re
from typing import Any

import pytest
import yaml

from package import schema
from package.provider import PipelineProvider
from tests.unit.clouds_page import blocks
from tests.unit.docs_pages import lost_links, text_of

PAGE = "package.md"
SCHEMA: dict[str, Any] = json.loads(schema.FILE.read_text())
KNOWN = {
    *SCHEMA["resources"]["pipeline:index:PipelineApp"]["inputProperties"],
    *(name for each in SCHEMA["types"].values() for name in each["properties"]),
}


def test_links_lead_somewhere() -> None:
    assert lost_links(PAGE) == []


def test_the_program_in_yaml_gives_what_the_component_takes() -> None:
    (program,) = (yaml.safe_load(each) for each in blocks("yaml", text_of(PAGE)))
    given = program["resources"]["web"]["properties"]
    provider = PipelineProvider()
    assert {*given} <= {*SCHEMA["resources"]["pipeline:index:PipelineApp"]["inputProperties"]}
    assert provider.arguments(given).get("ingress") == {"class_name": "nginx", "host": "shop.example.com"}


@pytest.mark.parametrize(
    ("language", "written", "start"),
    [
        ("ts", r"\b([a-z]\w*): (?!pulumi)", "new pipeline.PipelineApp("),
        ("go", r"\b([A-Z]\w*): ", "pipeline.NewPipelineApp("),
    ],
)
def test_programs_in_other_languages_name_arguments_that_there_are(language: str, written: str, start: str) -> None:
    (program,) = blocks(language, text_of(PAGE))
    named = re.findall(written, program.partition(start)[2])
    assert len(named) >= 6
    assert [each for each in named if each[0].lower() + each[1:] not in KNOWN | {"providers"}] == []


def test_types_in_go_are_those_of_the_schema() -> None:
    (program,) = blocks("go", text_of(PAGE))
    named = set(re.findall(r"&pipeline\.(\w+)Args", program)) - {"PipelineApp"}
    assert named == {"Ingress", "RolloutGuard"}
    assert {f"pipeline:index:{each}" for each in named} <= {*SCHEMA["types"]}
