"""PipelineApp from a program in YAML: the package is added by its path, and all that the component promises holds."""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from sandbox.state import State
from tests.e2e.waiting import until
from tests.e2e.yaml_program import PACKAGE, TOKEN, YamlProgram, make_program

pytestmark = pytest.mark.e2e


@pytest.fixture
def program(state: State, tmp_path: Path) -> Generator[YamlProgram]:
    made = make_program(tmp_path / "program", state)
    added = made.pulumi("package", "add", str(PACKAGE))
    assert added.code == 0, added.output
    yield made
    made.write()
    gone = made.on_stack("destroy", "--yes", "--skip-preview", "--remove")
    assert gone.code == 0, gone.output


def test_the_app_is_deployed_served_and_guarded_and_leaves_nothing(program: YamlProgram) -> None:
    program.write()
    up = program.on_stack("up", "--yes", "--skip-preview")
    assert up.code == 0, up.output
    assert f'url: "http://{program.stack}.localhost:{program.port}"' in up.output
    assert f"pull rehearsal: {program.image}" in up.output
    until(lambda: program.answer().status_code == 200, seconds=10)
    assert TOKEN not in up.output + program.on_stack("stack", "export").output

    quiet = program.on_stack("preview", "--expect-no-changes")
    assert quiet.code == 0, quiet.output

    program.write(image=re.sub("[0-9a-f]{64}", "1" * 64, program.image))
    refused = program.on_stack("up", "--yes", "--skip-preview")
    assert refused.code != 0, refused.output
    assert "the new version cannot be pulled or run; the Deployment was not touched" in refused.output
    assert "not-found (permanent)" in refused.output
    assert "Traceback" not in refused.output
    generation = ("get", "deployment", "web", "--namespace", program.stack, "-o", "jsonpath={.metadata.generation}")
    assert program.kubectl(*generation).output == "1"
    assert program.answer().status_code == 200

    program.write()
    gone = program.on_stack("destroy", "--yes", "--skip-preview")
    assert gone.code == 0, gone.output
    assert "NotFound" in program.kubectl("get", "namespace", program.stack).output
    until(lambda: not program.package_processes(), seconds=10)


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "unknown to the schema": ({"replicaz": 2}, "Property replicaz does not exist on 'pipeline:index:PipelineApp'"),
    "not by digest": (
        {"image": "registry.example.com/web:latest"},
        "'registry.example.com/web:latest' is not a reference by digest: a tag can move",
    ),
    "not by digest, from another resource": (
        {"image": "${pull.metadata.name}"},
        "has a problem: PipelineApp 'web' cannot work:\n      'pull' is not a reference by digest: a tag can move",
    ),
    "out of range": ({"servicePort": 99_999}, "servicePort: 99999 is not a port: they run from 1 to 65535"),
    "known too late": (
        {"name": "${pull.metadata.name}"},
        "property name with value",
    ),
}


def test_a_mistake_is_one_clear_message_and_nothing_is_made(program: YamlProgram) -> None:
    for mistake, words in MISTAKES.values():
        program.write(**mistake)
        done = program.on_stack("preview")
        assert done.code != 0, done.output
        assert words in re.sub(r"\x1b\[[0-9;]*m", "", done.output)
        assert "Traceback" not in done.output
        assert "Unexpected <class" not in done.output
