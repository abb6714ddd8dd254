"""Tests that need the sandbox never pass over it in silence: skipped with the reason, and failed in CI."""

import os

import pytest

from sandbox.bootstrap import sandbox_obstacle
from tests.e2e.conftest import give_up


@pytest.mark.parametrize("value", ["true", "1", "TRUE", "yes"])
def test_in_ci_a_sandbox_that_cannot_run_is_a_failure(value: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="needs root"):
        give_up("the sandbox needs root", {"CI": value})


@pytest.mark.parametrize("environment", [{}, {"CI": ""}, {"CI": "false"}, {"CI": "0"}])
def test_elsewhere_it_is_a_skip_with_its_reason(environment: dict[str, str]) -> None:
    with pytest.raises(pytest.skip.Exception, match="needs root"):
        give_up("the sandbox needs root", environment)


def test_without_root_the_sandbox_cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert sandbox_obstacle() == "the sandbox needs root (type: sudo make test)"
