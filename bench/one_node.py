"""A fault of one node among three: in a rollout of a pod for each, and in a rehearsal. Leaves no sandbox."""

import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.state import default_state
from tests.e2e.conftest import bring_up, sandbox
from tests.e2e.project import Project, make_project
from tests.faults.one_node import ONE_OF_THREE, SANDBOX, OneNode, met_by_a_rehearsal, met_by_a_rollout
from tests.faults.right import found_first, is_right
from tests.faults.said import codes_in


@dataclass(frozen=True)
class OnOneNode:
    """One fault, and what was said of it both ways."""

    fault: OneNode
    by_rollout: frozenset[str]
    """What an update without a rehearsal named while it waited, and `ops diagnose` beside it."""
    node_named: bool
    """Whether `ops diagnose` said that it is this one of three nodes."""
    by_rehearsal: frozenset[str]
    kind_named: bool
    """Whether the rehearsal said which kind of nodes it is."""
    untouched: bool
    """Whether no Deployment was made when the rehearsal had refused it."""

    @property
    def found(self) -> str:
        """All that was named either way, the cause first; with what was not said."""
        found = found_first(self.fault.code, self.by_rollout | self.by_rehearsal)
        return found if self.node_named and self.kind_named else f"{found} without its node"

    @property
    def right(self) -> bool:
        """Whether both named the cause and the node, and nothing else."""
        both = all(is_right(self.fault.code, each) for each in (self.by_rollout, self.by_rehearsal))
        return both and self.node_named and self.kind_named


def measure_one_node() -> Iterator[OnOneNode]:
    """One after the other; the sandbox that has become larger is taken down, as it does not take nodes away."""
    bring_up(*SANDBOX)
    try:
        for fault in ONE_OF_THREE:
            yield _measure(fault)
    finally:
        done = sandbox("down")
    if done.returncode:
        raise RuntimeError(done.stdout)


def _measure(fault: OneNode) -> OnOneNode:
    with _project() as project:
        rolled = met_by_a_rollout(project, fault)
    with _project() as project:
        refused = met_by_a_rehearsal(project, fault)
        left = project.kubectl("get", "deployments")
    diagnosed = {each["code"]: each["where"] for each in rolled.diagnoses}
    lines = refused.output.splitlines()
    return OnOneNode(
        fault=fault,
        by_rollout=frozenset(diagnosed) | _named(rolled.update.output.splitlines()),
        node_named=diagnosed.get(fault.code) == fault.in_a_rollout,
        by_rehearsal=_named(lines),
        kind_named=any(fault.code in codes_in(line) and fault.in_a_rehearsal in line for line in lines),
        untouched=refused.code != 0 and left["items"] == [],
    )


def _named(lines: Iterable[str]) -> frozenset[str]:
    return frozenset(code for line in lines for code in codes_in(line))


@contextmanager
def _project() -> Generator[Project]:
    state = default_state()
    record = state.read()
    assert record is not None, "the sandbox must be up"
    ports = (record.options.http_port, record.options.registry_port)
    with tempfile.TemporaryDirectory() as scratch:
        project = make_project(Path(scratch) / "project", state, ports)
        try:
            yield project
        finally:
            project.pulumi("destroy", "--yes", "--skip-preview", "--remove")
