"""A workflow as GitHub runs it for an event: its jobs in the order of their needs, each on a machine of its own."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.github.expressions import fill, holds
from tests.e2e.github.functions import status, text_of
from tests.e2e.github.job import Ended, Job, Json
from tests.e2e.github.plan import matrix_of, needs_of, workflow_named
from tests.e2e.github.service import READING, REPOSITORY, WRITING, Service
from tests.e2e.github.stand_ins import Desk, write_programs


@dataclass
class Ran:
    """A job that ran, or was left out."""

    result: str
    outputs: dict[str, str] = field(default_factory=dict[str, str])
    said: str = ""
    summary: str = ""
    scripts: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Event:
    """What happened."""

    name: str
    document: Json
    """`github.event`."""
    sha: str


@dataclass(frozen=True)
class _Run:
    """One run of a workflow."""

    workflow: Json
    event: Event
    place: Path
    """A folder of its own."""
    cancelled: bool


@dataclass
class GitHub:
    """The repository, its settings, and the machine that runs its jobs."""

    folder: Path
    origin: Path
    service: Service
    machine: Mapping[str, str]
    """Environment of the sandbox's shell, for every job."""
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Mapping[str, str] = field(default_factory=dict[str, str])
    trusted: frozenset[str] = frozenset()
    """Subjects that the clouds let in."""
    login: Mapping[str, str] = field(default_factory=dict[str, str])
    """What a login of a cloud leaves in the environment."""
    overridden: Mapping[str, str] = field(default_factory=dict[str, str])
    """Variables of a workflow's `env:` that are others here: a test's stack has a name of its own."""
    _runs: int = 0

    def run(self, name: str, event: Event, *, without: Collection[str] = (), cancelled: bool = False) -> dict[str, Ran]:
        """Run a workflow; its jobs by name, those of a matrix by `name (value)`.

        Args:
            name: of its file.
            event: that starts it.
            without: jobs that do not run, and count as those that ran well.
            cancelled: whether a newer run has ended this one when those had run, and before any other.
        """
        self._runs += 1
        place = self.folder / f"run-{self._runs}"
        (place / "artifacts").mkdir(parents=True)
        (place / "event.json").write_text(json.dumps(event.document))
        here = _Run(workflow_named(name), event, place, cancelled)
        waiting = {each: job for each, job in here.workflow["jobs"].items() if each not in without}
        done = {each: Ran("success") for each in without}
        while waiting:
            ready = next(each for each, job in waiting.items() if not set(needs_of(job)) & set(waiting))
            done |= self._jobs(ready, waiting.pop(ready), here, done)
        return done

    def started(self, name: str, event: Event) -> set[str]:
        """The jobs of a workflow that an event starts, of those that need no other; none is run."""
        jobs = {each: job for each, job in workflow_named(name)["jobs"].items() if not needs_of(job)}
        return {each for each, job in jobs.items() if holds(job.get("if"), self._context(job, event, {}), status([]))}

    def _jobs(self, name: str, job: Json, here: _Run, done: Mapping[str, Ran]) -> dict[str, Ran]:
        needed = {each: _together(each, done) for each in needs_of(job)}
        context = self._context(job, here.event, needed)
        before = status([each.result for each in needed.values()], cancelled=here.cancelled)
        if not holds(job.get("if"), context, before):
            return {name: Ran("skipped")}
        each_one = matrix_of(name, job, context)
        return {title: self._job(title, job, here, {**context, "matrix": matrix}) for title, matrix in each_one}

    def _context(self, job: Json, event: Event, needed: Mapping[str, Ran]) -> Json:
        return {
            "github": self._github(job, event),
            "inputs": event.document.get("inputs", {}),
            "vars": self.variables,
            "secrets": self.secrets,
            "runner": {"os": "Linux", "arch": "X64"},
            "needs": {each: {"result": ran.result, "outputs": ran.outputs} for each, ran in needed.items()},
        }

    def _job(self, title: str, job: Json, here: _Run, context: Json) -> Ran:
        workflow, place = here.workflow, here.place
        folder = place / title
        (folder / "workspace").mkdir(parents=True)
        write_programs(folder / "programs")
        may = job["permissions"].get("id-token") == "write"
        said: Any = job.get("environment")
        environment = said if said is None or isinstance(said, str) else said["name"]
        subject = f"repo:{REPOSITORY}:environment:{environment}" if environment else f"repo:{REPOSITORY}:pull_request"
        variables = {name: text_of(each) for name, each in fill(workflow.get("env", {}), context).items()}
        variables |= self.overridden
        variables |= {name: text_of(each) for name, each in fill(job.get("env", {}), context).items()}
        desk = Desk(
            folder / "workspace",
            self.origin,
            context["github"]["sha"],
            place / "artifacts",
            subject if may else None,
            self.trusted,
            self.login,
            {"PATH": f"{folder / 'programs'}:{self.machine['PATH']}"},
        )
        own = {**self.machine, **variables, **self._files(context["github"], place)}
        if may:
            own |= {"ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.service.url}/oidc?api-version=2.0"}
            own |= {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": subject}
        shell = workflow.get("defaults", {}).get("run", {}).get("shell")
        # `hashFiles` and what the runner knows are of caches alone, which have no files here.
        running = Job(desk, own, context, shell, folder)
        ended = running.run(job["steps"])
        return Ran(ended.result, _outputs(job, context, ended), "".join(running.said), running.summary, running.scripts)

    def _github(self, job: Json, event: Event) -> Json:
        writes = job["permissions"].get("pull-requests") == "write"
        head: Any = event.document.get("pull_request", {}).get("head", {}).get("repo", {}).get("full_name")
        ours = head in (None, REPOSITORY)
        return {
            "event_name": event.name,
            "event": event.document,
            "repository": REPOSITORY,
            "sha": event.sha,
            "token": WRITING if writes and ours else READING,
            "ref": "refs/heads/main",
        }

    def _files(self, github: Json, place: Path) -> dict[str, str]:
        return {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.service.url,
            "GITHUB_EVENT_NAME": github["event_name"],
            "GITHUB_EVENT_PATH": str(place / "event.json"),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SHA": github["sha"],
            "USER": "root",
        }


def _together(name: str, done: Mapping[str, Ran]) -> Ran:
    """A job of a matrix as others see it: the worst of its results."""
    found = [ran for title, ran in done.items() if title == name or title.startswith(f"{name} (")]
    results = {each.result for each in found}
    result = next(each for each in ("failure", "skipped", "success") if each in results)
    return Ran(result, found[0].outputs)


def _outputs(job: Json, context: Json, ended: Ended) -> dict[str, str]:
    known = {**context, "steps": json.loads(ended.outputs["steps"])}
    return {name: text_of(each) for name, each in fill(job.get("outputs", {}), known).items()}
