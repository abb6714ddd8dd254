"""Who runs what, and in which order: there is one sandbox, so its tests run in one worker, a folder at a time."""

from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # pyright: ignore[reportMissingTypeStubs]

_SANDBOX = ("tests/e2e/", "tests/faults/")


class OneSandbox(LoadScopeScheduling):
    """Tests of the sandbox stay together, every other one goes to whoever has nothing to do."""

    def _split_scope(self, nodeid: str) -> str:
        return "sandbox" if nodeid.startswith(_SANDBOX) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneSandbox | None:
    """For `--dist loadgroup`; xdist's own groups (3.8.0) are not seen by pytest 9."""
    return OneSandbox(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After pytest-randomly, which mixes the modules of all folders."""
    place = {nodeid: number for number, nodeid in enumerate(sandbox_first([item.nodeid for item in items]))}
    items.sort(key=lambda item: place[item.nodeid])


def sandbox_first(nodeids: Sequence[str]) -> list[str]:
    """The order in which tests run: those of the sandbox first, as they take longest, and a folder of them at a time.

    The fault tests share one app, and tests of the sandbox take it down. Which folder comes first, and the order in
    each of them, stay as they are.
    """
    folders = list(dict.fromkeys(folder for each in nodeids if (folder := _folder(each))))
    return sorted(nodeids, key=lambda each: folders.index(folder) if (folder := _folder(each)) else len(folders))


def _folder(nodeid: str) -> str:
    return next((folder for folder in _SANDBOX if nodeid.startswith(folder)), "")
