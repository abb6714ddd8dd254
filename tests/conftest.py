"""Who runs what, when there are several workers: there is one sandbox, so all of its tests run in one of them."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # pyright: ignore[reportMissingTypeStubs]

_SANDBOX = ("tests/e2e/", "tests/faults/")


class OneSandbox(LoadScopeScheduling):
    """Tests of the sandbox stay together, every other one goes to whoever has nothing to do."""

    def _split_scope(self, nodeid: str) -> str:
        return "sandbox" if nodeid.startswith(_SANDBOX) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneSandbox | None:
    """For `--dist loadgroup`; xdist's own groups (3.8.0) are not seen by pytest 9."""
    return OneSandbox(config, log) if config.getoption("dist") == "loadgroup" else None
