"""The schema of the package: the contract with programs in other languages."""

import json
import re
import tomllib
from typing import Any, cast

import pytest

from components.pipeline_app import PipelineApp
from components.pipeline_args import PipelineAppArgs
from package import schema
from package.provider import NAME, VERSION, PipelineProvider
from tests.stack_files import ROOT

RENEW = ".venv/bin/python -m package.schema"


@pytest.fixture(scope="module")
def text() -> str:
    return PipelineProvider().schema or ""


@pytest.fixture(scope="module")
def app(text: str) -> dict[str, Any]:
    return json.loads(text)["resources"]["pipeline:index:PipelineApp"]


def test_the_schema_is_the_one_in_the_file(text: str) -> None:
    assert schema.FILE.read_text() == schema.file_text(text), f"if the change is meant, type: {RENEW}"


def test_each_argument_of_the_component_can_be_given_but_the_resources_of_another_program(app: dict[str, Any]) -> None:
    in_python = {re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name) for name in app["inputProperties"]}
    assert in_python == set(PipelineAppArgs.__annotations__) - {"depends_on"}
    assert app["requiredInputs"] == ["image", "namespace"]


def test_a_guard_has_all_that_is_data(text: str) -> None:
    guard = json.loads(text)["types"]["pipeline:index:RolloutGuard"]
    assert set(guard["properties"]) == {
        "kubeconfig", "context", "rehearsal", "rehearsalSeconds", "freshSeconds", "target", "pullRight",
    }  # fmt: skip
    assert guard["required"] == ["kubeconfig"]


def test_what_is_told_of_an_argument_uses_the_names_that_the_reader_types(text: str) -> None:
    told = re.findall(r'"description": "((?:[^"\\]|\\.)*)"', text)
    assert len(told) > 50
    assert [each for each in told if re.search(r"`[a-z]+_[a-z_]+`", each)] == []
    assert [each for each in told if re.search(r"\\n +", each)] == []


def test_types_have_no_ending_that_other_languages_add_themselves(text: str) -> None:
    types = json.loads(text)["types"]
    assert [name for name in types if name.endswith("Args")] == []
    assert set(re.findall(r"#/types/([\w:]+)", text)) <= set(types)


def test_the_token_is_the_one_of_programs_in_python(text: str) -> None:
    token = f"{NAME}:index:{PipelineApp.__name__}"
    assert token in json.loads(text)["resources"]
    assert f'"{token}"' in (ROOT / "components" / "pipeline_app.py").read_text()


def test_the_version_is_the_projects() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def _pins(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text().splitlines()
    return dict(cast("tuple[str, str]", tuple(line.split("=="))) for line in lines if "==" in line)


def test_the_package_installs_versions_that_the_project_has() -> None:
    assert _pins("package/requirements.txt").items() <= _pins("requirements.txt").items()
