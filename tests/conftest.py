"""Who runs what, and in which order: a folder of tests of the sandbox is one worker's, and those come first."""

from collections.abc import Collection, Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # pyright: ignore[reportMissingTypeStubs]

_SANDBOX = ("tests/e2e/", "tests/faults/", "tests/clouds/")


class SandboxFolders(LoadScopeScheduling):
    """A folder of sandbox tests stays together, every other test goes to whoever has nothing to do."""

    def _split_scope(self, nodeid: str) -> str:
        return _folder(nodeid) or nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SandboxFolders | None:
    """For `--dist loadgroup`; xdist's own groups (3.8.0) are not seen by pytest 9."""
    return SandboxFolders(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After pytest-randomly, which mixes the modules of all folders."""
    alone = {item.nodeid for item in items if item.get_closest_marker("alone")}
    place = {nodeid: number for number, nodeid in enumerate(sandbox_first([item.nodeid for item in items], alone))}
    items.sort(key=lambda item: place[item.nodeid])


def sandbox_first(nodeids: Sequence[str], alone: Collection[str]) -> list[str]:
    """The order in which tests run: those of the sandbox first, as they take longest, and a folder of them at a time.

    The fault tests share one app, and tests that need the sandbox alone wait for the end of it: so they come last in
    their folder. Which folder comes first, and the order of all others in each, stay as they are.
    """
    folders = list(dict.fromkeys(folder for each in nodeids if (folder := _folder(each))))

    def place(nodeid: str) -> tuple[int, bool]:
        folder = _folder(nodeid)
        return (folders.index(folder), nodeid in alone) if folder else (len(folders), False)

    return sorted(nodeids, key=place)


def _folder(nodeid: str) -> str:
    return next((folder for folder in _SANDBOX if nodeid.startswith(folder)), "")
