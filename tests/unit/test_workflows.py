"""The workflow runs nothing that can change under its name, may do little, and keeps no secret in a cache."""

import re
from typing import Any

import yaml

from sandbox.go_install import required_go, version_text
from sandbox.tool_catalogue import CATALOGUE
from tests.stack_files import ROOT

FILE = ROOT / ".github" / "workflows" / "test.yml"
WORKFLOW: dict[str, Any] = yaml.safe_load(FILE.read_text())
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["test"]["steps"]
KEPT = "~/.cache/monadic-pipeline/tools/"


def test_each_action_is_one_commit_with_its_version_beside_it() -> None:
    used = re.findall(r"^ *- uses: (.*)$", FILE.read_text(), re.MULTILINE)
    assert len(used) == len([step for step in STEPS if "uses" in step])
    wrong = [each for each in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)]
    assert wrong == []


def test_the_job_may_read_the_repository_and_nothing_else() -> None:
    assert WORKFLOW["permissions"] == {}
    assert WORKFLOW["jobs"]["test"]["permissions"] == {"contents": "read"}
    assert _inputs("actions/checkout")["persist-credentials"] is False


def test_go_is_the_version_that_the_tools_need() -> None:
    required = version_text(required_go(spec.folder for spec in CATALOGUE.values()))
    assert _inputs("actions/setup-go")["go-version"] == required


def test_only_built_tools_are_cached_for_their_go_and_their_machine() -> None:
    cache = _inputs("actions/cache")
    paths = cache["path"].split()
    assert [each for each in paths if not each.removeprefix("!").startswith(KEPT)] == []
    assert f"!{KEPT}*.log" in paths
    for key in (cache["key"], cache["restore-keys"]):
        assert "${{ runner.arch }}" in key
        assert "go${{ steps.go.outputs.go-version }}-" in key
    assert next(step for step in STEPS if "setup-go" in step.get("uses", ""))["id"] == "go"


def _inputs(action: str) -> dict[str, Any]:
    return next(step["with"] for step in STEPS if step.get("uses", "").startswith(f"{action}@"))
