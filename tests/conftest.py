"""Who runs what, and in which order: scheduling.py says it.

A run takes some tests of the sandbox, others each time, and `--whole` all of them: sampling.py says how many. Tests
that are named on the command line are never left out.
"""

import os
from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # pyright: ignore[reportMissingTypeStubs]

from tests.sampling import Family, left_out
from tests.scheduling import misplaced, sandbox_first, scope

_WORKERS_PER_PROCESSOR = 2


class SandboxGroups(LoadScopeScheduling):
    """A group of sandbox tests stays together, every other test goes to whoever has nothing to do."""

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SandboxGroups | None:
    """For `--dist loadgroup`; xdist's own groups (3.8.0) are not seen by pytest 9."""
    return SandboxGroups(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """For `-n auto` with tests of the sandbox, which mostly wait for it."""
    return _WORKERS_PER_PROCESSOR * (os.cpu_count() or 1) if config.getoption("dist") == "loadgroup" else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """What is typed after `make test ARGS=`."""
    parser.addoption("--whole", action="store_true", help="all tests of the sandbox, in place of some of them")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """After pytest-randomly, which mixes the modules of all folders."""
    wrong = [item.nodeid for item in items if misplaced(item.nodeid, alone=_is_alone(item))]
    if wrong:
        message = f"scheduling.py and the mark `alone` disagree about {', '.join(wrong)}"
        raise pytest.UsageError(message)
    left = [] if config.getoption("whole") or _is_narrow(config) else _left_out(config, items)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
    place = {nodeid: number for number, nodeid in enumerate(sandbox_first([item.nodeid for item in items]))}
    items.sort(key=lambda item: place[item.nodeid])


def _is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


def _is_narrow(config: pytest.Config) -> bool:
    """Whether somebody asks for certain tests: by name, or by words of it."""
    return bool(config.getoption("keyword")) or any("::" in each for each in config.args)


def _left_out(config: pytest.Config, items: Sequence[pytest.Item]) -> list[pytest.Item]:
    seed = str(getattr(config.option, "randomly_seed", 0))
    left = left_out([(item.nodeid, _family(item)) for item in items], seed)
    return [item for item in items if item.nodeid in left]


def _family(item: pytest.Item) -> Family | None:
    mark = item.get_closest_marker("sampled")
    if mark is None:
        return None
    count, by_target = mark.args
    function, _, case = item.nodeid.partition("[")
    return Family(function + case.partition("-")[0] * by_target, count)
