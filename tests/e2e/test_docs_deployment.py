"""The commands of docs/deployment.md on a real stack, in their order and as they are written."""

import re

import pytest

from tests.e2e.project import ROOT, Project, Run, run
from tests.unit.docs_commands import shown
from tests.unit.docs_pages import sections, text_of

pytestmark = pytest.mark.e2e

PARTS = sections(text_of("deployment.md"))
TO_DO = 3
"""What `rollback` ends with where it was not told to do it."""


def typed(project: Project, command: str) -> Run:
    """A command in a shell of the project's copy, for its own stack, and without questions."""
    words = command.replace("-s local", f"-s {project.stack}").replace(".venv/bin/python", f"{ROOT}/.venv/bin/python")
    if re.match(r"pulumi (up|destroy|preview)\b", words):
        words += " --non-interactive" + ("" if words.startswith("pulumi preview") else " --yes --skip-preview")
    environment = {**project.environment, "PYTHONPATH": str(project.folder)}
    return run(["bash", "-c", words], cwd=project.folder, environment=environment)


def type_all(project: Project, part: str) -> dict[str, Run]:
    """Those of a part that are for the local stack, by command."""
    commands = [each.command for each in shown(PARTS[part]) if "-s local" in each.command]
    assert commands
    done = {command: typed(project, command) for command in commands}
    wrong = {command: each.output for command, each in done.items() if each.code not in {0, TO_DO}}
    assert wrong == {}
    return done


def test_a_stack_goes_up_is_looked_at_goes_back_and_away_as_the_page_says(project: Project) -> None:
    type_all(project, "Before it")
    type_all(project, "The deploy")
    first = project.outputs()["image"]
    after = type_all(project, "After it")
    assert {command: each.code for command, each in after.items() if each.code} == {}
    assert '"build"' in next(each.output for command, each in after.items() if command.startswith("curl"))
    assert (project.folder / "report.html").is_file()

    project.change_source()
    type_all(project, "The deploy")
    second = project.outputs()["image"]
    assert second != first
    back = type_all(project, "Back")
    assert [each.code for each in back.values()] == [TO_DO, 0, 0]
    assert project.outputs()["image"] == first
    assert "digest" not in project.stack_file.read_text()

    type_all(project, "Away")
    assert project.exported().count('"urn"') == 0
