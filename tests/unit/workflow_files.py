"""The pipelines of this repository and of docs/ci, taken apart: GitHub's, GitLab's and Azure's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import yaml

from tests.stack_files import ROOT

Json = dict[str, Any]

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
EXAMPLES = sorted((ROOT / "docs" / "ci").glob("*.yml"))
GITLAB = ROOT / "docs" / "ci" / "gitlab-ci.yml"
AZURE = ROOT / "docs" / "ci" / "azure-pipelines.yml"
SHELL = sorted((ROOT / "docs" / "ci").glob("*.sh"))
"""Scripts that an example calls."""
NOT_JOBS = frozenset({"default", "include", "stages", "variables", "workflow"})
"""Keys of GitLab's files that are no jobs."""


def read(file: Path) -> Json:
    """A file's document; `on` stays a word, which YAML 1.1 takes for a truth."""
    document = cast("dict[Any, Any]", yaml.safe_load(file.read_text()))
    return {"on" if key is True else str(key): value for key, value in document.items()}


def github_files() -> list[Path]:
    """All that GitHub would run, with the examples of it."""
    return [*WORKFLOWS, *ACTIONS, *(each for each in EXAMPLES if is_workflow(each))]


def is_workflow(file: Path) -> bool:
    """Whether a file is a workflow of GitHub."""
    return "on" in read(file)


def jobs(file: Path) -> dict[str, Json]:
    """The jobs of a workflow by their keys."""
    return read(file)["jobs"]


def steps(file: Path) -> list[Json]:
    """Every step of a workflow or an action of GitHub."""
    document = read(file)
    if "runs" in document:
        return document["runs"]["steps"]
    return [step for job in document["jobs"].values() for step in job["steps"]]


def scripts(file: Path) -> list[str]:
    """Every shell script of a pipeline's file, of whichever of the three; a script is its own."""
    if file in SHELL:
        return [file.read_text()]
    document = read(file)
    if "runs" in document or "on" in document:
        return [step["run"] for step in steps(file) if "run" in step]
    if file == AZURE:
        return list(_azure(document))
    lists = [job[part] for job in gitlab_jobs(document).values() for part in GITLAB_PARTS if part in job]
    return ["\n".join(each) for each in lists]


GITLAB_PARTS = ("before_script", "script", "after_script")


def gitlab_jobs(document: Json) -> dict[str, Json]:
    """The jobs of a GitLab file by name, templates (`.name`) among them."""
    return {name: job for name, job in document.items() if name not in NOT_JOBS and isinstance(job, dict)}


def azure_steps(document: Json, name: str) -> list[Json]:
    """The steps of a job of an Azure file, also of one that deploys."""
    (job,) = [each for each in document["jobs"] if name in (each.get("job"), each.get("deployment"))]
    return job["steps"] if "steps" in job else job["strategy"]["runOnce"]["deploy"]["steps"]


def _azure(document: Any) -> Iterator[str]:
    if isinstance(document, list):
        for each in cast("list[Any]", document):
            yield from _azure(each)
    elif isinstance(document, dict):
        for key, value in cast("Json", document).items():
            if key in ("bash", "script", "inlineScript") and isinstance(value, str):
                yield value
            else:
                yield from _azure(value)
