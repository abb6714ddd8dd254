"""docs/ci.md says what the workflows and `ops trust` do: their variables, environments, subjects and commands."""

import json
import re
import shlex
from pathlib import Path

import pytest

from ops.trust import Identity, Truster, audience
from ops.trust_show import explained
from tests.unit.clouds_page import blocks
from tests.unit.docs_commands import shown
from tests.unit.docs_pages import lost_links, missing_tests, sections, table_rows, text_of
from tests.unit.workflow_files import ACTIONS, AZURE, GITLAB, SHELL, WORKFLOWS, gitlab_jobs, jobs, read

PAGE = "ci.md"
TEXT = text_of(PAGE)
ISSUER = "https://token.actions.githubusercontent.com"
SUBJECT = "repo:ORGANIZATION/REPOSITORY:environment:preview"
VARIABLES = {
    "AZURE_CLIENT_ID": "CLIENT_ID",
    "AWS_ROLE": "arn:aws:iam::123456789012:role/monadic-pipeline-preview",
    "GOOGLE_IDENTITY_PROVIDER": "projects/NUMBER/locations/global/workloadIdentityPools/ci/providers/github",
    "GOOGLE_SERVICE_ACCOUNT": "ACCOUNT",
}


def test_links_lead_somewhere_and_tests_are_there() -> None:
    assert lost_links(PAGE) == []
    assert missing_tests(TEXT) == []
    assert all(f"({'ci/' + each.name})" in TEXT for each in (GITLAB, AZURE, *SHELL))


@pytest.mark.parametrize(("file", "heading"), [(GITLAB, "GitLab"), (AZURE, "Azure DevOps")])
def test_each_job_of_an_example_is_told_with_the_variables_that_start_it(file: Path, heading: str) -> None:
    document = read(file)
    names = (
        [name for name in gitlab_jobs(document) if not name.startswith(".")]
        if file == GITLAB
        else [each.get("job") or each["deployment"] for each in document["jobs"]]
    )
    told = sections(TEXT)[heading]
    assert {name for name in names if f"`{name}`" not in told} == set()
    used = set(re.findall(r"\b(?:TEST|DEPLOY)_[A-Z]+\b", file.read_text() + "".join(map(Path.read_text, SHELL))))
    assert {name for name in used if f"`{name}`" not in TEXT} == set()


def test_the_variables_of_the_table_are_those_of_the_workflows() -> None:
    texts = [each.read_text() for each in (*WORKFLOWS, *ACTIONS)]
    used = {name for text in texts for name in re.findall(r"(?:vars|variables\))\.([A-Z_]+)", text)}
    rows = table_rows(sections(TEXT)["On GitHub"])
    named = {name for row in rows for name in re.findall(r"`([A-Z]+_[A-Z_]+)`", row[0])}
    assert named == used


def test_the_environments_of_the_table_are_those_of_the_workflows() -> None:
    said = [job["environment"] for file in WORKFLOWS for job in jobs(file).values() if "environment" in job]
    used = {each if isinstance(each, str) else each["name"] for each in said}
    rows = table_rows(sections(TEXT)["On GitHub"])
    assert used <= {row[0].strip("` ") for row in rows}
    assert used == {"preview", "test-cluster", "production"}


@pytest.mark.parametrize("truster", [Truster.AKS, Truster.EKS, Truster.GKE])
def test_the_commands_that_trust_a_job_are_those_that_a_refused_job_shows(truster: Truster) -> None:
    identity = Identity(ISSUER, SUBJECT, audience(truster, VARIABLES))
    typed = [_essence(each.command) for each in shown(TEXT)]
    lines = [each.strip() for each in explained(truster, identity, VARIABLES).splitlines() if each.startswith("  ")]
    commands = [each for each in lines if each.startswith(("az ", "aws ", "gcloud ")) and " update-" not in each]
    assert commands
    assert [each for each in commands if _essence(each) not in typed] == []


def _essence(command: str) -> tuple[frozenset[str], str]:
    """What of a command decides who is trusted: its options and values, but for names and places of no consequence."""
    words = shlex.split(command)
    free = {words[at + 1] for at, each in enumerate(words[:-1]) if each == "--project"}
    parts = [json.dumps({**json.loads(each), "name": ""}) if each.startswith("{") else each for each in words]
    return frozenset(each for each in parts if each not in free), words[0]


def test_the_trust_of_aws_is_the_one_that_a_refused_job_shows() -> None:
    identity = Identity(ISSUER, SUBJECT, audience(Truster.EKS, VARIABLES))
    (line,) = [each for each in explained(Truster.EKS, identity, VARIABLES).splitlines() if "update-assume" in each]
    trust, reads = (json.loads(each) for each in blocks("json", sections(TEXT)["AWS"]))
    assert trust == json.loads(shlex.split(line)[-1])
    assert all(each.split(":")[1].startswith(("Batch", "Describe", "Get", "List")) for each in _actions(reads))


def _actions(policy: dict[str, list[dict[str, list[str]]]]) -> list[str]:
    return [each for statement in policy["Statement"] for each in statement["Action"]]


def test_what_a_refused_job_says_is_shown_as_it_is() -> None:
    (shape,) = blocks("text", sections(TEXT)["When a login is refused"])
    lines = explained(Truster.AKS, Identity(ISSUER, SUBJECT, audience(Truster.AKS, {})), {}).splitlines()
    assert shape.splitlines()[:5] == lines[:5]
    assert shape.splitlines()[-1] == lines[-1]
