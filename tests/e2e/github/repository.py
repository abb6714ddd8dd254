"""A project of the sandbox as a repository on GitHub, with a pull request."""

import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.github.pull_request import PullRequest
from tests.e2e.github.service import Service, serving
from tests.e2e.github.workflow import Event, GitHub
from tests.e2e.project import Project


@dataclass(frozen=True)
class Repository:
    """A project on GitHub, and its pull request."""

    project: Project
    github: GitHub
    pull_request: PullRequest

    @property
    def service(self) -> Service:
        """GitHub's API."""
        return self.github.service

    @property
    def passphrase(self) -> str:
        """Of the secrets in the sandbox's stacks."""
        return Path(self.project.environment["PULUMI_CONFIG_PASSPHRASE_FILE"]).read_text().strip()

    def happened(self, action: str, **more: str) -> Event:
        """Something that happened to the pull request, with what lies in the project's folder now."""
        return self.pull_request.event(action, self.pull_request.push(), **more)


@contextmanager
def repository_of(project: Project, folder: Path) -> Generator[Repository]:
    """Make one; its machines are this one.

    Args:
        project: whose folder it is.
        folder: for what runs; not yet there.
    """
    # What other stacks are made of: with the ports of this sandbox.
    shutil.copy2(project.stack_file, project.folder / "Pulumi.local.yaml")
    with serving() as service:
        github = GitHub(folder, project.folder, service, project.environment)
        github.overridden = {"LOCAL_STACK": project.stack}
        yield Repository(project, github, PullRequest.of(project.folder, secrets.randbelow(9_000) + 1_000))
