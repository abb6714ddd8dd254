"""What people see while a tool is built, on a real console that writes into memory."""

import io
import re
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from rich.console import Console

from sandbox.build_progress import BuildState, LineDisplay, about, build_display, describe, duration

_STATE = BuildState("Kubernetes 1.34.4", "building", 80, 6, 812, 1903, "package")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time now, in seconds; the test moves it."""
    now = [1_000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.9, "59 s"), (60, "1 min 0 s"), (80, "1 min 20 s"), (3_661, "61 min 1 s")]
)
def test_a_time_is_written_in_minutes_and_seconds(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("minutes", "text"), [(0.2, "under a minute"), (0.99, "under a minute"), (1, "about 1 min"), (5.6, "about 6 min")]
)
def test_a_usual_time_is_as_rough_as_it_is_known(minutes: float, text: str) -> None:
    assert about(minutes) == text


def test_a_state_is_one_line_with_phase_tool_times_and_count() -> None:
    assert describe(_STATE) == "building Kubernetes 1.34.4 … 1 min 20 s of about 6 min (package 812 of 1903)"


def test_what_is_not_known_is_left_out() -> None:
    waiting = BuildState("Kubernetes 1.34.4", "waiting for another build of", 8)
    assert describe(waiting) == "waiting for another build of Kubernetes 1.34.4 … 8 s"
    downloading = BuildState("Kubernetes 1.34.4", "downloading modules of", 8, done=12, unit="module")
    assert describe(downloading) == "downloading modules of Kubernetes 1.34.4 … 8 s (12 modules)"


def test_a_log_gets_a_line_at_once_and_then_before_ten_seconds_of_silence(clock: list[float]) -> None:
    console = _console(terminal=False)
    display = LineDisplay(console)
    printed: list[float] = []
    for tick in range(31 * 4):
        clock[0] = 1_000 + tick / 4
        before = len(_lines(console))
        display.show(replace(_STATE, seconds=tick / 4))
        if len(_lines(console)) > before:
            printed.append(tick / 4)
    assert printed[0] == 0
    gaps = [later - earlier for earlier, later in pairwise(printed)]
    assert all(5 < gap <= 6.25 for gap in gaps)
    assert len(gaps) == 5


@pytest.mark.usefixtures("clock")
def test_a_new_phase_is_told_at_once() -> None:
    console = _console(terminal=False)
    display = LineDisplay(console)
    for phase in ("building", "building", "linking", "linking"):
        display.show(replace(_STATE, phase=phase))
    assert [line.split()[0] for line in _lines(console)] == ["building", "linking"]


def test_a_line_of_a_log_is_not_broken_and_brackets_are_not_markup() -> None:
    console = _console(terminal=False, width=20)
    with build_display(console) as display:
        display.show(replace(_STATE, label="[red]Kubernetes[/red]"))
    (line,) = _lines(console)
    assert line.startswith("building [red]Kubernetes[/red] …")
    assert line.endswith("(package 812 of 1903)")


def test_a_log_gets_no_control_characters() -> None:
    console = _console(terminal=False)
    with build_display(console) as display:
        display.show(_STATE)
    assert "\x1b" not in _text(console)


def test_a_terminal_gets_one_line_that_redraws_itself_and_is_gone_at_the_end() -> None:
    console = _console(terminal=True)
    with build_display(console) as display:
        display.show(replace(_STATE, label="[tool]", done=1))
        display.show(replace(_STATE, label="[tool]", done=2))
        deadline = time.monotonic() + 10
        while "package 2" not in _text(console) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert "building [tool] … 1 min 20 s of about 6 min (package 2 of 1903)" in _plain(_text(console))
    assert _text(console).endswith("\x1b[2K")  # the line is wiped


def test_a_terminal_that_cannot_move_its_cursor_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    console = _console(terminal=True)
    with build_display(console) as display:
        display.show(_STATE)
    assert _lines(console) == [describe(_STATE)]


def test_a_terminal_has_its_cursor_back_when_a_build_fails() -> None:
    console = _console(terminal=True)

    def build() -> None:
        with build_display(console) as display:
            display.show(_STATE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build()
    assert _text(console).rfind("\x1b[?25h") > _text(console).rfind("\x1b[?25l") >= 0


@pytest.fixture(autouse=True)
def able_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a console of these tests can do does not hang on the terminal they are run from."""
    monkeypatch.setenv("TERM", "xterm")


def _console(*, terminal: bool, width: int = 120) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=width, color_system=None)


def _text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _lines(console: Console) -> list[str]:
    return _text(console).splitlines()


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
