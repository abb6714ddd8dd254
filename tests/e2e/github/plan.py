"""A workflow's file as jobs: which there are, what each waits for, and how often it runs. Nothing is run here."""

from collections.abc import Iterator

import yaml

from tests.e2e.github.expressions import fill
from tests.e2e.github.job import Json
from tests.stack_files import ROOT

_FOLDERS = (ROOT / ".github" / "workflows", ROOT / "docs" / "ci")
"""Where workflows are: our own, and the example that is to be copied beside them."""


def workflow_named(name: str) -> Json:
    """The document of a workflow, by its file's name without the ending."""
    (file,) = [each for folder in _FOLDERS if (each := folder / f"{name}.yml").exists()]
    return yaml.safe_load(file.read_text())


def needs_of(job: Json) -> list[str]:
    """The jobs that a job waits for."""
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs


def matrix_of(name: str, job: Json, context: Json) -> Iterator[tuple[str, Json]]:
    """Each run of a job: `name`, or `name (value)` and its `matrix`."""
    matrix = fill(job.get("strategy", {}).get("matrix", {}), context)
    if not matrix:
        yield name, {}
        return
    ((key, values),) = matrix.items()
    for each in values:
        found = each if key == "include" else {key: each}
        yield f"{name} ({next(iter(found.values()))})", found
