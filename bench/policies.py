"""What the policy pack adds to a preview."""

import time

from bench.local import own_project
from bench.results import Result, result
from tests.e2e.project import Project

_PACK = ("--policy-pack", "policies")


def pack_cost(runs: int) -> Result:
    """Previews of a stack that is up, with the pack and without, in turn; by how much those with it are longer."""
    with own_project() as project:
        project.must_up()
        _preview(project, *_PACK)  # compiles its modules
        seconds = [_preview(project, *_PACK) - _preview(project) for _ in range(runs)]
    remark = "with the pack less without it, in turn; less than nothing is the noise of the machine"
    return result("what `--policy-pack policies` adds to `pulumi preview`", "≤ 1 s", seconds, remark)


def _preview(project: Project, *words: str) -> float:
    started = time.monotonic()
    done = project.pulumi("preview", *words)
    if done.code:
        raise RuntimeError(done.output)
    return time.monotonic() - started
