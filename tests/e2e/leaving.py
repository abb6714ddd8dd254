"""Stacks that tests are done with are destroyed while the next ones run: a namespace takes five seconds to go."""

from concurrent.futures import Future, ThreadPoolExecutor

from tests.e2e.project import Project
from tests.e2e.turns import SANDBOX, turn

_pool = ThreadPoolExecutor(2)
_leaving: list[Future[None]] = []


def leave(project: Project) -> None:
    """Start to destroy it; nobody has the sandbox alone before that is done."""
    mine = turn(SANDBOX, alone=False)
    mine.__enter__()

    def destroy() -> None:
        try:
            done = project.pulumi("destroy", "--yes", "--skip-preview", "--remove")
        finally:
            mine.__exit__(None, None, None)
        assert done.code == 0, done.output

    _leaving.append(_pool.submit(destroy))


def all_left() -> None:
    """Wait for all of them.

    Raises:
        AssertionError: one could not be destroyed.
    """
    while _leaving:
        _leaving.pop().result()
