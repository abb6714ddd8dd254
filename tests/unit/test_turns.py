"""Turns between processes: shared, or alone."""

import secrets
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from tests.e2e.project import ROOT
from tests.e2e.turns import lock_file, turn

_HOLDER = """
import sys
from tests.e2e.turns import turn
with turn(sys.argv[1], alone=sys.argv[2] == "alone"):
    print("has it", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def name() -> Generator[str]:
    made = f"unit-{secrets.token_hex(4)}"
    yield made
    lock_file(made).unlink()


@contextmanager
def another_process(name: str, how: str) -> Generator[None]:
    """One that has its turn inside of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, name, how], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "has it\n"
        yield


def gets_it(name: str, *, alone: bool) -> tuple[threading.Thread, threading.Event]:
    """A thread that waits for its turn, and whether it had it."""
    had = threading.Event()

    def wait() -> None:
        with turn(name, alone=alone):
            had.set()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread, had


@pytest.mark.parametrize(("theirs", "alone"), [("shared", True), ("alone", False), ("alone", True)])
def test_alone_means_that_the_others_wait(name: str, theirs: str, alone: bool) -> None:
    with another_process(name, theirs):
        thread, had = gets_it(name, alone=alone)
        assert not had.wait(0.3)
    thread.join(10)
    assert had.is_set()


def test_shared_turns_are_at_the_same_time(name: str) -> None:
    with another_process(name, "shared"):
        thread, had = gets_it(name, alone=False)
        assert had.wait(10)
        thread.join(10)


def test_whoever_has_it_alone_goes_on_at_once(name: str) -> None:
    with turn(name, alone=True), turn(name, alone=True), turn(name, alone=False):
        pass
    with another_process(name, "alone"):
        pass


def test_asking_for_it_alone_while_sharing_it_is_a_mistake(name: str) -> None:
    with turn(name, alone=False), pytest.raises(RuntimeError, match="shared"), turn(name, alone=True):
        pass
