"""The pipelines of docs/ci for GitLab and Azure DevOps, run on this machine: every script as it is, by bash."""

import re
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.github.stand_ins import ACTIONS, Desk
from tests.e2e.oidc_tokens import token_of
from tests.unit.workflow_files import AZURE, GITLAB, Json, azure_steps, read

_SECONDS = 300
TASKS = frozenset({"UsePythonVersion@0", "AzureCLI@2"})
"""Tasks of Azure that have a stand-in here: the first is the tests' Python, the second gives the script its login."""


@dataclass
class Runner:
    """A machine with a checkout."""

    workspace: Path
    environment: dict[str, str]
    said: list[str] = field(default_factory=list[str])

    @classmethod
    def at(cls, folder: Path, origin: Path, sha: str, environment: Mapping[str, str]) -> "Runner":
        """Check a commit out into a new folder, with the Python that runs the tests.

        Args:
            folder: for the checkout, and what lies beside it.
            origin: repository in which the commit is.
            sha: the commit.
            environment: of the machine.
        """
        (folder / "workspace").mkdir(parents=True)
        programs = folder / "programs"
        programs.mkdir()
        path = {"PATH": f"{programs}:{environment['PATH']}"}
        desk = Desk(folder / "workspace", origin, sha, folder, None, frozenset(), {}, path)
        for each in ("actions/checkout", "actions/setup-python"):
            ACTIONS[each](desk, {})
        return cls(desk.workspace, {**environment, **desk.exported, "CI": "true"})

    def program(self, name: str, script: str) -> None:
        """Put a program of the pipeline's machine in its place."""
        file = self.workspace.parent / "programs" / name
        file.write_text(f"#!/usr/bin/env bash\n{script}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    def script(self, text: str, own: Mapping[str, str]) -> int:
        """Run a script; its exit code."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-c", text],
            cwd=self.workspace,
            env={**self.environment, **own},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        self.said.append(done.stdout)
        return done.returncode

    def gitlab(self, name: str, variables: Mapping[str, str]) -> int:
        """Run a job of the GitLab example; its exit code.

        Args:
            name: of the job.
            variables: of the project, the matrix and the merge request; they go before those of the file, as there.
        """
        document = read(GITLAB)
        job: Json = document[name]
        lines = [*document["default"]["before_script"], *job["script"]]
        own = {each: str(value) for each, value in {**document["variables"], **job.get("variables", {})}.items()}
        tokens = {each: token_of("https://gitlab.com", "project_path:team/web:ref_type:branch:ref:change",
                                 str(token["aud"])) for each, token in job.get("id_tokens", {}).items()}  # fmt: skip
        return self.script("\n".join(["set -eo pipefail", *lines]), {**own, **tokens, "GITLAB_CI": "true", **variables})

    def azure(
        self,
        name: str,
        variables: Mapping[str, str],
        login: Mapping[str, str],
        secrets: Mapping[str, str] | None = None,
    ) -> list[int]:
        """Run a job of the Azure example; the exit codes of its scripts.

        Args:
            name: of the job.
            variables: of the pipeline and the run, which every script sees.
            login: what a service connection gives to a script that asks for it.
            secrets: of the pipeline, which a script sees only where the file gives them to it.
        """
        document = read(AZURE)
        codes: list[int] = []
        known = {**document["variables"], **variables}
        for step in azure_steps(document, name):
            filled = {
                each: _filled(str(text), {**known, **(secrets or {})}) for each, text in step.get("env", {}).items()
            }
            if any(codes) and step.get("condition") != "succeededOrFailed()":
                continue
            if "bash" in step:
                codes.append(self.script(step["bash"], {**known, **filled}))
            elif step.get("task") == "AzureCLI@2":
                inputs = step["inputs"]
                command = f"bash {inputs['scriptPath']} {inputs['arguments']}"
                codes.append(self.script(command, {**known, **filled, **login}))
            else:
                assert "checkout" in step or step["task"] in TASKS, step
        return codes


def _filled(text: str, variables: Mapping[str, str]) -> str:
    """`$(NAME)`; what nobody set stays as it stands, as there."""
    return re.sub(r"\$\(([\w.]+)\)", lambda found: variables.get(found[1], found[0]), text)
