"""GitHub with one pull request, as far as jobs need no engine: what unit tests of the workflows run them in."""

import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.github.pull_request import PullRequest
from tests.e2e.github.service import REPOSITORY, serving
from tests.e2e.github.workflow import Event, GitHub, Ran

CLOUDS = {
    "AZURE_CLIENT_ID": "11111111-1111-4111-8111-111111111111",
    "AZURE_TENANT_ID": "22222222-2222-4222-8222-222222222222",
    "AZURE_SUBSCRIPTION_ID": "33333333-3333-4333-8333-333333333333",
    "AWS_ROLE": "arn:aws:iam::123456789012:role/preview",
    "AWS_REGION": "eu-central-1",
    "GOOGLE_IDENTITY_PROVIDER": "projects/42/locations/global/workloadIdentityPools/ci/providers/github",
    "GOOGLE_SERVICE_ACCOUNT": "preview@web.iam.gserviceaccount.com",
}
PREVIEWER = f"repo:{REPOSITORY}:environment:preview"
WELL: dict[str, Any] = {"steps": [], "diagnostics": [], "changeSummary": {"same": 3}}
"""A preview that changes nothing."""


@dataclass(frozen=True)
class Hub:
    """GitHub with one pull request."""

    github: GitHub
    pull_request: PullRequest
    sha: str
    asked: Path
    """What pulumi's environment was."""

    def event(self, action: str = "opened", **more: str) -> Event:
        """Something that happened to the pull request."""
        return self.pull_request.event(action, self.sha, **more)

    def program(self, name: str, script: str) -> None:
        """Put a program on the machine's PATH."""
        file = self.asked.parent / "pulumi" / name
        file.write_text(f"#!/usr/bin/env bash\n{script}\n")
        file.chmod(0o755)

    @property
    def bodies(self) -> list[str]:
        """The comments under it."""
        return self.github.service.bodies


@contextmanager
def hub_with(pull_request: PullRequest, folder: Path) -> Generator[Hub]:
    """GitHub after a push, on a machine whose `pulumi` previews that nothing changes.

    Args:
        pull_request: that gets the push.
        folder: an empty one, for all that runs.
    """
    programs = folder / "pulumi"
    programs.mkdir()
    (programs / "pulumi").write_text(f"#!/bin/sh\necho '{json.dumps(WELL)}'\nenv > {folder}/asked\n")
    (programs / "pulumi").chmod(0o755)
    machine = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": os.environ["HOME"]}
    with serving() as service:
        github = GitHub(folder / "github", pull_request.folder, service, machine)
        yield Hub(github, pull_request, pull_request.push(), folder / "asked")


def results(ran: Mapping[str, Ran]) -> dict[str, str]:
    """How each job ended."""
    return {name: each.result for name, each in ran.items()}
