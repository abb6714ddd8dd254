"""One job of a workflow, step by step: scripts are run by bash, actions by their stand-ins."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.github.expressions import fill, holds
from tests.e2e.github.functions import status, text_of
from tests.e2e.github.stand_ins import ACTIONS, IN_CHECKOUT, Desk, StepFailedError
from tests.stack_files import ROOT

Json = dict[str, Any]
_SECONDS = 300
_SHELLS = {None: ("bash", "-e"), "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail")}
"""How GitHub starts them (docs.github.com, workflow syntax: `shell`)."""


@dataclass
class Ended:
    """How a step or a job ended."""

    result: str
    outputs: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Job:
    """What a job has while it runs."""

    desk: Desk
    environment: dict[str, str]
    """Of the machine and the workflow, for each script."""
    context: Mapping[str, Any]
    """`github`, `inputs`, `vars`, `secrets`, `needs`, `matrix`."""
    shell: str | None
    folder: Path
    """For the files of its steps."""
    said: list[str] = field(default_factory=list[str])
    """What its steps printed."""
    summary: str = ""
    scripts: list[str] = field(default_factory=list[str])
    """Those that were run."""

    def run(self, steps: Sequence[Json], inputs: Mapping[str, Any] | None = None, *, here: Path | None = None) -> Ended:
        """Run steps in their order; of an action of ours, its own with its inputs.

        Args:
            steps: as the file has them.
            inputs: of an action; None in a job, which has those of the workflow.
            here: where their scripts run, if that is not the workspace.
        """
        known: dict[str, Any] = {}
        result = "success"
        for step in steps:
            context = {**self.context, "steps": known, "env": self._variables({})}
            context |= {} if inputs is None else {"inputs": inputs}
            if not holds(step.get("if"), context, status([result])):
                ended = Ended("skipped")
            else:
                ended = self._step(step, context, here)
            if ended.result == "failure":
                result = "failure"
            if "id" in step:
                known[step["id"]] = {"outcome": ended.result, "conclusion": ended.result, "outputs": ended.outputs}
        return Ended(result, {"steps": json.dumps(known)})

    def _step(self, step: Json, context: Mapping[str, Any], here: Path | None) -> Ended:
        if "run" in step:
            environment = {name: text_of(each) for name, each in fill(step.get("env", {}), context).items()}
            shell = step.get("shell", self.shell)
            return self._script(step["run"], shell, environment, here or self.desk.workspace)
        name = step["uses"].partition("@")[0]
        given = fill(step.get("with", {}), context)
        if name.startswith("./"):
            file = self.desk.workspace / name / "action.yml"
            steps = yaml.safe_load(file.read_text())["runs"]["steps"]
            return Ended(self.run(steps, given, here=ROOT if name in IN_CHECKOUT else None).result)
        assert name in ACTIONS, f"{name} has no stand-in: tests/e2e/github/stand_ins.py"
        try:
            return Ended("success", dict(ACTIONS[name](self.desk, given)))
        except StepFailedError as error:
            self.said.append(f"Error: {error}\n")
            return Ended("failure")

    def _variables(self, own: Mapping[str, str]) -> dict[str, str]:
        return {**self.environment, **self.desk.exported, **own}

    def _script(self, text: str, shell: str | None, own: Mapping[str, str], place: Path) -> Ended:
        self.scripts.append(text)
        number = len(self.scripts)
        files = {name: self.folder / f"{name.lower()}-{number}" for name in ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY")}
        for each in files.values():
            each.touch()
        script = self.folder / f"script-{number}.sh"
        script.write_text(text)
        commands = {f"GITHUB_{name}": str(file) for name, file in files.items()}
        with (self.folder / f"log-{number}").open("w+") as log:
            done = subprocess.run(
                [*_SHELLS[shell], str(script)],
                cwd=place,
                env={**self._variables(own), **commands},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=_SECONDS,
                check=False,
            )
            log.seek(0)
            self.said.append(log.read())
        self.summary += files["STEP_SUMMARY"].read_text()
        self.desk.exported.update(_pairs(files["ENV"].read_text()))
        for line in files["PATH"].read_text().splitlines():
            self.desk.exported["PATH"] = f"{line}:{self.desk.exported['PATH']}"
        return Ended("failure" if done.returncode else "success", _pairs(files["OUTPUT"].read_text()))


def _pairs(text: str) -> dict[str, str]:
    """`NAME=VALUE` of each line."""
    parts = (line.partition("=") for line in text.splitlines() if line)
    return {name: value for name, _, value in parts}
