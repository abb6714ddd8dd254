"""The stack of a pull request in a cloud, made and ended by a person's commands."""

import secrets
import sys
from dataclasses import replace

from tests.e2e.project import Project, Run, run


def ops(base: Project, *words: str) -> Run:
    return run([sys.executable, "-m", "ops", *words], cwd=base.folder, environment=base.environment)


def review(base: Project) -> tuple[str, Project]:
    """The number of a pull request, and its stack, not yet deployed."""
    number = str(secrets.randbelow(90000) + 10000)
    made = ops(base, "review-stack", base.stack, "--number", number)
    assert made.code == 0, made.output
    return number, replace(base, stack=f"pr-{number}-{base.stack}")


def end(base: Project, number: str) -> None:
    done = ops(base, "expired", "--closed", number, "--yes")
    assert done.code == 0, done.output
    assert "destroyed, nothing of it is left in Pulumi" in done.output
