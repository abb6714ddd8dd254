"""The figures of the commands for people who run a stack, and of the whole system."""

import sys
import time
from collections.abc import Generator, Sequence

from bench.local import own_project
from bench.results import Result, result
from sandbox.state import default_state
from tests.e2e.project import ROOT, Project, run
from tests.e2e.services import all_services, simulated

_REACH = {"doctor": "≤ 5 s", "status": "≤ 2 s", "report": "≤ 3 s"}


def commands(runs: int) -> Generator[Result]:
    """Each command on a local stack that is up and well, as a whole process."""
    with own_project() as project:
        project.must_up()
        for name, reach in _REACH.items():
            seconds = [_seconds(project, name) for _ in range(runs)]
            yield result(f"`python -m ops {name} -s local`", reach, seconds, "a stack that is up and well")


def whole_system(runs: int) -> Result:
    """App, LLM server, vector database and collector, nothing there → all ready."""
    references = simulated(default_state())
    seconds = [_whole_system(references) for _ in range(runs)]
    remark = "the services' images are simulated; nothing of the stack was there"
    return result("`pulumi up` of the app with all services beside it", "≤ 60 s", seconds, remark)


def _whole_system(references: dict[str, str]) -> float:
    with own_project() as project:
        project.configure("services", **all_services(references, deleteData=True))
        started = time.monotonic()
        project.must_up()
        return time.monotonic() - started


def _seconds(project: Project, name: str) -> float:
    words: Sequence[str] = [sys.executable, "-m", "ops", name, "-s", project.stack]
    started = time.monotonic()
    done = run([*words], cwd=project.folder, environment={**project.environment, "PYTHONPATH": str(ROOT)})
    if done.code:
        raise RuntimeError(done.output)
    return time.monotonic() - started
